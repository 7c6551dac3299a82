import type { Duplex, Readable } from 'node:stream';
import type { FastCgiRequest } from './fastcgi/params.ts';

/** A request as it goes to an endpoint. */
export interface Outgoing {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  /** The Host or `:authority`. */
  readonly host: string;
  /** Names and values, one after the other, without Host and without what belongs to a connection. */
  readonly headers: readonly string[];
  readonly body: Readable | Uint8Array | undefined;
  /** Bytes of the body; `undefined` when only its end will tell. */
  readonly length: number | undefined;
  readonly upgrade: 'websocket' | undefined;
  /** The connection is closed behind the answer. HTTP/1.1 only. */
  readonly closes?: true;
  /** What a FastCGI process is told besides. */
  readonly fastcgi?: FastCgiRequest;
}

/** Where a call reports. Nothing is called after `onEnd`, `onFailure` or `onUpgrade`, nor after `cancel`. */
export interface CallSink {
  /** The request is on its way over a connection. */
  onConnected(): void;
  onInformational(status: number, headers: readonly string[]): void;
  /**
   * The head of the response; false asks to wait until `resume` before the body comes.
   *
   * @param length of the body, where the backend says it.
   */
  onHead(status: number, headers: string[], length: number | undefined): boolean;
  /** False asks to wait until `resume`. */
  onData(chunk: Uint8Array): boolean;
  onEnd(trailers: readonly string[]): void;
  onUpgrade(status: number, headers: string[], socket: Duplex): void;
  onFailure(failure: CallFailure): void;
}

/** A request that is under way. */
export interface Call {
  resume(): void;
  /** Gives up: the connection is not used again unless its protocol allows. */
  cancel(): void;
}

/** Why a call came to nothing. */
export interface CallFailure {
  /**
   * - `connect`: no connection came about, nothing was sent;
   * - `unprocessed`: the backend says it did nothing (RFC 9113 §8.7);
   * - `stale`: a connection that had been used before broke before a byte of the answer: most likely the backend closed it while the request was on its way;
   * - `reset`: the connection broke;
   * - `protocol`: what came back is no HTTP or FastCGI, or more of it than is allowed;
   * - `body`: the client's body broke off;
   * - `unsendable`: the request cannot be written in the backend's protocol. It says nothing about the backend, which has not seen it.
   */
  readonly kind: 'connect' | 'connect-timeout' | 'unprocessed' | 'stale' | 'reset' | 'protocol' | 'body' | 'unsendable';
  /** Of the error, for logs: `ECONNREFUSED`. */
  readonly code: string;
}

/** Most interim responses to one request: a backend that sends them without end is cut off (reliability.md A50). */
export const maxInformational: number = 16;
