/** Something that ends when nothing happens for too long. */
export interface Expirable {
  /** Where the sweeper keeps it; the sweeper's own. `-1` while it does not. */
  slot: number;
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
  /**
   * A list, and each item knows its place. A `Set` that items come to and go from is copied time and again, and every copy points to the next one: once
   * one of them is old, all that follow outlive the young generation, and what is in them with them.
   */
  readonly #items: Expirable[] = [];
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.now = clock();
    this.#timer = setInterval(() => this.sweep(), intervalMs);
    this.#timer.unref();
  }

  add(item: Expirable): void {
    if (item.slot >= 0) return;
    item.slot = this.#items.length;
    this.#items.push(item);
  }

  delete(item: Expirable): void {
    const { slot } = item;
    if (slot < 0) return;
    item.slot = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#items[slot] = last;
    last.slot = slot;
  }

  get size(): number {
    return this.#items.length;
  }

  sweep(): void {
    this.now = this.#clock();
    // From the end: an item that ends meanwhile leaves its place to one that had its turn.
    for (let slot = this.#items.length - 1; slot >= 0; slot--) this.#items[slot]?.sweep(this.now);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
