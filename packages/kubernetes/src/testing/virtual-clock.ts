import type { Clock } from '../clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * A clock that moves only when told to. `settle` is awaited before each timer fires, so that everything the last one set in motion (requests to the
 * fake API server included) has come to rest: pass `() => server.settled()`.
 */
export class VirtualClock implements Clock {
  readonly #settle: () => Promise<void>;
  readonly #timers = new Set<Timer>();
  #now = 0;
  #order = 0;
  /** Wall time at `now() === 0`; tests of clock skew move it. */
  epoch: number = Date.UTC(2026, 0, 1);

  constructor(settle: () => Promise<void> = turn) {
    this.#settle = settle;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.epoch + this.#now;
  }

  timer(ms: number, callback: () => void): () => void {
    this.#order += 1;
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers are waiting: zero after everything was closed, or something leaks. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves time forward, firing each timer at its moment. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await this.#settle();
    for (let timer = this.#due(target); timer !== undefined; timer = this.#due(target)) {
      this.#fire(timer);
      await this.#settle();
    }
    this.#now = target;
  }

  /** Fires timer after timer until the condition holds; throws when it does not within so many milliseconds of virtual time. */
  async runUntil(condition: () => boolean, atMost = 3_600_000): Promise<void> {
    const target = this.#now + atMost;
    await this.#settle();
    while (!condition()) {
      const timer = this.#due(target);
      if (timer === undefined) throw new Error(`The condition does not hold after ${atMost} ms of virtual time.`);
      this.#fire(timer);
      await this.#settle();
    }
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = timer.at;
    timer.callback();
  }

  #due(target: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= target && (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order)))
        first = timer;
    }
    return first;
  }
}

/** One turn of the event loop: promises that are ready, and I/O that has arrived. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
