import type { Duplex } from 'node:stream';
import type { RawRequest } from '../gate/raw-request.ts';
import type { RequestBody } from './request-body.ts';

/**
 * The exchange behind a client. An object rather than two callbacks: functions made anew for each request keep it alive, once called, until the next
 * full collection.
 */
export interface ClientOwner {
  /** The client reads again. */
  clientReads(): void;
  /** The exchange is over on this side: everything was sent (`true`), or the client went away. */
  clientClosed(complete: boolean): void;
}

/** The client's end of an exchange, the same for every protocol. Its writer owns it: after `end` or `abort` every call does nothing. */
export interface ClientSide {
  readonly raw: RawRequest;
  /** Whether a body may follow; in HTTP/2 the only sign of one. */
  readonly mayHaveBody: boolean;
  /** Bytes of header and body received and sent, for logs. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Of those, bytes that wait here for the client to take them. */
  readonly unsent: number;
  /** Who is told what becomes of the client. */
  owner: ClientOwner | undefined;
  /** The body as it arrives. Tells a client that waits to go on. Call it at most once. */
  openBody(): RequestBody;
  /** Forgets a body that nobody will read, so that the connection can serve the next request or is closed. */
  discardBody(): void;
  informational(status: number, headers: readonly string[]): void;
  /**
   * Sends the head of the response. Names and values one after the other.
   *
   * @param length bytes of the body, where known.
   */
  head(status: number, headers: readonly string[], length: number | undefined): void;
  /** Sends a piece of the body; false asks to wait for `clientReads`. */
  data(chunk: Uint8Array): boolean;
  /** @param trailers sent where the client takes them. */
  end(trailers?: readonly string[]): void;
  /** Cuts the exchange, so that the client sees that the response is not complete. */
  abort(): void;
  /** Closes the connection when the response is done. */
  closeAfter(): void;
  /** Sends `101` and hands the connection over; `undefined` where the protocol has no upgrades. */
  upgrade(headers: readonly string[]): Tunnel | undefined;
}

/** A connection that has left HTTP. */
export interface Tunnel {
  readonly socket: Duplex;
  /** What the client sent already. */
  readonly head: Uint8Array;
}
