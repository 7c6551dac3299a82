import type { Clock } from './clock.ts';

/**
 * Waits for a burst to end: ready when nothing came for `quiet` milliseconds, but at the latest `atMost` milliseconds after the first. One timer serves
 * any number of touches.
 */
export class HoldOff {
  readonly #clock: Clock;
  readonly #quiet: number;
  readonly #atMost: number;
  readonly #onReady: () => void;
  #first: number | undefined;
  #last = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, quiet: number, atMost: number, onReady: () => void) {
    this.#clock = clock;
    this.#quiet = quiet;
    this.#atMost = atMost;
    this.#onReady = onReady;
  }

  /** Something came. */
  touch(): void {
    this.#last = this.#clock.now();
    this.#first ??= this.#last;
    if (this.#cancel === undefined) this.#arm();
  }

  /** Forgets the burst. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#first = undefined;
  }

  #arm(): void {
    const due = Math.min(this.#last + this.#quiet, (this.#first ?? this.#last) + this.#atMost);
    this.#cancel = this.#clock.timer(Math.max(0, due - this.#clock.now()), () => {
      this.#cancel = undefined;
      if (this.#isDue()) {
        this.#first = undefined;
        this.#onReady();
      } else this.#arm();
    });
  }

  #isDue(): boolean {
    const now = this.#clock.now();
    // Timers of an event loop may fire a fraction of a millisecond early.
    return now + 1 >= this.#last + this.#quiet || now + 1 >= (this.#first ?? now) + this.#atMost;
  }
}
