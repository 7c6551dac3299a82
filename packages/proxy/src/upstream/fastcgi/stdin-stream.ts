import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { BodyError } from '../../client/request-body.ts';
import { maxRecordLength, recordHead, recordTypes } from './record.ts';

const end = recordHead(recordTypes.stdin, 0);

/** The request's body on its way to a FastCGI process, as fast as that reads. */
export class StdinStream {
  readonly #socket: Socket;
  readonly #body: Readable | Uint8Array | undefined;
  readonly #length: number | undefined;
  readonly #onBroken: (code: string) => void;
  #sent = 0;

  /** @param onBroken called once, when the body breaks off or has another length than was said; not after `stop`. */
  constructor(socket: Socket, body: Readable | Uint8Array | undefined, length: number | undefined, onBroken: (code: string) => void) {
    this.#socket = socket;
    this.#body = body;
    this.#length = length;
    this.#onBroken = onBroken;
  }

  start(): void {
    const body = this.#body;
    if (body === undefined || body instanceof Uint8Array) {
      if (body !== undefined) this.#write(body);
      this.#socket.write(end);
      return;
    }
    if (body.destroyed) {
      this.#onError(body.errored);
      return;
    }
    body.on('data', this.#onData).once('end', this.#onEnd).once('error', this.#onError);
    this.#socket.on('drain', this.#onDrain);
  }

  /** Reads no more of the body. */
  stop(): void {
    const body = this.#body;
    if (body === undefined || body instanceof Uint8Array) return;
    body.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
    this.#socket.off('drain', this.#onDrain);
    body.pause();
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#sent += chunk.length;
    // The process was told how many bytes to expect, and would take others for those of another request.
    if (this.#length !== undefined && this.#sent > this.#length) this.#break('BODY_TOO_LARGE');
    else if (!this.#socket.destroyed && !this.#write(chunk)) (this.#body as Readable).pause();
  };

  readonly #onEnd = (): void => {
    if (this.#length !== undefined && this.#sent < this.#length) this.#break('BODY_INCOMPLETE');
    else this.#socket.write(end);
  };

  readonly #onError = (error: unknown): void => {
    this.#break(error instanceof BodyError ? error.code : 'BODY_INCOMPLETE');
  };

  readonly #onDrain = (): void => {
    (this.#body as Readable).resume();
  };

  #break(code: string): void {
    this.stop();
    this.#onBroken(code);
  }

  /** False asks to wait for the socket. */
  #write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    let isFree = true;
    socket.cork();
    for (let start = 0; start < bytes.length; start += maxRecordLength) {
      const piece = bytes.subarray(start, start + maxRecordLength);
      socket.write(recordHead(recordTypes.stdin, piece.length));
      isFree = socket.write(piece);
    }
    socket.uncork();
    return isFree;
  }
}
