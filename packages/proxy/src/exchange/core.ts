import type { Matcher } from '@ingresskit/matcher';
import type { RouteTable } from '@ingresskit/route-table';
import type { Gate } from '../gate/gate.ts';
import type { MirrorQueue } from '../mirror/index.ts';
import type { Tracing } from '../observe/index.ts';
import type { PassthroughRecord } from '../passthrough/index.ts';
import type { RetryBudget } from '../retry/index.ts';
import type { Sweeper } from '../sweep.ts';
import type { Pools } from '../upstream/pools.ts';
import type { Answerers } from './answerer.ts';
import type { Clusters } from './clusters.ts';
import type { StderrMessage } from './fastcgi-request.ts';
import type { ExchangeRecord } from './record.ts';

/** How long things may take, in milliseconds (reliability.md §2.1). */
export interface Timeouts {
  readonly tlsHandshakeMs: number;
  /** From the first byte of a request to the end of its headers; also the time a new connection has to say anything. */
  readonly headersMs: number;
  /** Without a byte of the request body. */
  readonly bodyIdleMs: number;
  /** A connection between two requests. */
  readonly keepAliveMs: number;
  /** Without anything happening in either direction. */
  readonly streamIdleMs: number;
  /** A client that does not read what was sent to it. */
  readonly clientStallMs: number;
  readonly upstreamConnectMs: number;
  readonly upstreamIdleMs: number;
}

export const defaultTimeouts: Timeouts = {
  tlsHandshakeMs: 10_000,
  headersMs: 10_000,
  bodyIdleMs: 60_000,
  keepAliveMs: 75_000,
  streamIdleMs: 300_000,
  clientStallMs: 60_000,
  upstreamConnectMs: 5_000,
  upstreamIdleMs: 10_000,
};

/** What a request is decided by from its first byte to its last: later tables change nothing about it. */
export interface Serving {
  readonly table: RouteTable;
  readonly matcher: Matcher;
  /** The TLS policy a host must have been asked for under; `undefined` for hosts that anybody's handshake will do for. */
  tlsPolicyOf(host: string): string | undefined;
}

/** What all exchanges share. */
export interface Core {
  readonly gate: Gate;
  readonly sweeper: Sweeper;
  readonly pools: Pools;
  readonly clusters: Clusters;
  readonly budget: RetryBudget;
  readonly timeouts: Timeouts;
  readonly answerers: Answerers;
  readonly tracing: Tracing | undefined;
  /** Bodies up to this many bytes are held back while a retry or fallback could need them again. */
  readonly replayBytes: number;
  readonly random: () => number;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  readonly isDraining: boolean;
  /** What is still under way is being cut. */
  readonly isClosed: boolean;
  /** The table that requests beginning now are decided by. */
  readonly serving: Serving;
  /** Addresses of a DNS name that may be connected to. */
  resolve(name: string): Promise<readonly string[]>;
  readonly mirrors: MirrorQueue;
  /** WebSockets that are open. */
  readonly tunnels: Set<{ leave(): void }>;
  /** TLS connections that are handed on unopened. */
  readonly passthroughs: Set<{ close(): void }>;
  onBegin(): void;
  onEnd(record: ExchangeRecord): void;
  /** A TLS connection that was handed on, or should have been, is over; it has begun like an exchange. */
  onPassed(record: PassthroughRecord): void;
  /** Reports what a backend wrote to its standard error. */
  onStderr(message: StderrMessage): void;
  /** Reports a failure of the proxy itself or of an answerer. */
  onError(error: unknown): void;
}
