import type { Socket } from 'node:net';
import type { Timeouts } from '../exchange/core.ts';
import type { Peer } from '../gate/raw-request.ts';
import type { Expirable, Sweeper } from '../sweep.ts';

/** Node's own check of header times comes first: where a request has begun it says 408. */
const headStartMs = 1_000;

/**
 * What the requests of one HTTP/1 connection share. Closes the connection when it has waited too long for its next request: a look now and then, where Node
 * would set and clear a timer for each response.
 */
export class Http1Connection implements Expirable {
  slot = -1;
  readonly peer: Peer;
  /** Exchanges under way: an error answer must not end up in another one's response. */
  busy = 0;
  readonly #socket: Socket;
  readonly #sweeper: Sweeper;
  readonly #timeouts: Timeouts;
  #isLeaving = false;
  #idleSince: number | undefined;
  /** Since when bytes come that belong to no request, or to one whose headers are not complete. Node's parser knows which, but times only the latter. */
  #movesSince: number | undefined;
  #bytesBefore = 0;

  /** @param waitedMs how long the client has taken already, of the time it has for its first headers. */
  constructor(socket: Socket, peer: Peer, sweeper: Sweeper, timeouts: Timeouts, waitedMs: number) {
    this.#socket = socket;
    this.peer = peer;
    this.#sweeper = sweeper;
    this.#timeouts = timeouts;
    this.#idleSince = sweeper.now;
    this.#movesSince = sweeper.now - waitedMs;
  }

  /** Whether the connection ends after the response under way: nothing that comes behind it is served. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** A request has arrived. */
  enter(): void {
    this.busy += 1;
    this.#idleSince = undefined;
    this.#movesSince = undefined;
  }

  /** Its exchange is over. */
  leave(): void {
    this.busy -= 1;
    if (this.busy > 0) return;
    this.#idleSince = this.#sweeper.now;
    this.#bytesBefore = this.#socket.bytesRead;
    if (!this.#isLeaving) return;
    this.#movesSince = this.#idleSince;
    this.#socket.end();
    this.#socket.resume();
  }

  /**
   * Ends the connection after the response under way, and until then and for a while longer reads what comes, and drops it: a connection that is closed over
   * bytes that nobody has read is reset, and the response may be lost with it (RFC 9112 §9.6).
   */
  leaveSoon(): void {
    this.#isLeaving = true;
    // Node calls this after a response that says `Connection: close`.
    this.#socket.destroySoon = endOnly;
  }

  sweep(now: number): void {
    if (this.#idleSince === undefined) return;
    if (this.#movesSince === undefined && this.#socket.bytesRead !== this.#bytesBefore) this.#movesSince = now;
    const { headersMs, keepAliveMs } = this.#timeouts;
    const isLate =
      this.#movesSince === undefined ? now - this.#idleSince >= keepAliveMs : now - this.#movesSince >= headersMs + headStartMs;
    if (isLate) this.#socket.destroy();
  }
}

function endOnly(this: Socket): void {
  this.end();
}
