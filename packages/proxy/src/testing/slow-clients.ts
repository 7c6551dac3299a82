import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Clients that take their time in one way. */
export interface Slowness {
  readonly count: number;
  readonly port: number;
  /** What they say at once, byte for byte (latin1). */
  readonly opening: string;
  /** What they say once a second from then on. */
  readonly piece?: string;
  /** Whether they read what is said to them. */
  readonly reads: boolean;
}

/** What their process tells: that all were opened, and how many still are; that none is any more. */
export type SlowNews = { readonly kind: 'full'; readonly open: number } | { readonly kind: 'ended' };

/**
 * Clients in a process of their own: a process may have so many descriptors, and whoever serves the connections needs as many as they are. Close them in
 * any case.
 */
export class SlowClients {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #full: Promise<number>;
  readonly #ended: Promise<void>;

  constructor(kinds: readonly Slowness[]) {
    const child = fork(fileURLToPath(new URL('./slow-clients-process.ts', import.meta.url)));
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#full = new Promise((resolve) => child.on('message', (news: SlowNews) => news.kind === 'full' && resolve(news.open)));
    this.#ended = new Promise((resolve) => child.on('message', (news: SlowNews) => news.kind === 'ended' && resolve()));
    child.send([...kinds]);
  }

  /** Resolves when all have been opened, with how many are open then on their side. */
  full(): Promise<number> {
    return this.#orExit(this.#full);
  }

  /** Resolves when the other side has ended them all. */
  ended(): Promise<void> {
    return this.#orExit(this.#ended);
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  #orExit<T>(news: Promise<T>): Promise<T> {
    const exited = this.#exited.then(() => {
      throw new Error('the process of the clients ended');
    });
    return Promise.race([news, exited]);
  }
}
