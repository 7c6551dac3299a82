import type { Question } from '@ingresskit/annotations';
import { countRequest, type RateState } from './count-request.ts';
import type { RateLimit } from './rate-limit-policy.ts';

/** Does the request fit into these limits? The answer is a `RateAnswer`; asking counts the request when it fits. */
export interface RateLimitQuestion extends Question {
  readonly kind: 'rate-limit';
  /** Virtual time in milliseconds. Without it only somebody with a clock of their own can answer. */
  readonly at: number | undefined;
  readonly counters: readonly RateCounter[];
}

/** A limit and the name of the counter that this request falls into. */
export interface RateCounter {
  readonly counter: string;
  readonly limit: RateLimit;
}

/**
 * `passes`: within every limit, and counted; or above the counter of the index `above`, which is only watched. `exceeds`: above the counter of that index, and counted nowhere. `uncounted`: whoever should count
 * could not; the policy decides then.
 */
export type RateAnswer =
  | { readonly verdict: 'passes'; readonly above?: number }
  | { readonly verdict: 'exceeds'; readonly index: number; readonly retryAfterMs: number }
  | { readonly verdict: 'uncounted'; readonly why: string };

/** Where counters are kept between requests. */
export interface RateStates {
  get(counter: string): RateState | undefined;
  set(counter: string, state: RateState): void;
}

/**
 * Answers the question from states that are kept in memory: a request above any limit is counted against none, as nginx does with several
 * `limit_req` (ingress-nginx.md §6).
 */
export function answerRateQuestion({ counters }: RateLimitQuestion, states: RateStates, now: number): RateAnswer {
  const next: RateState[] = [];
  for (const [index, { counter, limit }] of counters.entries()) {
    const counted = countRequest(limit, states.get(counter), now);
    if (!counted.ok) return { verdict: 'exceeds', index, retryAfterMs: counted.retryAfterMs };
    next.push(counted.state);
  }
  for (const [index, { counter }] of counters.entries()) states.set(counter, next[index] as RateState);
  return { verdict: 'passes' };
}

/** Whether a question is about rates. */
export function isRateLimitQuestion(question: Question): question is RateLimitQuestion {
  return question.kind === 'rate-limit' && Array.isArray((question as Partial<RateLimitQuestion>).counters);
}
