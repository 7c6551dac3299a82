import type { Clock } from './clock.ts';

/** How waits between tries grow. All times in milliseconds. */
export interface BackoffOptions {
  readonly clock: Clock;
  /** A number in [0, 1); decides the jitter. */
  readonly random: () => number;
  readonly initial?: number;
  readonly max?: number;
  /** After so long without a failure the next wait is the first one again. */
  readonly resetAfter?: number;
}

/**
 * Waits of 0.8 s, doubling to 30 s, each stretched by up to its own length at random so that a fleet does not return in step; forgotten after two
 * healthy minutes. The numbers are client-go's.
 */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #next: number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions) {
    this.#options = { initial: 800, max: 30_000, resetAfter: 120_000, ...options };
    this.#next = this.#options.initial;
  }

  /** The next wait in milliseconds. */
  next(atLeast = 0): number {
    const { clock, random, initial, max, resetAfter } = this.#options;
    const now = clock.now();
    if (now - this.#last > resetAfter) this.#next = initial;
    const base = this.#next;
    this.#next = Math.min(base * 2, max);
    const delay = base * (1 + random());
    // Jitter also on top of what the server asked for: it asked the whole fleet.
    const wait = atLeast > delay ? atLeast + base * random() : delay;
    this.#last = now + wait;
    return wait;
  }
}
