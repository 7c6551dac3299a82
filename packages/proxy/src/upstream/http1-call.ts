import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { BodyError } from '../client/request-body.ts';
import type { Call, CallFailure, CallSink, Outgoing } from './call.ts';
import { maxInformational } from './call.ts';

const cancelled = new Error('cancelled');

/** The connection that calls go over, one after the other. */
export interface Line {
  /** The last socket of it. */
  readonly socket: Socket | undefined;
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean;
}

/** Who gives calls their line. */
export interface LineOwner {
  /** The call is over, and its line may take another one. `isSound`: nothing was wrong with it. */
  release(line: Line, isSound: boolean): void;
  /** The call waits for a line no longer. */
  forget(call: Http1Call): void;
}

/**
 * A call over HTTP/1.1. It is undici's handler itself, of the kind that takes raw headers: no header object is built, and nothing is allocated for a
 * piece of a body.
 */
export class Http1Call implements Call, Dispatcher.DispatchHandler {
  readonly #sink: CallSink;
  readonly #owner: LineOwner;
  readonly #outgoing: Outgoing;
  #line: Line | undefined;
  #socket: Socket | undefined;
  #bytesBefore = 0;
  #abort: ((error?: Error) => void) | undefined;
  #resume: (() => void) | undefined;
  #connected = false;
  #over = false;
  #informational = 0;

  constructor(outgoing: Outgoing, sink: CallSink, owner: LineOwner) {
    this.#outgoing = outgoing;
    this.#sink = sink;
    this.#owner = owner;
  }

  /** Sends the request over a line that is free. */
  begin(line: Line): void {
    this.#line = line;
    const { method, path, host, headers, body, length, upgrade, closes } = this.#outgoing;
    const all = ['host', host, ...headers];
    if (length !== undefined && body !== undefined) all.push('content-length', String(length));
    else if (body === undefined && length === 0 && method !== 'GET' && method !== 'HEAD') all.push('content-length', '0');
    line.dispatch(
      {
        method,
        path,
        headers: all,
        body: (body ?? null) as Buffer | null,
        ...(upgrade === undefined ? {} : { upgrade }),
        ...(closes === undefined ? {} : { reset: true }),
        idempotent: false,
      },
      this,
    );
  }

  resume(): void {
    this.#resume?.();
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#line === undefined) this.#owner.forget(this);
    this.#abort?.(cancelled);
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.#over) {
      abort(cancelled);
      return;
    }
    this.#abort = abort;
    this.#connected = true;
    this.#socket = this.#line?.socket;
    this.#bytesBefore = this.#socket?.bytesRead ?? 0;
    this.#sink.onConnected();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (this.#over) return false;
    const headers: string[] = new Array(raw.length);
    let length: number | undefined;
    for (let index = 0; index < raw.length; index += 2) {
      const name = (raw[index] as Buffer).toString('latin1');
      const value = (raw[index + 1] as Buffer).toString('latin1');
      headers[index] = name;
      headers[index + 1] = value;
      if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
    }
    if (status < 200) {
      if (++this.#informational > maxInformational) this.#fail({ kind: 'protocol', code: 'TOO_MANY_INTERIM' });
      else this.#sink.onInformational(status, headers);
      return true;
    }
    this.#resume = resume;
    return this.#sink.onHead(status, headers, length);
  }

  onData(chunk: Buffer): boolean {
    return this.#over ? true : this.#sink.onData(chunk);
  }

  onComplete(trailers: readonly (string | Buffer)[] | null): void {
    if (!this.#over) {
      this.#over = true;
      this.#sink.onEnd(trailers === null || trailers.length === 0 ? none : trailers.map(textOf));
    }
    this.#release(true);
  }

  onUpgrade(status: number, raw: Buffer[] | string[] | null, socket: Duplex): void {
    if (this.#over) socket.destroy();
    else {
      this.#over = true;
      this.#sink.onUpgrade(status, (raw ?? []).map(textOf), socket);
    }
    this.#release(false);
  }

  onError(error: Error): void {
    if (!this.#over) {
      this.#over = true;
      const failure = failureOf(error, this.#connected);
      this.#sink.onFailure(failure.kind === 'reset' && this.#isStale() ? { kind: 'stale', code: failure.code } : failure);
    }
    this.#release(false);
  }

  /** Once: an error may follow an answer that nobody could take. */
  #release(isSound: boolean): void {
    const line = this.#line;
    if (line === undefined) return;
    this.#line = undefined;
    this.#owner.release(line, isSound);
  }

  /** Whether the connection had brought an answer before, and none of it for this call. */
  #isStale(): boolean {
    return this.#bytesBefore > 0 && this.#socket?.bytesRead === this.#bytesBefore;
  }

  #fail(failure: CallFailure): void {
    this.#over = true;
    this.#abort?.(cancelled);
    this.#sink.onFailure(failure);
  }
}

const none: readonly string[] = Object.freeze([]);

function textOf(part: string | Buffer): string {
  return typeof part === 'string' ? part : part.toString('latin1');
}

/** What an error of undici means. */
export function failureOf(error: Error & { readonly code?: unknown }, isConnected: boolean): CallFailure {
  const code = typeof error.code === 'string' ? error.code : error.name;
  if (error instanceof BodyError) return { kind: 'body', code };
  if (code === 'UND_ERR_INVALID_ARG') return { kind: 'unsendable', code };
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || (!isConnected && code === 'ETIMEDOUT')) return { kind: 'connect-timeout', code };
  if (!isConnected) return { kind: 'connect', code };
  const isProtocol =
    error.name === 'HTTPParserError' ||
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ||
    code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
  return { kind: isProtocol || /bad (?:response|upgrade)/.test(error.message) ? 'protocol' : 'reset', code };
}
