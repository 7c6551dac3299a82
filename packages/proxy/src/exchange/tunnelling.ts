import type { Duplex } from 'node:stream';
import type { Tunnel } from '../client/client-side.ts';
import type { Expirable } from '../sweep.ts';
import type { Core } from './core.ts';
import { FrameEdge, goingAway } from './frame-edge.ts';

/**
 * Two connections that speak WebSocket, joined: bytes pass in both directions as they come, with back-pressure, and an end passes as an end. Nothing is
 * looked at but where frames end, so that a Close frame can be put between two of them when the gateway goes away.
 */
export class Tunnelling implements Expirable {
  slot = -1;
  readonly #client: Duplex;
  readonly #upstream: Duplex;
  readonly #core: Core;
  readonly #done: () => void;
  readonly #goodbyes: (() => void)[] = [];
  #touched: number;
  #isLeaving = false;
  #open = 2;
  #over = false;

  constructor({ socket, head }: Tunnel, upstream: Duplex, core: Core, done: () => void) {
    this.#client = socket;
    this.#upstream = upstream;
    this.#core = core;
    this.#done = done;
    this.#touched = core.sweeper.now;
    core.sweeper.add(this);
    core.tunnels.add(this);
    const fromClient = new FrameEdge();
    fromClient.follow(head);
    // The bytes that came before the answer were held back until now (reliability.md A24).
    if (head.length > 0) upstream.write(head);
    this.#join(socket, upstream, fromClient, true);
    this.#join(upstream, socket, new FrameEdge(), false);
  }

  sweep(now: number): void {
    if (now - this.#touched > this.#core.timeouts.streamIdleMs) this.destroy();
  }

  /** Tells both sides that the gateway goes away, as soon as the frame under way has ended, and ends. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    for (const goodbye of this.#goodbyes) goodbye();
  }

  destroy(): void {
    if (this.#over) return;
    this.#over = true;
    this.#core.sweeper.delete(this);
    this.#core.tunnels.delete(this);
    this.#client.destroy();
    this.#upstream.destroy();
    this.#done();
  }

  #join(from: Duplex, to: Duplex, edge: FrameEdge, toServer: boolean): void {
    let isClosed = false;
    const close = (): void => {
      if (isClosed || !edge.isReached || to.destroyed || to.writableEnded) return;
      isClosed = true;
      to.end(goingAway(toServer));
      from.resume();
    };
    this.#goodbyes.push(close);
    from.on('data', (chunk: Uint8Array) => {
      this.#touched = this.#core.sweeper.now;
      // Behind a Close frame nothing may follow: the other side's answer to it is read and dropped.
      if (isClosed || to.destroyed) return;
      const length = edge.follow(chunk, this.#isLeaving);
      if (!to.write(length === chunk.length ? chunk : chunk.subarray(0, length))) from.pause();
      if (this.#isLeaving) close();
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
