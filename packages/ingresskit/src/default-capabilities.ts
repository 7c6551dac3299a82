import type { Capabilities } from '@ingresskit/annotations';
import { createLimitAnswers } from './limits/index.ts';
import { passwordAnswers } from './passwords/index.ts';

/**
 * What a simulation can answer by itself: passwords, and whether requests that carry a time fit into the limits. Weight draws show the larger half
 * unless the request brings a draw. Each call begins without any memory; the requests that are decided with one of its results share the counters
 * of limits and a virtual clock.
 */
export function defaultCapabilities(): Capabilities {
  const limits = createLimitAnswers();
  return { answer: (question) => passwords(question) ?? limits(question) };
}

const passwords = passwordAnswers();

/** The part of them that remembers nothing between requests: what a gateway lends where the caller lends nothing, so that no two callers meet. */
export const memorylessCapabilities: Capabilities = Object.freeze({ answer: passwords });
