/** How many retries there may be. */
export interface RetryBudgetOptions {
  /**
   * In proportion to the requests: of those in flight so many may be retries, and of all that come so many are made again. Default 0.2: a dead backend costs
   * a fifth more, not thrice as much.
   */
  readonly ratio?: number;
  /** So many at once are allowed in any case, so that a quiet gateway retries at all. Default 3. */
  readonly least?: number;
}

/**
 * Bounds retries by the requests: when everything fails, retries must not multiply the load (A46). Those under way are not enough to look at: a backend that
 * refuses at once gets many retries one after the other, while requests that wait elsewhere keep the bound high.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #least: number;
  #requests = 0;
  #retries = 0;
  /** Requests that no retry was made for yet; not more than were in flight at once, lest a good day be saved up for a bad one. */
  #credit = 0;

  constructor({ ratio = 0.2, least = 3 }: RetryBudgetOptions = {}) {
    if (!(ratio >= 0 && least >= 0)) throw new TypeError('a retry budget needs ratio >= 0 and least >= 0');
    this.#ratio = ratio;
    this.#least = least;
  }

  /** Counts a request until `leave` is called for it. */
  enter(): void {
    this.#requests += 1;
    this.#credit = Math.min(this.#credit + 1, this.#requests);
  }

  /** A request that was counted is over; call it once for each. */
  leave(): void {
    this.#requests -= 1;
  }

  /** Counts a retry until the returned function is called; `undefined` when there are enough. */
  retry(): (() => void) | undefined {
    const isCovered = this.#ratio * this.#credit >= 1 && this.#retries < Math.floor(this.#ratio * this.#requests);
    if (!isCovered && this.#retries >= this.#least) return undefined;
    this.#credit = Math.max(0, this.#credit - 1 / this.#ratio);
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
