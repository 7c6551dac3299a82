import { Readable } from 'node:stream';
import type { BodyCopy } from '../mirror/index.ts';

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
 * Who waits for a body that is read into memory. Objects rather than callbacks: a function made for one request outlives the young generation, with all
 * it knows, once it has been called.
 */
export interface BodyOwner {
  /**
   * Called once.
   *
   * @param error the code of what went wrong.
   */
  bodyRead(error: string | undefined, body: Uint8Array | Readable | undefined): void;
}

/** Who is told that something of a body has arrived. */
export interface BodyWatcher {
  bodyMoved(): void;
}

/** Who counts what comes. */
export interface BodyMeter {
  received(bytes: number): void;
}

/** Where a body comes from; it knows its body, so that its listeners can be the same for all. */
interface Source extends Readable {
  [taker]?: RequestBody;
}

const taker = Symbol('taker');

/** A body that is on its way into memory. */
interface Gathering {
  readonly length: number;
  readonly owner: BodyOwner;
  /** What has come: the first piece itself where it is all, else a copy of the pieces. */
  bytes: Buffer | undefined;
  at: number;
}

/**
 * A request body apart from the connection it comes from: destroying it leaves the connection alone, so that an answer can still be sent. It
 * passes back-pressure on and counts.
 */
export class RequestBody extends Readable {
  received = 0;
  watcher: BodyWatcher | undefined;
  /** Collects what streams, for mirrors. */
  copy: BodyCopy | undefined;
  /** Bytes after which the body is refused. */
  limit: number = Number.POSITIVE_INFINITY;
  readonly #source: Source;
  readonly #isBroken: (source: Readable) => boolean;
  readonly #meter: BodyMeter | undefined;
  #gathering: Gathering | undefined;

  /** @param isBroken whether a source that has ended is not complete; the same function for all sources of a kind. */
  constructor(source: Readable, isBroken: (source: Readable) => boolean, meter?: BodyMeter) {
    super({ highWaterMark: 65_536 });
    this.#source = source;
    this.#isBroken = isBroken;
    this.#meter = meter;
    this.#source[taker] = this;
    source.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken);
    source.pause();
    // Whoever gets it listens too; an error that comes before must not end the process.
    this.on('error', ignore);
  }

  /** Reads the body into memory, past the stream. It has this many bytes, or it is refused. */
  gather(length: number, owner: BodyOwner): void {
    if (this.destroyed) {
      owner.bodyRead('BODY_INCOMPLETE', undefined);
      return;
    }
    this.#gathering = { length, owner, bytes: undefined, at: 0 };
    this.#source.resume();
  }

  onChunk(chunk: Buffer): void {
    this.received += chunk.length;
    this.#meter?.received(chunk.length);
    this.watcher?.bodyMoved();
    const gathering = this.#gathering;
    if (this.received > this.limit) this.destroy(new BodyError('BODY_TOO_LARGE'));
    else if (gathering === undefined) {
      this.copy?.push(chunk);
      if (!this.push(chunk)) this.#source.pause();
    } else if (gathering.at + chunk.length > gathering.length) this.destroy(new BodyError('BODY_TOO_LARGE'));
    else if (chunk.length === gathering.length) {
      // The parser hands its pieces over: nobody writes into them again.
      gathering.bytes = chunk;
      gathering.at = chunk.length;
    } else {
      gathering.bytes ??= Buffer.allocUnsafe(gathering.length);
      chunk.copy(gathering.bytes, gathering.at);
      gathering.at += chunk.length;
    }
  }

  onSourceEnd(): void {
    // A stream that was reset ends like one that is complete.
    if (this.#isBroken(this.#source)) this.onSourceBroken();
    else if (this.#gathering === undefined) {
      this.copy?.end();
      this.push(null);
    } else this.#gathered(this.#gathering.at === this.#gathering.length ? undefined : 'BODY_INCOMPLETE');
  }

  onSourceBroken(): void {
    if (!this.readableEnded) this.destroy(new BodyError('BODY_INCOMPLETE'));
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#source.off('data', onData).off('end', onEnd).off('aborted', onBroken);
    this.#source.pause();
    this.copy?.discard();
    this.#gathered(error instanceof BodyError ? error.code : 'BODY_INCOMPLETE');
    callback(error);
  }

  #gathered(error: string | undefined): void {
    const gathering = this.#gathering;
    if (gathering === undefined) return;
    this.#gathering = undefined;
    this.destroy();
    gathering.owner.bodyRead(error, error === undefined ? (gathering.bytes ?? Buffer.alloc(0)) : undefined);
  }
}

function onData(this: Source, chunk: Buffer): void {
  this[taker]?.onChunk(chunk);
}

function onEnd(this: Source): void {
  this[taker]?.onSourceEnd();
}

function onBroken(this: Source): void {
  this[taker]?.onSourceBroken();
}

function ignore(): void {}
