/** Bytes from the server to one client, with the ways in which a connection ends. */
export class BytePipe implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #end: 'open' | 'ended' | 'reset' = 'open';
  #isFrozen = false;
  #isLeft = false;
  #onLeft: (() => void) | undefined;
  /** Bytes that were put on the wire. */
  sent = 0;

  /** True until the server ended or broke it, or the client left. */
  get isOpen(): boolean {
    return this.#end === 'open' && !this.#isLeft;
  }

  /** How the server ended it; `open` while it did not. A frozen pipe never tells. */
  get end(): 'open' | 'ended' | 'reset' {
    return this.#end;
  }

  /** Called when the client goes away. */
  set onLeft(callback: () => void) {
    this.#onLeft = callback;
  }

  write(bytes: Uint8Array): void {
    if (!this.isOpen || this.#isFrozen || bytes.byteLength === 0) return;
    this.sent += bytes.byteLength;
    this.#chunks.push(bytes);
    this.#wake?.();
  }

  /** A clean end. */
  finish(): void {
    this.#close('ended');
  }

  /** A TCP reset: what was sent still arrives, then the connection breaks. */
  reset(): void {
    this.#close('reset');
  }

  /** From now on nothing arrives, not even the end: a peer behind a dead network. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** The client went away. */
  leave(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#onLeft?.();
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, undefined, undefined> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) yield chunk;
        else if (this.#isLeft || this.#end === 'ended') return;
        else if (this.#end === 'reset') throw new Error('read ECONNRESET');
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.leave();
    }
  }

  #close(end: 'ended' | 'reset'): void {
    if (this.#end !== 'open' || this.#isFrozen) return;
    this.#end = end;
    this.#wake?.();
  }
}
