import type { Question, RequestInput } from '@ingresskit/annotations';
import { defaultCapabilities } from 'ingresskit';

/** Answers as a simulation does, without counting anything. */
export function memoryless(question: Question, request: RequestInput): unknown {
  return defaultCapabilities().answer?.(question, request);
}
