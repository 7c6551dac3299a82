import type { Socket } from 'node:net';
import type { Call, CallFailure, CallSink, Outgoing } from '../call.ts';
import { CgiResponseHead } from './cgi-response-head.ts';
import type { FastCgiRequest } from './params.ts';
import { fastCgiParams } from './params.ts';
import { encodeRequestHead } from './record.ts';
import { RecordParser } from './record-parser.ts';
import { StdinStream } from './stdin-stream.ts';

/** Bytes of standard error that are passed on, and those after which the process is taken for one that never stops. */
const keptStderr = 4_096;
const maxStderr = 1_048_576;

/** How a request may end beside being complete (FastCGI 1.0 §5.5). */
const cannotMultiplex = 1;
const overloaded = 2;

/** A call over FastCGI, on a connection of its own. */
export class FastCgiCall implements Call {
  /** The connection is gone and its place is free. */
  onClosed: (() => void) | undefined;
  readonly #sink: CallSink;
  readonly #outgoing: Outgoing;
  readonly #request: FastCgiRequest;
  readonly #parser = new RecordParser();
  #socket: Socket | undefined;
  #stdin: StdinStream | undefined;
  /** While the head has not been read to its end. */
  #head: CgiResponseHead | undefined = new CgiResponseHead();
  /** What came in one piece with the end of the head. */
  #behindHead: Buffer | undefined;
  /** Bytes of the body, where they are known and have to be right. */
  #length: number | undefined;
  #received = 0;
  /** Its characters are bytes. */
  #stderr = '';
  #stderrBytes = 0;
  #error: string | undefined;
  #isPaused = false;
  #isReading = false;
  #isClosed = false;
  #over = false;

  /** @throws TypeError for a request that says nothing of FastCGI. */
  constructor(outgoing: Outgoing, sink: CallSink) {
    if (outgoing.fastcgi === undefined) throw new TypeError('a request to a FastCGI process needs its parameters');
    this.#outgoing = outgoing;
    this.#request = outgoing.fastcgi;
    this.#sink = sink;
  }

  /** Whether it has ended, in whatever way. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Sends the request over a new connection, which is the call's from now on. */
  start(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.name;
    });
    socket.on('close', () => this.#onClose());
    if (this.#over) {
      socket.destroy();
      return;
    }
    const { body, length } = this.#outgoing;
    this.#sink.onConnected();
    if (this.#over) return;
    if (body !== undefined && length === undefined) {
      this.fail({ kind: 'body', code: 'BODY_LENGTH_UNKNOWN' });
      return;
    }
    socket.on('data', (chunk: Buffer) => this.#onChunk(chunk));
    this.#stdin = new StdinStream(socket, body, length, (code) => this.fail({ kind: 'body', code }));
    socket.cork();
    socket.write(encodeRequestHead(fastCgiParams(this.#outgoing, this.#request)));
    this.#stdin.start();
    socket.uncork();
  }

  resume(): void {
    if (!this.#isPaused || this.#over) return;
    this.#isPaused = false;
    if (this.#isReading) return;
    this.#read();
    if (this.#isPaused || this.#over) return;
    if (this.#isClosed) this.#broken();
    else this.#socket?.resume();
  }

  cancel(): void {
    if (!this.#over) this.#end();
  }

  /** Ends the call with a failure, also before it had a connection. */
  fail(failure: CallFailure): void {
    if (this.#over) return;
    this.#end();
    this.#sink.onFailure(failure);
  }

  #end(): void {
    this.#over = true;
    this.#stdin?.stop();
    this.#socket?.destroy();
    if (this.#stderr !== '') this.#request.onStderr(Buffer.from(this.#stderr, 'latin1').toString());
  }

  #onChunk(chunk: Buffer): void {
    if (this.#over) return;
    this.#parser.push(chunk);
    this.#read();
    if (this.#isPaused) this.#socket?.pause();
  }

  #onClose(): void {
    this.#isClosed = true;
    this.onClosed?.();
    // What has come is the client's first, at its own speed.
    if (!this.#over && !this.#isPaused) this.#broken();
  }

  #broken(): void {
    this.fail({ kind: 'reset', code: this.#error ?? 'FCGI_CLOSED' });
  }

  /** Goes through what has come, until the sink asks to wait. */
  #read(): void {
    this.#isReading = true;
    while (!this.#over && !this.#isPaused) {
      if (this.#behindHead !== undefined) {
        const piece = this.#behindHead;
        this.#behindHead = undefined;
        this.#onBody(piece);
        continue;
      }
      const event = this.#parser.next();
      if (event === undefined) break;
      if (event === 'stdout') this.#onStdout(this.#parser.piece);
      else if (event === 'stderr') this.#onStderr(this.#parser.piece);
      else if (event === 'end') this.#onEndRequest(this.#parser.protocolStatus);
      else this.#malformed(this.#parser.problem);
    }
    this.#isReading = false;
  }

  #onStdout(piece: Buffer): void {
    const head = this.#head;
    if (head === undefined) {
      this.#onBody(piece);
      return;
    }
    const state = head.push(piece);
    if (state === 'more') return;
    if (state === 'malformed') {
      this.#malformed(head.problem);
      return;
    }
    this.#head = undefined;
    const { status, headers, length, consumed } = head;
    const isBodiless = this.#outgoing.method === 'HEAD' || status === 204 || status === 304;
    this.#length = isBodiless ? undefined : length;
    if (consumed < piece.length) this.#behindHead = piece.subarray(consumed);
    this.#isPaused = !this.#sink.onHead(status, headers, length);
  }

  #onBody(piece: Buffer): void {
    this.#received += piece.length;
    if (this.#length !== undefined && this.#received > this.#length) this.#malformed('FCGI_BODY_TOO_LONG');
    else this.#isPaused = !this.#sink.onData(piece);
  }

  #onStderr(piece: Buffer): void {
    this.#stderrBytes += piece.length;
    if (this.#stderr.length < keptStderr) this.#stderr += piece.toString('latin1', 0, keptStderr - this.#stderr.length);
    if (this.#stderrBytes > maxStderr) this.#malformed('FCGI_STDERR_TOO_LONG');
  }

  #onEndRequest(protocolStatus: number): void {
    const head = this.#head;
    if (protocolStatus !== 0) {
      const isUnprocessed = (protocolStatus === overloaded || protocolStatus === cannotMultiplex) && head?.isEmpty === true;
      this.fail({ kind: isUnprocessed ? 'unprocessed' : 'protocol', code: `FCGI_STATUS_${protocolStatus}` });
    } else if (head !== undefined) this.#malformed('FCGI_HEAD_INCOMPLETE');
    else if (this.#length !== undefined && this.#received < this.#length) this.#malformed('FCGI_BODY_TOO_SHORT');
    else {
      // Whatever stands behind the end is nobody's: the connection goes with the request.
      this.#end();
      this.#sink.onEnd(none);
    }
  }

  #malformed(code: string): void {
    this.fail({ kind: 'protocol', code });
  }
}

const none: readonly string[] = Object.freeze([]);
