import type { RedisCommands } from './redis-commands.ts';
import { runScript } from './redis-commands.ts';
import { renewScript } from './scripts.ts';

/** Leases that are renewed with one command. */
const batch = 500;

/** The places that this gateway holds in the shared store: renewed while requests are in flight, however long a stream lives. */
export class LeaseBook {
  readonly #client: RedisCommands;
  readonly #leaseMs: number;
  readonly #held = new Map<string, readonly string[]>();
  #timer: NodeJS.Timeout | undefined;

  constructor(client: RedisCommands, leaseMs: number) {
    this.#client = client;
    this.#leaseMs = leaseMs;
  }

  hold(lease: string, keys: readonly string[]): void {
    this.#held.set(lease, keys);
    // No timer while nothing is held.
    this.#timer ??= setInterval(() => this.#renew(), this.#leaseMs / 3).unref();
  }

  /** Gives places back; a second call does nothing. */
  release(lease: string): void {
    const keys = this.#held.get(lease);
    if (keys === undefined) return;
    this.#held.delete(lease);
    if (this.#held.size === 0) this.#stop();
    this.giveBack(lease, keys);
  }

  /** Gives back places that were taken but never held. What fails is given back by time. */
  giveBack(lease: string, keys: readonly string[]): void {
    if (!this.#client.isReady) return;
    for (const key of keys) this.#client.sendCommand(['ZREM', key, lease]).catch(() => undefined);
  }

  close(): void {
    for (const lease of this.#held.keys()) this.release(lease);
    this.#stop();
  }

  #renew(): void {
    if (!this.#client.isReady) return;
    const places = Array.from(this.#held, ([lease, keys]) => keys.map((key) => ({ key, lease }))).flat();
    for (let start = 0; start < places.length; start += batch) {
      const part = places.slice(start, start + batch);
      const values = [String(this.#leaseMs), ...part.map(({ lease }) => lease)];
      runScript(
        this.#client,
        renewScript,
        part.map(({ key }) => key),
        values,
      ).catch(() => undefined);
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
