import { Client, type Dispatcher, Pool } from 'undici';
import type { Call, CallSink, Outgoing } from './call.ts';
import { openConnection } from './connect.ts';
import { FastCgiConnections } from './fastcgi/fastcgi-connections.ts';
import { Http1Call, type Line } from './http1-call.ts';
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

/** The connections to one target of another protocol than HTTP/1.1. */
interface Connections {
  /** Requests under way and waiting. */
  readonly active: number;
  /** Connections that are open. */
  readonly connected: number;
  start(outgoing: Outgoing, sink: CallSink): Call;
  close(): void;
  destroy(): void;
}

interface Entry {
  readonly http1: Pool | undefined;
  /** Present where there is no `http1`. */
  readonly others: Connections | undefined;
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
    return entry.http1 === undefined
      ? (entry.others as Connections).start(outgoing, sink)
      : new Http1Call(sink).start(entry.http1, target.requestsPerConnection === 1 ? { ...outgoing, closes: true } : outgoing);
  }

  /** Whether there is a connection to a target, idle or busy. */
  isConnected(target: UpstreamTarget): boolean {
    const { http1, others } = this.#entryOf(target);
    return (http1?.stats.connected ?? others?.connected ?? 0) > 0;
  }

  /** Connections and waiting requests by target, for metrics. */
  report(): readonly { readonly target: string; readonly active: number }[] {
    return [...this.#entries].map(([target, { http1, others }]) => ({ target, active: http1?.stats.running ?? others?.active ?? 0 }));
  }

  /** Closes what has not been used for a while. */
  prune(now: number): void {
    for (const [key, entry] of this.#entries) {
      const active = entry.http1 === undefined ? (entry.others?.active ?? 0) : entry.http1.stats.running + entry.http1.stats.queued;
      if (active > 0 || now - entry.usedAt < retentionMs) continue;
      this.#entries.delete(key);
      if (entry.endpoint !== undefined) this.#plain.delete(entry.endpoint);
      void entry.http1?.close();
      entry.others?.close();
    }
  }

  /** Cuts every connection. */
  async destroy(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#plain.clear();
    for (const { others } of entries) others?.destroy();
    await Promise.all(entries.map(({ http1 }) => http1?.destroy()));
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
    const { idleMs } = this.#options;
    const connectTimeoutMs = target.connectTimeoutMs ?? this.#options.connectTimeoutMs;
    const maxConnections = Math.min(this.#options.maxConnections, target.mostConnections ?? Number.POSITIVE_INFINITY);
    const usedAt = this.#now();
    if (target.version !== '1.1') {
      const others =
        target.version === '2'
          ? new Http2Sessions(target, connectTimeoutMs)
          : new FastCgiConnections(target, connectTimeoutMs, maxConnections);
      return { http1: undefined, others, usedAt, endpoint: undefined };
    }
    const { address, port, requestsPerConnection } = target;
    const host = address.includes(':') ? `[${address}]` : address;
    // Always "http": the connector below decides about TLS, and undici then does not change connections when the Host of a request does.
    const http1 = new Pool(`http://${host}:${port}`, {
      factory: (origin, options) => new LineClient(origin, options as Client.Options, target, connectTimeoutMs),
      connections: maxConnections,
      pipelining: 1,
      keepAliveTimeout: idleMs,
      // Deadlines are the exchange's business: it knows the route's.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 65_536,
      // undici closes with the request after this many; a single one closes with itself.
      ...(requestsPerConnection === undefined ? {} : { maxRequestsPerClient: requestsPerConnection - 1 }),
    });
    return { http1, others: undefined, usedAt, endpoint: undefined };
  }
}

/** One connection at a time; each call learns which one it goes over. */
class LineClient extends Client {
  readonly #line: Line;

  constructor(origin: URL, options: Client.Options, target: UpstreamTarget, connectTimeoutMs: number) {
    const line: Line = { socket: undefined };
    super(origin, {
      ...options,
      connect: (_options, done) =>
        openConnection(target, connectTimeoutMs, (error, socket) => {
          line.socket = socket ?? undefined;
          done(error as never, socket as never);
        }),
    });
    this.#line = line;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    (handler as Http1Call).line = this.#line;
    return super.dispatch(options, handler);
  }
}
