/** When a store that fails is left alone, and for how long. */
export interface CircuitOptions {
  /** Failures in a row that open the circuit. Default 3. */
  readonly failures?: number;
  /** First pause in milliseconds; each further one is twice as long. Default 500. */
  readonly baseMs?: number;
  /** Longest pause in milliseconds. Default 10 000. */
  readonly longestMs?: number;
}

/** Keeps requests from waiting for something that is away: after some failures nobody asks, until one request is let through to find out. */
export class Circuit {
  readonly #now: () => number;
  readonly #failures: number;
  readonly #baseMs: number;
  readonly #longestMs: number;
  #failed = 0;
  #openings = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  #isProbing = false;

  constructor(now: () => number, { failures = 3, baseMs = 500, longestMs = 10_000 }: CircuitOptions = {}) {
    this.#now = now;
    this.#failures = failures;
    this.#baseMs = baseMs;
    this.#longestMs = longestMs;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openings === 0) return 'closed';
    return this.#now() < this.#openUntil ? 'open' : 'half-open';
  }

  /** Whether this request may ask. One that may must say afterwards how it went. */
  enter(): boolean {
    const { state } = this;
    if (state === 'closed') return true;
    if (state === 'open' || this.#isProbing) return false;
    this.#isProbing = true;
    return true;
  }

  succeeded(): void {
    this.#failed = 0;
    this.#openings = 0;
    this.#isProbing = false;
  }

  failed(): void {
    this.#failed += 1;
    this.#isProbing = false;
    // Requests that asked before the circuit opened fail late; they must not lengthen the pause.
    if (this.state === 'open' || (this.#openings === 0 && this.#failed < this.#failures)) return;
    this.#openUntil = this.#now() + Math.min(this.#longestMs, this.#baseMs * 2 ** Math.min(this.#openings, 30));
    this.#openings += 1;
  }
}
