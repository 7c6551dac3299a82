import type { ConcurrencyQuestion, RateAnswer, RateLimitQuestion, RateState } from '@ingresskit/families';
import { answerRateQuestion } from '@ingresskit/families';
import { BoundedMap } from '@ingresskit/resources';
import type { Admission, LimitStore } from './limit-store.ts';

export interface MemoryLimitStoreOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Counters that are remembered, at least 2; of the half that was used longest ago any may be forgotten, as if nobody had come. Default 100 000. */
  readonly mostCounters?: number;
}

/** Counts in this process: the store of a single gateway, and what a shared one falls back to. */
export class MemoryLimitStore implements LimitStore {
  readonly #now: () => number;
  readonly #rates: BoundedMap<RateState>;
  /** Bounded by itself: a counter without requests in flight is not kept. */
  readonly #inFlight = new Map<string, number>();

  constructor({ now, mostCounters = 100_000 }: MemoryLimitStoreOptions) {
    this.#now = now;
    this.#rates = new BoundedMap(mostCounters);
  }

  count(question: RateLimitQuestion): RateAnswer {
    return answerRateQuestion(question, this.#rates, this.#now());
  }

  /** What `count` would answer, without counting. */
  peek(question: RateLimitQuestion): RateAnswer {
    return answerRateQuestion(question, { get: (counter) => this.#rates.get(counter), set: () => undefined }, this.#now());
  }

  enter({ counters }: ConcurrencyQuestion): Admission {
    const full = counters.findIndex(({ counter, most }) => (this.#inFlight.get(counter) ?? 0) >= most);
    if (full >= 0) return { answer: { verdict: 'exceeds', index: full }, leave: () => undefined };
    for (const { counter } of counters) this.#inFlight.set(counter, (this.#inFlight.get(counter) ?? 0) + 1);
    let isInside = true;
    return {
      answer: { verdict: 'passes' },
      leave: () => {
        if (!isInside) return;
        isInside = false;
        for (const { counter } of counters) this.#leave(counter);
      },
    };
  }

  /** Counters in memory, for metrics and tests. */
  get size(): { readonly rates: number; readonly inFlight: number } {
    return { rates: this.#rates.size, inFlight: this.#inFlight.size };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #leave(counter: string): void {
    const left = (this.#inFlight.get(counter) ?? 1) - 1;
    if (left <= 0) this.#inFlight.delete(counter);
    else this.#inFlight.set(counter, left);
  }
}
