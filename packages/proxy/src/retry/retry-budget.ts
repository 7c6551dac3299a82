/** How many retries may be under way. */
export interface RetryBudgetOptions {
  /** In proportion to the requests in flight. Default 0.2: a dead backend costs a fifth more, not thrice as much. */
  readonly ratio?: number;
  /** Always allowed, so that a quiet gateway retries at all. Default 3. */
  readonly least?: number;
}

/** Bounds retries by the requests in flight: when everything fails, retries must not multiply the load (A46). */
export class RetryBudget {
  readonly #ratio: number;
  readonly #least: number;
  #requests = 0;
  #retries = 0;

  constructor({ ratio = 0.2, least = 3 }: RetryBudgetOptions = {}) {
    if (!(ratio >= 0 && least >= 0)) throw new TypeError('a retry budget needs ratio >= 0 and least >= 0');
    this.#ratio = ratio;
    this.#least = least;
  }

  /** Counts a request until `leave` is called for it. */
  enter(): void {
    this.#requests += 1;
  }

  /** A request that was counted is over; call it once for each. */
  leave(): void {
    this.#requests -= 1;
  }

  /** Counts a retry until the returned function is called; `undefined` when there are enough. */
  retry(): (() => void) | undefined {
    if (this.#retries >= Math.max(this.#least, Math.floor(this.#ratio * this.#requests))) return undefined;
    this.#retries += 1;
    return once(() => {
      this.#retries -= 1;
    });
  }

  /** Retries under way. */
  get retries(): number {
    return this.#retries;
  }
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
