import type { ByteBudget } from './mirror-queue.ts';

/**
 * Collects a copy of a body while it streams past. It never holds the stream up: when the body becomes longer than the limit, or the queue has no
 * memory left, the copy is given up and the stream goes on.
 */
export class BodyCopy {
  readonly #limit: number;
  readonly #budget: ByteBudget;
  #pieces: Uint8Array[] | undefined = [];
  #size = 0;

  /** @param limit the longest body that is copied, in bytes */
  constructor(limit: number, budget: ByteBudget) {
    this.#limit = limit;
    this.#budget = budget;
  }

  /** Takes the next piece of the body. */
  push(piece: Uint8Array): void {
    if (this.#pieces === undefined) return;
    if (this.#size + piece.length > this.#limit || !this.#budget.take(piece.length)) {
      this.discard();
      return;
    }
    this.#pieces.push(piece);
    this.#size += piece.length;
  }

  /** The whole body, for a `MirrorJob` whose `size` is its length; `undefined` when the copy was given up. Ends the copy. */
  take(): Buffer | undefined {
    const pieces = this.#pieces;
    this.#pieces = undefined;
    if (pieces === undefined) return undefined;
    this.#size = 0;
    return Buffer.concat(pieces);
  }

  /** Gives the copy up: the request was aborted, or is not mirrored after all. */
  discard(): void {
    this.#budget.give(this.#size);
    this.#size = 0;
    this.#pieces = undefined;
  }
}
