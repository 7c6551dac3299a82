import type { ByteBudget } from './mirror-queue.ts';

/** Bytes of the first piece of memory; each further one is twice as long, up to the longest. A body may come a byte at a time. */
const firstBlock = 1_024;
const longestBlock = 65_536;

/**
 * Collects a copy of a body while it streams past. It never holds the stream up: when the body becomes longer than the limit, or the queue has no
 * memory left, the copy is given up and the stream goes on.
 */
export class BodyCopy {
  readonly #limit: number;
  readonly #budget: ByteBudget;
  #blocks: Buffer[] | undefined = [];
  /** Bytes of the last block that are in use. */
  #at = 0;
  #size = 0;
  #isWhole = false;
  #onEnd: ((body: Buffer | undefined) => void) | undefined;

  /** @param limit the longest body that is copied, in bytes */
  constructor(limit: number, budget: ByteBudget) {
    this.#limit = limit;
    this.#budget = budget;
  }

  /** Takes the next piece of the body. */
  push(piece: Uint8Array): void {
    if (this.#blocks === undefined) return;
    if (this.#size + piece.length > this.#limit || !this.#budget.take(piece.length)) {
      this.discard();
      return;
    }
    this.#size += piece.length;
    this.#append(this.#blocks, piece);
  }

  /** The body is complete. */
  end(): void {
    this.#isWhole = true;
    this.#settle();
  }

  /**
   * Calls back once, when the body is complete, at once where it is: with all of it, for a `MirrorJob` whose `size` is its length, or with nothing where the
   * copy was given up.
   */
  whole(callback: (body: Buffer | undefined) => void): void {
    this.#onEnd = callback;
    if (this.#isWhole || this.#blocks === undefined) this.#settle();
  }

  /** Gives the copy up: the request was aborted, or is not mirrored after all. Does nothing once the body was handed over. */
  discard(): void {
    if (this.#blocks === undefined) return;
    this.#blocks = undefined;
    this.#budget.give(this.#size);
    this.#settle();
  }

  #settle(): void {
    const callback = this.#onEnd;
    if (callback === undefined) return;
    this.#onEnd = undefined;
    const blocks = this.#blocks;
    this.#blocks = undefined;
    callback(blocks === undefined ? undefined : Buffer.concat(blocks, this.#size));
  }

  /** Pieces are put together: a list of small ones would need many times the memory that they are counted for. */
  #append(blocks: Buffer[], piece: Uint8Array): void {
    let from = 0;
    while (from < piece.length) {
      let block = blocks.at(-1);
      if (block === undefined || this.#at === block.length) {
        block = Buffer.allocUnsafe(Math.min(block === undefined ? firstBlock : block.length * 2, longestBlock));
        blocks.push(block);
        this.#at = 0;
      }
      const next = piece.subarray(from, from + block.length - this.#at);
      block.set(next, this.#at);
      this.#at += next.length;
      from += next.length;
    }
  }
}
