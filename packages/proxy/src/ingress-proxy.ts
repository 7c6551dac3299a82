import type { RouteTable } from '@ingresskit/route-table';
import type { DrainOptions } from './drain-options.ts';
import type { Listener, ProxyEvents } from './events.ts';
import type { Clusters } from './exchange/clusters.ts';
import type { ListenerAddress } from './listen/listener.ts';
import type { MirrorQueue } from './mirror/index.ts';
import type { ListenerOptions } from './proxy-options.ts';
import type { SecretSource } from './tls/certificates.ts';
import type { Pools } from './upstream/pools.ts';

/** What is going on now, for metrics and debugging. */
export interface ProxyReport {
  readonly exchanges: number;
  readonly connections: number;
  readonly clusters: ReturnType<Clusters['report']>;
  readonly pools: ReturnType<Pools['report']>;
  readonly mirrors: MirrorQueue['counts'];
}

/** A data plane. It carries decisions out and makes none. */
export interface IngressProxy {
  /**
   * Opens the listeners. Serve a table first: until then every request is answered with 503.
   *
   * Rejects when one cannot be opened, when the proxy listens already or is closed, and with the signal's reason where the signal has closed it.
   */
  listen(): Promise<readonly ListenerAddress[]>;
  /**
   * Listens at other places from now on: opens what is new, gives those that stay (same host and port) their new terms for the connections to come, and takes
   * no new connections at those that are not named any more. No connection is cut: those of a place that is gone end after the response under way, or between
   * requests; WebSockets live on.
   *
   * A port 0 stays the one that was found for it. Changes are made one after the other. When a place cannot be opened the promise rejects and everything stays as it was.
   *
   * @returns where it listens now, in the order of the argument.
   */
  setListeners(listeners: readonly ListenerOptions[]): Promise<readonly ListenerAddress[]>;
  /**
   * Serves another table from now on; one reference is swapped. Requests under way go on with the table they began with.
   *
   * @param secrets where certificates are looked up: the snapshot the table was compiled from. Default: the last one given.
   */
  update(table: RouteTable, secrets?: SecretSource): void;
  /** Sends a request through the proxy without a socket: gate, decision and backend are the real ones. */
  fetch(request: Request | string | URL, init?: RequestInit & { readonly clientAddress?: string }): Promise<Response>;
  on<N extends keyof ProxyEvents>(name: N, listener: Listener<ProxyEvents[N]>): () => void;
  report(): ProxyReport;
  /**
   * Serves on until others have heard of it, then takes no new connections, closes idle ones, lets the others finish (reliability.md §2.5), and closes after
   * the grace time what is left. WebSockets get a Close frame with the code 1001 ten seconds before that, or after three quarters of a shorter time.
   */
  drain(options?: DrainOptions): Promise<void>;
  /** Cuts everything at once. */
  close(): Promise<void>;
}
