import type { Duplex } from 'node:stream';
import type { Tunnel } from '../client/client-side.ts';
import type { Expirable } from '../sweep.ts';
import type { Core } from './core.ts';

/**
 * Two connections that have left HTTP, joined: bytes pass in both directions as they come, with back-pressure, and an end passes as an end. Nothing is
 * looked at, so the proxy is transparent to whatever is spoken.
 */
export class Tunnelling implements Expirable {
  readonly #client: Duplex;
  readonly #upstream: Duplex;
  readonly #core: Core;
  readonly #done: () => void;
  #touched: number;
  #open = 2;
  #over = false;

  constructor({ socket, head }: Tunnel, upstream: Duplex, core: Core, done: () => void) {
    this.#client = socket;
    this.#upstream = upstream;
    this.#core = core;
    this.#done = done;
    this.#touched = core.sweeper.now;
    core.sweeper.add(this);
    // The bytes that came before the answer were held back until now (reliability.md A24).
    if (head.length > 0) upstream.write(head);
    this.#join(socket, upstream);
    this.#join(upstream, socket);
  }

  sweep(now: number): void {
    if (now - this.#touched > this.#core.timeouts.streamIdleMs) this.destroy();
  }

  destroy(): void {
    if (this.#over) return;
    this.#over = true;
    this.#core.sweeper.delete(this);
    this.#client.destroy();
    this.#upstream.destroy();
    this.#done();
  }

  #join(from: Duplex, to: Duplex): void {
    from.on('data', (chunk: Uint8Array) => {
      this.#touched = this.#core.sweeper.now;
      if (!to.destroyed && !to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => {
      to.end();
      this.#open -= 1;
      if (this.#open > 0) return;
      // Both sides have said their last word; what is still on its way gets out first.
      if (to.writableFinished) this.destroy();
      else to.once('finish', () => this.destroy());
    });
    from.on('error', () => this.destroy());
    from.on('close', () => {
      if (from.readableEnded) return;
      this.destroy();
    });
  }
}
