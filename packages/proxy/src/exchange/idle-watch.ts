import type { BodyWatcher, RequestBody } from '../client/request-body.ts';
import type { HttpVersion } from '../gate/raw-request.ts';
import type { Core } from './core.ts';
import type { ForwardPolicies } from './forward-policies.ts';

/** What has lasted too long: the client's body, the backend's answer, everything, or a client that does not read. */
export type Expired = 'body' | 'read' | 'idle' | 'client-stalled';

/** A body of HTTP/1 must bring this many bytes in each idle time, so that one byte now and then does not hold a connection (A17). */
const leastBytesPerSecond = 16;

/** When something last happened in an exchange, and what it waits for. Times are those of the sweep. */
export class IdleWatch implements BodyWatcher {
  readonly #core: Core;
  readonly #bodyIdleMs: number;
  readonly #readMs: number | undefined;
  readonly #isHttp2: boolean;
  #touched: number;
  #blockedAt: number | undefined;
  #body: RequestBody | undefined;
  #windowAt = 0;
  #windowBytes = 0;

  constructor(core: Core, version: HttpVersion, { sendTimeoutMs, readTimeoutMs }: ForwardPolicies) {
    this.#core = core;
    this.#touched = core.sweeper.now;
    this.#bodyIdleMs = sendTimeoutMs ?? core.timeouts.bodyIdleMs;
    this.#readMs = readTimeoutMs;
    this.#isHttp2 = version === '2';
  }

  watchBody(body: RequestBody): void {
    this.#body = body;
    this.#windowAt = this.#core.sweeper.now;
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

  clientBlocks(): void {
    this.#blockedAt ??= this.#core.sweeper.now;
  }

  clientReads(): void {
    this.#blockedAt = undefined;
    this.touch();
  }

  expired(now: number): Expired | undefined {
    const { timeouts } = this.#core;
    if (this.#blockedAt !== undefined) return now - this.#blockedAt > timeouts.clientStallMs ? 'client-stalled' : undefined;
    const body = this.#body;
    if (body !== undefined && !body.readableEnded && !body.destroyed && !this.#isHttp2) {
      if (now - this.#windowAt < this.#bodyIdleMs) return undefined;
      const bytes = body.received - this.#windowBytes;
      // Where nobody reads the body it is the backend that is slow.
      if (bytes < (leastBytesPerSecond * this.#bodyIdleMs) / 1000 && body.readableLength === 0) return 'body';
      this.#windowAt = now;
      this.#windowBytes = body.received;
      return undefined;
    }
    if (this.#readMs !== undefined && now - this.#touched > this.#readMs) return 'read';
    return now - this.#touched > timeouts.streamIdleMs ? 'idle' : undefined;
  }
}
