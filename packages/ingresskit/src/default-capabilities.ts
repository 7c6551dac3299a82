import type { Capabilities, Question, RequestInput } from '@ingresskit/annotations';
import { externalAuthAnswers } from './external-auth-answers.ts';
import { createLimitAnswers } from './limits/index.ts';
import { passwordAnswers } from './passwords/index.ts';

/**
 * What a simulation can answer by itself: passwords, what the request says of its external authentication, and whether requests that carry a time
 * fit into the limits. Weight draws show the larger half unless the request brings a draw. Each call begins without any memory; the requests that
 * are decided with one of its results share the counters of limits and a virtual clock.
 */
export function defaultCapabilities(): Capabilities {
  const limits = createLimitAnswers();
  return { answer: (question, request) => memoryless(question, request) ?? limits(question, request) };
}

const passwords = passwordAnswers();
const externalAuth = externalAuthAnswers();

function memoryless(question: Question, request: RequestInput): unknown {
  return passwords(question) ?? externalAuth(question, request);
}

/** The part of them that remembers nothing between requests: what a gateway lends where the caller lends nothing, so that no two callers meet. */
export const memorylessCapabilities: Capabilities = Object.freeze({ answer: memoryless });
