/**
 * A map that forgets what was not used lately when it is full. It always holds the half of its bound that was used last, and never more than the bound.
 *
 * For counters, and for what follows from its key, so that forgetting it costs time and nothing else.
 *
 * Two generations and nothing moved on reading: a `Map` in which a key is set anew to put it last is copied all the time, and each copy, pointing to the
 * next, keeps what a request left behind beyond the young generation of the heap.
 */
export class BoundedMap<V> {
  readonly #half: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** @param most at least 2. Throws a TypeError for anything else. */
  constructor(most: number) {
    if (!(Number.isInteger(most) && most > 1)) throw new TypeError('a bound must be an integer of at least 2');
    this.#half = Math.floor(most / 2);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (!this.#young.has(key)) {
      if (this.#young.size >= this.#half) {
        this.#old = this.#young;
        this.#young = new Map();
      } else if (this.#old.size > 0) this.#old.delete(key);
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
