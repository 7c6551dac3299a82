import { performance } from 'node:perf_hooks';
import type { RouteTable } from '@ingresskit/route-table';
import { closedTls, nothing } from './before-first-table.ts';
import type { ClientSide } from './client/client-side.ts';
import { FetchClient } from './client/fetch-client.ts';
import { certificateAnswers } from './client-certificate/index.ts';
import type { DrainOptions } from './drain-options.ts';
import { Events, type Listener, type ProxyEvents } from './events.ts';
import { Clusters } from './exchange/clusters.ts';
import { type Core, defaultTimeouts, type Serving } from './exchange/core.ts';
import { Exchange } from './exchange/exchange.ts';
import { shownExchange } from './exchange-view.ts';
import { ExternalAuthClient, externalAuthAnswerers } from './external-auth/index.ts';
import { guardOf } from './external-auth-guard.ts';
import { Gate } from './gate/gate.ts';
import type { Peer } from './gate/raw-request.ts';
import type { IngressProxy, ProxyReport } from './ingress-proxy.ts';
import { guardLimits, limitAnswerers, MemoryLimitStore } from './limits/index.ts';
import type { ListenerAddress } from './listen/listener.ts';
import { Listeners } from './listen/listeners.ts';
import { MirrorQueue } from './mirror/index.ts';
import { Passthrough } from './passthrough/index.ts';
import { type PasswordAnswerer, passwordAnswerer } from './password-answerer.ts';
import { ProfileSetups } from './profile-setups.ts';
import type { ListenerOptions, ProxyOptions } from './proxy-options.ts';
import { resolveChecked, systemResolver } from './resolver.ts';
import { RetryBudget } from './retry/index.ts';
import { Sweeper } from './sweep.ts';
import { Certificates, type SecretSource } from './tls/certificates.ts';
import { virtualHostOf } from './tls/handshake-policy.ts';
import type { TlsState } from './tls/tls-terminator.ts';
import { Pools } from './upstream/pools.ts';

/**
 * Creates a proxy. It opens nothing until `listen`.
 *
 * @throws TypeError for options that cannot be.
 */
export function createProxy(options: ProxyOptions = {}): IngressProxy {
  return new NodeProxy(options);
}

class NodeProxy implements IngressProxy {
  readonly #options: ProxyOptions;
  readonly #events = new Events();
  readonly #core: Core & { serving: Serving; isDraining: boolean; isClosed: boolean };
  readonly #listeners: Listeners;
  readonly #certificates: Certificates;
  readonly #externalAuth: ExternalAuthClient;
  readonly #passwords: PasswordAnswerer = passwordAnswerer();
  readonly #setups: ProfileSetups;
  readonly #housekeeping: NodeJS.Timeout;
  #secrets: SecretSource | undefined;
  #tls: TlsState = closedTls;
  #exchanges = 0;
  #onIdle: (() => void) | undefined;
  #onClose: (() => void) | undefined;
  #drained: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#setups = new ProfileSetups(options.profile);
    const now = options.now ?? (() => performance.now());
    const random = options.random ?? Math.random;
    const timeouts = { ...defaultTimeouts, ...options.timeouts };
    const resolver = options.resolver ?? systemResolver();
    const events = this.#events;
    const sweeper = new Sweeper(now);
    const pools = new Pools(
      {
        connectTimeoutMs: timeouts.upstreamConnectMs,
        idleMs: timeouts.upstreamIdleMs,
        maxConnections: options.maxConnectionsPerEndpoint ?? 1_024,
      },
      // For what has not been used in minutes the time of the last sweep is good enough.
      () => sweeper.now,
    );
    this.#certificates = new Certificates(options.defaultCertificate, (secret, error) => events.emit('certificate', { secret, error }));
    this.#externalAuth = new ExternalAuthClient({ ...guardOf(options), ...options.externalAuth, now });
    this.#core = {
      gate: new Gate(options),
      sweeper,
      pools,
      clusters: new Clusters({ now, random }),
      budget: new RetryBudget(options.retryBudget),
      mirrors: new MirrorQueue(options.mirrors),
      tunnels: new Set(),
      passthroughs: new Set(),
      timeouts,
      answerers: guardLimits(
        {
          password: this.#passwords,
          'client-certificate': certificateAnswers(),
          ...limitAnswerers(options.limits ?? new MemoryLimitStore({ now })),
          ...externalAuthAnswerers(this.#externalAuth),
          ...options.answerers,
        },
        (error) => events.emit('error', error),
      ),
      tracing: options.tracing,
      replayBytes: options.replayBytes ?? 65_536,
      random,
      now,
      wallClock: options.wallClock ?? Date.now,
      isDraining: false,
      isClosed: false,
      serving: nothing,
      resolve: (name) => resolveChecked(name, resolver, options.allowAddress ?? (() => false)),
      onBegin: () => {
        this.#exchanges += 1;
      },
      onEnd: (record) => this.#ended('exchange', events.isHeard('exchange') ? shownExchange(record) : record),
      onPassed: (record) => this.#ended('passthrough', record),
      onStderr: (message) => events.emit('stderr', message),
      onError: (error) => events.emit('error', error),
    };
    this.#listeners = new Listeners({
      timeouts,
      sweeper,
      listeners: options.listeners ?? [],
      tls: () => this.#tls,
      onRequest: (client) => this.#begin(client),
      onPassthrough: (connection) => new Passthrough(this.#core, connection).begin(),
      onMalformed: (reason) => events.emit('malformed', { reason }),
      onHandshakeFailed: (error) => events.emit('handshake', { error }),
    });
    this.#housekeeping = setInterval(() => {
      const time = now();
      pools.prune(time);
      this.#core.clusters.prune(time);
    }, 30_000);
    this.#housekeeping.unref();
    if (options.signal?.aborted === true) void this.close();
    else options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async listen(): Promise<readonly ListenerAddress[]> {
    this.#mustBeOpen();
    return await this.#listeners.open();
  }

  async setListeners(listeners: readonly ListenerOptions[]): Promise<readonly ListenerAddress[]> {
    this.#mustBeOpen();
    return await this.#listeners.set(listeners);
  }

  update(table: RouteTable, secrets: SecretSource | undefined = this.#secrets): void {
    // What is closed stays closed, also when a table was still on its way.
    if (this.#closed !== undefined) return;
    this.#secrets = secrets;
    const { matcher, policies } = this.#setups.setupFor(table);
    const isUniform = policies.isUniform(table);
    this.#tls = {
      isUniform,
      policyOf: (name) => policies.policyOf(virtualHostOf(table, name)),
      contextOf: (name, policy) => this.#certificates.contextOf(table, secrets, name, policy),
      defaultPairs: () => this.#certificates.defaultPairs(table, secrets),
    };
    this.#core.serving = {
      table,
      matcher,
      tlsPolicyOf: isUniform ? () => undefined : (host) => policies.policyOf(virtualHostOf(table, host)).key,
    };
  }

  async fetch(input: Request | string | URL, init: RequestInit & { readonly clientAddress?: string } = {}): Promise<Response> {
    const { clientAddress = '127.0.0.1', ...rest } = init;
    const request = new Request(input, rest);
    request.signal.throwIfAborted();
    const { protocol, pathname, search, hostname, port } = new URL(request.url);
    const isTls = protocol === 'https:';
    const peer: Peer = {
      address: clientAddress,
      port: 0,
      localAddress: '127.0.0.1',
      localPort: Number(port) || (isTls ? 443 : 80),
      ...(isTls
        ? {
            tls: {
              sni: /^[\d.[]/.test(hostname) ? undefined : hostname,
              policy: this.#tls.policyOf(hostname).key,
              certificate: undefined,
              certificateProblem: undefined,
              version: 'TLSv1.3',
              cipher: '',
            },
          }
        : {}),
    };
    const client = new FetchClient(request, `${pathname}${search}`, peer);
    this.#begin(client);
    return await client.response;
  }

  on<N extends keyof ProxyEvents>(name: N, listener: Listener<ProxyEvents[N]>): () => void {
    return this.#events.on(name, listener);
  }

  report(): ProxyReport {
    const { clusters, pools, mirrors } = this.#core;
    return {
      exchanges: this.#exchanges,
      connections: this.#listeners.connections,
      clusters: clusters.report(),
      pools: pools.report(),
      mirrors: mirrors.counts,
    };
  }

  drain(options: DrainOptions = {}): Promise<void> {
    this.#drained ??= this.#closed ?? this.#drain(options);
    return this.#drained;
  }

  async #drain({ graceMs: wholeMs = 240_000, propagationMs = 0 }: DrainOptions): Promise<void> {
    this.#events.emit('draining', undefined);
    const waitMs = Math.min(propagationMs, wholeMs / 2);
    const graceMs = wholeMs - Math.max(0, waitMs);
    if (waitMs > 0) await this.#wait(waitMs);
    if (this.#closed !== undefined) return this.#closed;
    this.#core.isDraining = true;
    this.#listeners.drain();
    if (this.#exchanges > 0) {
      const finished = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      const goodbye = setTimeout(
        () => {
          for (const tunnel of this.#core.tunnels) tunnel.leave();
        },
        Math.max(graceMs - 10_000, graceMs * 0.75),
      );
      await Promise.race([finished, grace]);
      clearTimeout(timer);
      clearTimeout(goodbye);
    }
    await this.close();
  }

  close(): Promise<void> {
    this.#core.isClosed = true;
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** A time that ends early when the proxy is closed. */
  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#onClose = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.#onClose?.();
    const { pools, sweeper, mirrors, passthroughs } = this.#core;
    mirrors.close();
    for (const passthrough of passthroughs) passthrough.close();
    await this.#listeners.close();
    await pools.destroy();
    await this.#externalAuth.close();
    await this.#passwords.close();
    sweeper.close();
    this.#core.serving = nothing;
    this.#tls = closedTls;
    this.#secrets = undefined;
  }

  #mustBeOpen(): void {
    this.#options.signal?.throwIfAborted();
    if (this.#closed !== undefined) throw new Error('the proxy is closed');
  }

  #begin(client: ClientSide): void {
    new Exchange(this.#core, client).begin();
  }

  #ended<N extends 'exchange' | 'passthrough'>(kind: N, record: ProxyEvents[N]): void {
    this.#exchanges -= 1;
    this.#events.emit(kind, record);
    if (this.#exchanges === 0) this.#onIdle?.();
  }
}
