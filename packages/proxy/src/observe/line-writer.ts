import type { Writable } from 'node:stream';

/** Where lines go, and how many may wait. */
export interface LineWriterOptions {
  readonly stream: Writable;
  /** Characters that may wait for a slow reader; lines beyond are dropped and counted. Default 1 048 576. */
  readonly mostWaiting?: number;
}

/** Writes lines in batches, one write for each turn of the event loop. It never waits for the reader and never throws. */
export class LineWriter {
  readonly #stream: Writable;
  readonly #mostWaiting: number;
  #lines: string[] = [];
  #size = 0;
  #dropped = 0;
  #scheduled = false;
  #broken = false;

  constructor({ stream, mostWaiting = 1_048_576 }: LineWriterOptions) {
    this.#stream = stream;
    this.#mostWaiting = mostWaiting;
    // A closed pipe must not take the gateway down.
    stream.on('error', () => {
      this.#broken = true;
    });
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line without its end. */
  write(line: string): void {
    if (this.#broken || this.#stream.writableLength + this.#size + line.length > this.#mostWaiting) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#size += line.length + 1;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  /** Hands all lines to the stream now. */
  flush(): void {
    this.#scheduled = false;
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    if (this.#broken) this.#dropped += this.#lines.length;
    else this.#stream.write(text);
    this.#lines = [];
    this.#size = 0;
  }
}
