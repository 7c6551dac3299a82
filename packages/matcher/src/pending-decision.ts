import type { Ask } from '@ingresskit/annotations';
import type { Decision } from './decision.ts';

/** A walk that waits for an answer from outside. */
export interface PendingDecision {
  readonly pending: Ask['question'];
  /** Goes on; `undefined` means nobody could answer. */
  resume(answer: unknown): Decision | PendingDecision;
}

/** Whether a result still waits. */
export function isPending(result: Decision | PendingDecision): result is PendingDecision {
  return 'pending' in result;
}
