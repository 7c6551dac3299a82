import type { ClientSide } from '../client/client-side.ts';
import type { Attempts } from './attempts.ts';
import type { Exchange } from './exchange.ts';
import type { ForwardPolicies } from './forward-policies.ts';
import type { IdleWatch } from './idle-watch.ts';
import { responseBytes } from './read-ahead.ts';
import { Throttle } from './throttle.ts';

/** The body of an answer on its way to the client: as fast as the client reads, as the route's limit allows, and as much ahead as its buffers hold. */
export class ResponseFlow {
  readonly #client: ClientSide;
  readonly #idle: IdleWatch;
  readonly #attempts: Attempts;
  readonly #throttle: Throttle | undefined;
  readonly #buffer: number;

  constructor({ client, core }: Exchange, { bandwidth, buffering }: ForwardPolicies, idle: IdleWatch, attempts: Attempts) {
    this.#client = client;
    this.#idle = idle;
    this.#attempts = attempts;
    this.#throttle = bandwidth === undefined ? undefined : new Throttle(bandwidth, core.now);
    this.#buffer = buffering?.responses === true ? responseBytes(buffering) : 0;
  }

  /** Sends a piece; true when more may come at once. Otherwise the attempts are resumed when it may. */
  pass(chunk: Uint8Array): boolean {
    let isFree = this.#client.data(chunk);
    if (!isFree) {
      this.#idle.clientBlocks();
      // The backend is let go as early as there is room for what a slow client has not taken yet.
      isFree = this.#buffer > 0 && this.#client.unsent < this.#buffer;
    }
    if (this.#throttle === undefined) return isFree;
    const isAllowed = this.#throttle.sent(chunk.length, () => {
      this.#idle.goOn();
      if (!this.#idle.isBlocked) this.#attempts.resume();
    });
    if (!isAllowed) this.#idle.hold();
    return isFree && isAllowed;
  }

  /** Bytes that the client has taken of what waits for it in buffers; nothing counts where there are none, and it must take all that waits. */
  get taken(): number {
    return this.#buffer > 0 ? this.#client.bytesSent - this.#client.unsent : 0;
  }

  close(): void {
    this.#throttle?.close();
  }
}
