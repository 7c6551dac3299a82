/** Something that ends when nothing happens for too long. */
export interface Expirable {
  /** Called about every half second with the time of the sweep; ends what has lasted too long. */
  sweep(now: number): void;
}

const intervalMs = 500;

/**
 * One timer for all deadlines that need no precision: an exchange that is idle, a client that does not read. Setting and moving such a deadline
 * costs an assignment instead of a timer.
 */
export class Sweeper {
  /** The time of the last sweep, in milliseconds: good enough to note when something happened. */
  now: number;
  readonly #items = new Set<Expirable>();
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.now = clock();
    this.#timer = setInterval(() => this.sweep(), intervalMs);
    this.#timer.unref();
  }

  add(item: Expirable): void {
    this.#items.add(item);
  }

  delete(item: Expirable): void {
    this.#items.delete(item);
  }

  get size(): number {
    return this.#items.size;
  }

  sweep(): void {
    this.now = this.#clock();
    for (const item of this.#items) item.sweep(this.now);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
