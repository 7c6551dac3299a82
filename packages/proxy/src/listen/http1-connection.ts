import type { Socket } from 'node:net';
import type { Peer } from '../gate/raw-request.ts';
import type { Expirable, Sweeper } from '../sweep.ts';

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
  readonly #keepAliveMs: number;
  #idleSince: number | undefined;
  #bytesBefore = 0;

  constructor(socket: Socket, peer: Peer, sweeper: Sweeper, keepAliveMs: number) {
    this.#socket = socket;
    this.peer = peer;
    this.#sweeper = sweeper;
    this.#keepAliveMs = keepAliveMs;
  }

  /** A request has arrived. */
  enter(): void {
    this.busy += 1;
    this.#idleSince = undefined;
  }

  /** Its exchange is over. */
  leave(): void {
    this.busy -= 1;
    if (this.busy > 0) return;
    this.#idleSince = this.#sweeper.now;
    this.#bytesBefore = this.#socket.bytesRead;
  }

  sweep(now: number): void {
    if (this.#idleSince === undefined || now - this.#idleSince < this.#keepAliveMs) return;
    // The next request has begun: from here on the time of headers counts.
    if (this.#socket.bytesRead === this.#bytesBefore) this.#socket.destroy();
  }
}
