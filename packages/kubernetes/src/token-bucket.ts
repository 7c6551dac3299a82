import type { Clock } from './clock.ts';

/** So many at once, then one every so many milliseconds. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #interval: number;
  #tokens: number;
  #at: number;

  constructor(clock: Clock, burst: number, interval: number) {
    this.#clock = clock;
    this.#burst = burst;
    this.#interval = interval;
    this.#tokens = burst;
    this.#at = clock.now();
  }

  /** Takes one if there is one. */
  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes one in any case; answers how many milliseconds to wait for it. */
  reserve(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : -this.#tokens * this.#interval;
  }

  #fill(): void {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) / this.#interval);
    this.#at = now;
  }
}
