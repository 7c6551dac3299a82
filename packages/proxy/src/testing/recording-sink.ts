import type { Duplex } from 'node:stream';
import type { CallFailure, CallSink } from '../upstream/call.ts';

/** Keeps what a call reports; a subclass says when the call is to wait. */
export class RecordingSink implements CallSink {
  status: number | undefined;
  headers: readonly string[] = [];
  length: number | undefined;
  isConnected = false;
  failure: CallFailure | undefined;
  /** Whether the call has ended, well or not. */
  isOver = false;
  readonly pieces: Buffer[] = [];
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get body(): Buffer {
    return Buffer.concat(this.pieces);
  }

  onConnected(): void {
    this.#alive();
    this.isConnected = true;
  }

  onInformational(): void {
    this.#alive();
  }

  onHead(status: number, headers: string[], length: number | undefined): boolean {
    this.#alive();
    this.status = status;
    this.headers = headers;
    this.length = length;
    return true;
  }

  onData(chunk: Uint8Array): boolean {
    this.#alive();
    // A copy: what is received belongs to the call.
    this.pieces.push(Buffer.from(chunk));
    return true;
  }

  onEnd(): void {
    this.#finish();
  }

  onUpgrade(_status: number, _headers: string[], socket: Duplex): void {
    socket.destroy();
    this.#finish();
  }

  onFailure(failure: CallFailure): void {
    this.failure = failure;
    this.#finish();
  }

  #alive(): void {
    if (this.isOver) throw new Error('called after the end');
  }

  #finish(): void {
    this.#alive();
    this.isOver = true;
    this.#end();
  }
}
