import type { Question } from '@ingresskit/annotations';

/** Is there room for one more request in flight? The answer is a `ConcurrencyAnswer`; asking takes a place when there is one. */
export interface ConcurrencyQuestion extends Question {
  readonly kind: 'concurrency-limit';
  /** Virtual time in milliseconds. Without it only somebody who knows when requests end can answer. */
  readonly at: number | undefined;
  /** How long the request is in flight in virtual time; a running gateway frees the place when the exchange ends. */
  readonly durationMs: number;
  readonly counters: readonly ConcurrencyCounter[];
}

/** A counter of requests in flight and how high it may go. */
export interface ConcurrencyCounter {
  readonly counter: string;
  readonly most: number;
  /** Whether each replica of the gateway counts for itself, or all count together. */
  readonly counted: 'replica' | 'gateway';
}

/**
 * `passes`: the request has its place in every counter, until it ends, save where the counter of the index `above` is full and only watched. `exceeds`: the counter of that index is full, and no place was taken.
 * `uncounted`: whoever should count could not; the policy decides then.
 */
export type ConcurrencyAnswer =
  | { readonly verdict: 'passes'; readonly above?: number }
  | { readonly verdict: 'exceeds'; readonly index: number }
  | { readonly verdict: 'uncounted'; readonly why: string };

/** Whether a question is about requests in flight. */
export function isConcurrencyQuestion(question: Question): question is ConcurrencyQuestion {
  return question.kind === 'concurrency-limit' && Array.isArray((question as Partial<ConcurrencyQuestion>).counters);
}
