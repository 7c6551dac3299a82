import type { ConcurrencyAnswer, ConcurrencyQuestion, RateAnswer, RateLimitQuestion } from '@ingresskit/families';

/** A value now, or later where a store is asked over the network. */
export type Soon<T> = T | Promise<T>;

/** Who counts requests for `rate-limit` and `concurrency-limit`. It answers always, and never later than it promises: a store must not hold requests up. */
export interface LimitStore {
  /** Counts a request in all counters of the question, or in none when one of them is full. */
  count(question: RateLimitQuestion): Soon<RateAnswer>;
  /** Takes a place in all counters of the question, or in none when one of them is full. */
  enter(question: ConcurrencyQuestion): Soon<Admission>;
  /** Releases what the store holds of the world. */
  close(): Promise<void>;
}

/** The answer about requests in flight, and how to give the places back. */
export interface Admission {
  readonly answer: ConcurrencyAnswer;
  /** Call it when the exchange is over, however it ends. A second call does nothing, and one without places neither. */
  leave(): void;
}
