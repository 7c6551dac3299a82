import type {
  ConcurrencyAnswer,
  ConcurrencyCounter,
  ConcurrencyQuestion,
  RateAnswer,
  RateCounter,
  RateLimitQuestion,
} from '@ingresskit/families';
import type { Admission, LimitStore } from './limit-store.ts';

export interface ShadowLimitStoreOptions {
  /** Who counts. It is closed with this one. */
  readonly store: LimitStore;
  /** Which counters are only watched; their names begin with that of the annotation. Default: all. */
  readonly isShadow?: (counter: string) => boolean;
  /** Hears of every request above a limit that is only watched. */
  readonly onExceeds?: (counter: string) => void;
}

/**
 * Limits that are tried out: requests are counted, those above the limit are reported, and none is refused. Watched counters are asked about apart from the
 * others, and only for requests that the others let through, so that neither changes what the other counts.
 */
export class ShadowLimitStore implements LimitStore {
  readonly #store: LimitStore;
  readonly #isShadow: (counter: string) => boolean;
  readonly #onExceeds: (counter: string) => void;

  constructor({ store, isShadow = () => true, onExceeds = () => undefined }: ShadowLimitStoreOptions) {
    this.#store = store;
    this.#isShadow = isShadow;
    this.#onExceeds = onExceeds;
  }

  async count(question: RateLimitQuestion): Promise<RateAnswer> {
    const { watched, enforced } = this.#split(question.counters);
    if (enforced.length > 0) {
      const answer = enforcedOf(await this.#store.count({ ...question, counters: enforced }), question.counters, enforced);
      if (answer.verdict !== 'passes') return answer;
    }
    if (watched.length === 0) return { verdict: 'passes' };
    try {
      return this.#watch(await this.#store.count({ ...question, counters: watched }), question.counters, watched);
    } catch {
      // What is only watched may not refuse, whatever becomes of its counters.
      return { verdict: 'passes' };
    }
  }

  async enter(question: ConcurrencyQuestion): Promise<Admission> {
    const { watched, enforced } = this.#split(question.counters);
    const leaves: (() => void)[] = [];
    const leave = (): void => {
      for (const one of leaves.splice(0)) one();
    };
    if (enforced.length > 0) {
      const admission = await this.#store.enter({ ...question, counters: enforced });
      leaves.push(admission.leave);
      const answer = enforcedOf(admission.answer, question.counters, enforced);
      if (answer.verdict !== 'passes') return { answer, leave };
    }
    if (watched.length === 0) return { answer: { verdict: 'passes' }, leave };
    try {
      const admission = await this.#store.enter({ ...question, counters: watched });
      leaves.push(admission.leave);
      return { answer: this.#watch(admission.answer, question.counters, watched), leave };
    } catch {
      return { answer: { verdict: 'passes' }, leave };
    }
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #split<C extends RateCounter | ConcurrencyCounter>(
    counters: readonly C[],
  ): { readonly watched: readonly C[]; readonly enforced: readonly C[] } {
    return {
      watched: counters.filter(({ counter }) => this.#isShadow(counter)),
      enforced: counters.filter(({ counter }) => !this.#isShadow(counter)),
    };
  }

  #watch<C extends RateCounter | ConcurrencyCounter>(
    answer: RateAnswer | ConcurrencyAnswer,
    counters: readonly C[],
    watched: readonly C[],
  ): { readonly verdict: 'passes'; readonly above?: number } {
    const exceeded = answer.verdict === 'exceeds' ? watched[answer.index] : undefined;
    if (exceeded === undefined) return { verdict: 'passes' };
    this.#onExceeds(exceeded.counter);
    return { verdict: 'passes', above: counters.indexOf(exceeded) };
  }
}

/** The answer about some of the counters as one about all of them. */
function enforcedOf<A extends RateAnswer | ConcurrencyAnswer, C>(answer: A, counters: readonly C[], enforced: readonly C[]): A {
  return answer.verdict === 'exceeds' ? { ...answer, index: counters.indexOf(enforced[answer.index] as C) } : answer;
}
