import type { Call, CallSink, Outgoing } from './call.ts';
import { FastCgiConnections } from './fastcgi/fastcgi-connections.ts';
import { Http1Connections } from './http1-connections.ts';
import { Http2Sessions } from './http2-sessions.ts';
import type { UpstreamTarget } from './target.ts';
import { targetKey } from './target.ts';

/** Limits of the connections to one endpoint. */
export interface PoolOptions {
  readonly connectTimeoutMs: number;
  /** How long a connection without a request is kept. */
  readonly idleMs: number;
  /** Most HTTP/1.1 or FastCGI connections to one endpoint; requests beyond wait. */
  readonly maxConnections: number;
}

/** The connections to one target. */
interface Connections {
  /** Requests under way and waiting. */
  readonly active: number;
  /** Connections that are open. */
  readonly connected: number;
  start(outgoing: Outgoing, sink: CallSink): Call;
  close(): void;
  destroy(): void | Promise<void>;
}

interface Entry {
  readonly connections: Connections;
  usedAt: number;
  /** Where the quick way leads here. */
  endpoint: string | undefined;
}

/** Pools without use for so long are closed: endpoints come and go. */
const retentionMs = 120_000;

/** The connections to all endpoints, by target. */
export class Pools {
  readonly #options: PoolOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  /** The pools of plain HTTP/1.1 by endpoint: the key of the others has to be put together for each request. */
  readonly #plain = new Map<string, Entry>();

  constructor(options: PoolOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Sends a request. */
  call(target: UpstreamTarget, outgoing: Outgoing, sink: CallSink): Call {
    const entry = this.#entryOf(target);
    entry.usedAt = this.#now();
    return entry.connections.start(outgoing, sink);
  }

  /** Whether there is a connection to a target, idle or busy. */
  isConnected(target: UpstreamTarget): boolean {
    return this.#entryOf(target).connections.connected > 0;
  }

  /** Connections and waiting requests by target, for metrics. */
  report(): readonly { readonly target: string; readonly active: number }[] {
    return [...this.#entries].map(([target, { connections }]) => ({ target, active: connections.active }));
  }

  /** Closes what has not been used for a while. */
  prune(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (entry.connections.active > 0 || now - entry.usedAt < retentionMs) continue;
      this.#entries.delete(key);
      if (entry.endpoint !== undefined) this.#plain.delete(entry.endpoint);
      entry.connections.close();
    }
  }

  /** Cuts every connection. */
  async destroy(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#plain.clear();
    await Promise.all(entries.map(({ connections }) => connections.destroy()));
  }

  #entryOf(target: UpstreamTarget): Entry {
    const { endpoint, version, tls, connectTimeoutMs, requestsPerConnection, mostConnections } = target;
    const isPlain =
      endpoint !== undefined &&
      version === '1.1' &&
      tls === undefined &&
      connectTimeoutMs === undefined &&
      requestsPerConnection === undefined &&
      mostConnections === undefined;
    const quick = isPlain ? this.#plain.get(endpoint) : undefined;
    if (quick !== undefined) return quick;
    const key = targetKey(target);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = this.#open(target);
      this.#entries.set(key, entry);
    }
    if (isPlain) {
      entry.endpoint = endpoint;
      this.#plain.set(endpoint, entry);
    }
    return entry;
  }

  #open(target: UpstreamTarget): Entry {
    const connectTimeoutMs = target.connectTimeoutMs ?? this.#options.connectTimeoutMs;
    const maxConnections = Math.min(this.#options.maxConnections, target.mostConnections ?? Number.POSITIVE_INFINITY);
    const connections =
      target.version === '1.1'
        ? new Http1Connections(target, { connectTimeoutMs, idleMs: this.#options.idleMs, maxConnections })
        : target.version === '2'
          ? new Http2Sessions(target, connectTimeoutMs)
          : new FastCgiConnections(target, connectTimeoutMs, maxConnections);
    return { connections, usedAt: this.#now(), endpoint: undefined };
  }
}
