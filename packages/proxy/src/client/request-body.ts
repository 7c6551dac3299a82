import { Readable } from 'node:stream';

/** The client stopped in the middle of its body, or sent more of it than is allowed. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'BODY_INCOMPLETE' | 'BODY_TOO_LARGE';

  constructor(code: BodyError['code']) {
    super(code === 'BODY_INCOMPLETE' ? 'the request body ended early' : 'the request body is larger than allowed');
    this.code = code;
  }
}

/**
 * A request body apart from the connection it comes from: destroying it leaves the connection alone, so that an answer can still be sent. It
 * passes back-pressure on and counts.
 */
export class RequestBody extends Readable {
  received = 0;
  /** Called with the bytes of each piece. */
  onBytes: ((bytes: number) => void) | undefined;
  /** Bytes after which the body is refused. */
  limit: number = Number.POSITIVE_INFINITY;
  readonly #source: Readable;
  readonly #stop: () => void;

  constructor(source: Readable, isAborted: () => boolean) {
    super({ highWaterMark: 65_536 });
    this.#source = source;
    const onData = (chunk: Buffer): void => {
      this.received += chunk.length;
      this.onBytes?.(chunk.length);
      if (this.received > this.limit) this.destroy(new BodyError('BODY_TOO_LARGE'));
      else if (!this.push(chunk)) source.pause();
    };
    const onEnd = (): void => {
      // A stream that was reset ends like one that is complete.
      if (isAborted()) onBroken();
      else this.push(null);
    };
    const onBroken = (): void => {
      if (!this.readableEnded) this.destroy(new BodyError('BODY_INCOMPLETE'));
    };
    source.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken);
    source.pause();
    this.#stop = () => source.off('data', onData).off('end', onEnd).off('aborted', onBroken);
    // Whoever gets it listens too; an error that comes before must not end the process.
    this.on('error', ignore);
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#stop();
    this.#source.pause();
    callback(error);
  }
}

function ignore(): void {}
