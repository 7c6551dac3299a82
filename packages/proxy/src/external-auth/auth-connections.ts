import type { ExternalAuthQuestion } from '@ingresskit/annotations';
import { Agent } from 'undici';

/** The way that one question goes. */
export interface AuthLine {
  readonly agent: Agent;
  /** Whether its connection is closed behind the answer. */
  readonly closes: boolean;
  /** The answer is there, or will not come. */
  release(): void;
}

/** Tenants choose how connections are kept; beyond so many different wishes the oldest is forgotten. */
const mostPools = 64;
/** At once, to one service. */
const mostConnections = 64;

/** The connections to authentication services: those of all policies together, and pools of their own for policies that say how many are kept. */
export class AuthConnections {
  readonly #options: Agent.Options;
  readonly #shared: Agent;
  /** For what is more than a policy keeps. */
  readonly #closing: Agent;
  readonly #pools = new Map<string, KeptPool>();

  constructor(options: Agent.Options) {
    this.#options = options;
    this.#shared = new Agent({ ...options, connections: mostConnections, keepAliveTimeout: 30_000 });
    this.#closing = new Agent({ ...options, connections: mostConnections });
  }

  lineFor({ keepalive }: ExternalAuthQuestion): AuthLine {
    if (keepalive === undefined) return { agent: this.#shared, closes: false, release: nothing };
    const pool = keepalive.requests > 1 ? this.#poolFor(keepalive) : undefined;
    return pool?.line() ?? { agent: this.#closing, closes: true, release: nothing };
  }

  async destroy(): Promise<void> {
    const agents = [this.#shared, this.#closing, ...Array.from(this.#pools.values(), ({ agent }) => agent)];
    this.#pools.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  #poolFor(keepalive: Keepalive): KeptPool {
    const key = `${keepalive.connections} ${keepalive.requests} ${keepalive.idleMs}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      this.#makeRoom();
      pool = new KeptPool(keepalive, this.#options);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  #makeRoom(): void {
    if (this.#pools.size < mostPools) return;
    const [oldest] = this.#pools;
    if (oldest === undefined) return;
    this.#pools.delete(oldest[0]);
    // Questions under way get their answers.
    void oldest[1].agent.close();
  }
}

type Keepalive = NonNullable<ExternalAuthQuestion['keepalive']>;

/**
 * Keeps so many idle connections, each for so many requests, as `keepalive` of nginx does: that bounds what is kept, and not how many questions are asked at
 * once.
 */
class KeptPool {
  readonly agent: Agent;
  readonly #most: number;
  #running = 0;

  constructor({ connections, requests, idleMs }: Keepalive, options: Agent.Options) {
    this.#most = connections;
    this.agent = new Agent({
      ...options,
      connections,
      keepAliveTimeout: idleMs,
      // Not longer because the service would.
      keepAliveMaxTimeout: idleMs,
      // undici closes with the request after this many.
      maxRequestsPerClient: requests - 1,
    });
  }

  /** A way over a connection that is kept; `undefined` while all of them have a question to carry. */
  line(): AuthLine | undefined {
    if (this.#running >= this.#most) return undefined;
    this.#running += 1;
    return { agent: this.agent, closes: false, release: () => void (this.#running -= 1) };
  }
}

function nothing(): void {}
