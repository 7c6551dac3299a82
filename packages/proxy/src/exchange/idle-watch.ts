import type { BodyWatcher, RequestBody } from '../client/request-body.ts';
import type { HttpVersion } from '../gate/raw-request.ts';
import type { Core } from './core.ts';
import type { ForwardPolicies } from './forward-policies.ts';

/** What has lasted too long: the client's body, a backend that does not take it, its answer, everything, or a client that does not read. */
export type Expired = 'body' | 'send' | 'read' | 'idle' | 'client-stalled';

/** A body of HTTP/1 must bring this many bytes in each idle time, so that one byte now and then does not hold a connection (A17). */
const leastBytesPerSecond = 16;

/** When something last happened in an exchange, and what it waits for. Times are those of the sweep. */
export class IdleWatch implements BodyWatcher {
  readonly #core: Core;
  readonly #sendMs: number;
  readonly #readMs: number | undefined;
  readonly #isHttp2: boolean;
  #touched: number;
  #blockedAt: number | undefined;
  #sent = 0;
  #held = false;
  #body: RequestBody | undefined;
  #windowAt = 0;
  #windowBytes = 0;
  /** When bytes of the body last went on, and how many had. */
  #takenAt = 0;
  #taken = 0;

  constructor(core: Core, version: HttpVersion, { sendTimeoutMs, readTimeoutMs }: ForwardPolicies) {
    this.#core = core;
    this.#touched = core.sweeper.now;
    this.#sendMs = sendTimeoutMs ?? core.timeouts.streamIdleMs;
    this.#readMs = readTimeoutMs;
    this.#isHttp2 = version === '2';
  }

  watchBody(body: RequestBody): void {
    this.#body = body;
    this.#windowAt = this.#takenAt = this.#core.sweeper.now;
    body.watcher = this;
  }

  bodyMoved(): void {
    this.#touched = this.#core.sweeper.now;
  }

  touch(): void {
    this.#touched = this.#core.sweeper.now;
  }

  /** Whether the client has to read before more can be sent. */
  get isBlocked(): boolean {
    return this.#blockedAt !== undefined;
  }

  /** The gateway itself lets the answer wait: nobody is slow. */
  hold(): void {
    this.#held = true;
  }

  goOn(): void {
    this.#held = false;
    this.touch();
  }

  clientBlocks(): void {
    this.#blockedAt ??= this.#core.sweeper.now;
  }

  clientReads(): void {
    this.#blockedAt = undefined;
    this.touch();
  }

  /** @param sent bytes of a buffered answer that the client has taken. */
  expired(now: number, sent: number): Expired | undefined {
    const { timeouts } = this.#core;
    if (this.#blockedAt !== undefined) {
      if (now - this.#blockedAt <= timeouts.clientStallMs) return undefined;
      // A slow client takes one piece after the other, long before it has taken all that waits; as with bodies, next to nothing is not enough.
      if (sent - this.#sent < (leastBytesPerSecond * timeouts.clientStallMs) / 1000) return 'client-stalled';
      this.#blockedAt = now;
      this.#sent = sent;
      return undefined;
    }
    if (this.#held) return undefined;
    const body = this.#body;
    if (body !== undefined && !body.readableEnded && !body.destroyed) {
      const waiting = body.readableLength;
      const taken = body.received - waiting;
      if (waiting === 0 || taken !== this.#taken) this.#takenAt = now;
      this.#taken = taken;
      if (waiting > 0) {
        // The client is not to blame for what it cannot send.
        this.#windowAt = now;
        this.#windowBytes = body.received;
        return now - this.#takenAt > this.#sendMs ? 'send' : undefined;
      }
      if (!this.#isHttp2) return this.#isTooSlow(body, now) ? 'body' : undefined;
    }
    if (this.#readMs !== undefined && now - this.#touched > this.#readMs) return 'read';
    return now - this.#touched > timeouts.streamIdleMs ? 'idle' : undefined;
  }

  /** Whether the client has sent next to nothing in the time of a look. */
  #isTooSlow({ received }: RequestBody, now: number): boolean {
    const { bodyIdleMs } = this.#core.timeouts;
    if (now - this.#windowAt < bodyIdleMs) return false;
    if (received - this.#windowBytes < (leastBytesPerSecond * bodyIdleMs) / 1000) return true;
    this.#windowAt = now;
    this.#windowBytes = received;
    return false;
  }
}
