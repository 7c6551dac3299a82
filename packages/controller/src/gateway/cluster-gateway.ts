import { type Clock, type ClusterStatus, type ClusterWatch, defaultKinds, systemClock, watchCluster } from '@ingresskit/kubernetes';
import {
  type AdminServer,
  certificateExpiries,
  createProxy,
  type DrainOptions,
  GatewayMetrics,
  type IngressProxy,
  type ListenerAddress,
  observeExchanges,
  rejectedObjects,
} from '@ingresskit/proxy';
import type { Change } from '@ingresskit/resources';
import { type Compiled, type Compiler, createCompiler } from 'ingresskit';
import type { Permission } from '../permission.ts';
import { startGatewayAdmin } from './admin.ts';
import { compileInSlices } from './compile-in-slices.ts';
import type { GatewayEvent } from './gateway-events.ts';
import type { ClusterGatewayOptions } from './gateway-options.ts';
import { startPublishing } from './publishing.ts';
import { type TableDigest, TableDigester } from './table-digest.ts';

/** What following a cluster does at the API server. Pods are read for `service-subset` only, when they are named in `watch.kinds`. */
export const watchPermissions: readonly Permission[] = [
  { group: 'networking.k8s.io', resource: 'ingresses', verbs: ['list', 'watch'], why: 'the routes' },
  { group: 'networking.k8s.io', resource: 'ingressclasses', verbs: ['list', 'watch'], why: 'which Ingresses are ours' },
  { group: '', resource: 'services', verbs: ['list', 'watch'], why: 'the backends' },
  { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list', 'watch'], why: 'their endpoints' },
  { group: '', resource: 'secrets', verbs: ['list', 'watch'], why: 'certificates and passwords' },
  { group: '', resource: 'configmaps', verbs: ['list', 'watch'], why: 'headers and pages that annotations refer to' },
  { group: 'mse.alibabacloud.com', resource: 'mseingressconfigs', verbs: ['list', 'watch'], why: 'the settings of the gateway' },
];

/** What a gateway shows of itself. */
export interface ClusterGatewayReport {
  readonly isReady: boolean;
  /** How often a table went into service. */
  readonly generation: number;
  readonly cluster: ClusterStatus;
}

/** Watch source, compiler and data plane in one. */
export interface ClusterGateway {
  readonly proxy: IngressProxy;
  /**
   * Opens the listeners and follows the cluster. Until the first table every request is answered with 503.
   *
   * @returns where it listens.
   */
  start(): Promise<{ readonly listeners: readonly ListenerAddress[]; readonly admin?: { readonly host: string; readonly port: number } }>;
  /** Resolves when every kind has synced and the first table serves; rejects when the gateway is closed before. */
  readonly ready: Promise<void>;
  readonly report: ClusterGatewayReport;
  /** The latest result of compiling; what it says serves. */
  readonly current: Compiled | undefined;
  /** The digests of the table that serves; `undefined` before the first. */
  digest(): TableDigest | undefined;
  /** Says it is not ready, lets requests finish, stops watching, gives up the Lease last (reliability.md §1.1, Shutdown). */
  drain(options?: DrainOptions): Promise<void>;
  /** Cuts everything at once. */
  close(): Promise<void>;
}

/**
 * Creates a gateway that follows a cluster. The API server may vanish for as long as it likes: the last table serves, and readiness stays.
 *
 * @throws TypeError for options that cannot be.
 */
export function createClusterGateway(options: ClusterGatewayOptions): ClusterGateway {
  return new Follower(options);
}

class Follower implements ClusterGateway {
  readonly proxy: IngressProxy;
  readonly ready: Promise<void>;
  readonly #options: ClusterGatewayOptions;
  readonly #clock: Clock;
  readonly #compiler: Compiler;
  readonly #digester = new TableDigester();
  readonly #metrics: GatewayMetrics;
  readonly #stopObserving: () => void;
  readonly #stopping = new AbortController();
  readonly #settled: { resolve(): void; reject(error: Error): void };
  readonly #publishing: ReturnType<typeof startPublishing>;
  #watch: ClusterWatch | undefined;
  #following: Promise<void> | undefined;
  #admin: AdminServer | undefined;
  #current: Compiled | undefined;
  #generation = 0;
  #isDraining = false;
  #cancelDigest: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ClusterGatewayOptions) {
    const {
      cluster,
      proxy,
      accessLog,
      metrics,
      admin: _admin,
      publish,
      watch: _watch,
      sliceSize: _size,
      digestDelay: _delay,
      signal,
      clock,
      onEvent: _on,
      ...compile
    } = options;
    this.#options = options;
    this.#clock = clock ?? systemClock;
    this.#compiler = createCompiler({ ...compile, assumeEndpoints: 'never' });
    this.proxy = createProxy({ ...(typeof compile.profile === 'object' ? { profile: compile.profile } : {}), ...proxy });
    this.#metrics = metrics instanceof GatewayMetrics ? metrics : new GatewayMetrics(metrics);
    this.#metrics.follow(() =>
      this.#current === undefined ? {} : { certificates: certificateExpiries(this.#current.table, this.#current.snapshot) },
    );
    this.#stopObserving = observeExchanges(this.proxy, { metrics: this.#metrics, ...(accessLog === undefined ? {} : { accessLog }) });
    let settled: { resolve(): void; reject(error: Error): void } | undefined;
    this.ready = new Promise((resolve, reject) => {
      settled = { resolve, reject };
    });
    // Whoever does not wait for it must not be ended by it.
    this.ready.catch(() => undefined);
    this.#settled = settled as unknown as { resolve(): void; reject(error: Error): void };
    this.#publishing = startPublishing({ cluster, publish, clock: this.#clock, onEvent: (event) => this.#emit(event) });
    signal?.addEventListener('abort', () => void this.close(), { once: true });
    if (signal?.aborted === true) void this.close();
  }

  get current(): Compiled | undefined {
    return this.#current;
  }

  get report(): ClusterGatewayReport {
    return {
      isReady: this.#current !== undefined && !this.#isDraining,
      generation: this.#generation,
      cluster: this.#watch?.status ?? { isSynced: false, collections: [] },
    };
  }

  async start(): ReturnType<ClusterGateway['start']> {
    if (this.#following !== undefined) throw new TypeError('The gateway was started already.');
    if (this.#closed !== undefined) throw new TypeError('The gateway is closed.');
    const { cluster, watch, admin } = this.#options;
    this.#watch = watchCluster({
      kinds: defaultKinds,
      // A burst is taken up as one; a single change is not kept waiting.
      holdOff: 5,
      maxDelay: 250,
      ...watch,
      server: cluster,
      signal: this.#stopping.signal,
      clock: this.#clock,
      onEvent: (event) => this.#emit({ type: 'cluster', event }),
    });
    this.#following = this.#follow(this.#watch);
    try {
      const listeners = await this.proxy.listen();
      if (admin === undefined) return { listeners };
      this.#admin = await startGatewayAdmin({
        ...admin,
        metrics: this.#metrics,
        report: () => this.report,
        digest: () => this.digest(),
        table: () => this.#current?.table,
        areListenersOpen: () => !this.#isDraining,
      });
      return { listeners, admin: { host: this.#admin.host, port: this.#admin.port } };
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  digest(): TableDigest | undefined {
    return this.#current === undefined ? undefined : this.#digester.digestOf(this.#current.table);
  }

  async drain(options?: DrainOptions): Promise<void> {
    this.#isDraining = true;
    await this.proxy.drain(options);
    await this.close();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #follow(watch: ClusterWatch): Promise<void> {
    for await (const changes of watch) {
      try {
        await this.#take(changes);
      } catch (error) {
        this.#emit({ type: 'failed', error });
      }
    }
  }

  async #take(changes: readonly Change[]): Promise<void> {
    const started = this.#clock.now();
    const compiled = await compileInSlices(this.#compiler, changes, this.#options.sliceSize ?? 200);
    if (this.#stopping.signal.aborted) return;
    // Certificates come from the snapshot of this very table.
    this.proxy.update(compiled.table, compiled.snapshot);
    const isFirst = this.#current === undefined;
    this.#current = compiled;
    this.#generation += 1;
    const seconds = (this.#clock.now() - started) / 1000;
    this.#emit({ type: 'table', generation: this.#generation, changes: changes.length, seconds, compiled });
    if (isFirst) {
      this.#settled.resolve();
      this.#emit({ type: 'ready' });
    }
    this.#publishing.update(compiled, changes);
    this.#digestLater(seconds);
  }

  #digestLater(seconds: number): void {
    // Not put off by further changes: under constant change there is a digest every so often, not never.
    this.#cancelDigest ??= this.#clock.timer(this.#options.digestDelay ?? 1_000, () => {
      this.#cancelDigest = undefined;
      const digest = this.digest();
      if (digest === undefined) return;
      this.#metrics.tableApplied({
        generation: this.#generation,
        digest: digest.table,
        seconds,
        at: this.#clock.wallTime(),
        rejected: rejectedObjects(this.#current?.diagnostics ?? []),
      });
      this.#emit({ type: 'digest', generation: this.#generation, digest });
    });
  }

  #emit(event: GatewayEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch {
      // Whoever listens must not be able to stop the gateway.
    }
  }

  async #close(): Promise<void> {
    this.#isDraining = true;
    this.#stopping.abort();
    this.#settled.reject(new Error('The gateway was closed.'));
    this.#cancelDigest?.();
    this.#cancelDigest = undefined;
    await this.#watch?.close();
    await this.#following;
    await this.proxy.close();
    this.#stopObserving();
    await this.#admin?.close();
    this.#metrics.close();
    await this.#publishing.stop();
  }
}
