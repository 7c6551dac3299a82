import type { Profile } from '@ingresskit/annotations';
import type { Answerers } from './exchange/answerer.ts';
import type { Timeouts } from './exchange/core.ts';
import type { ExternalAuthClientOptions } from './external-auth/index.ts';
import type { GateOptions } from './gate/gate.ts';
import type { LimitStore } from './limits/index.ts';
import type { MirrorQueueOptions } from './mirror/index.ts';
import type { Tracing } from './observe/index.ts';
import type { Resolver } from './resolver.ts';
import type { RetryBudgetOptions } from './retry/index.ts';
import type { CertificatePair } from './tls/certificates.ts';

/** Where connections come in. */
export interface ListenerOptions {
  /** Default `127.0.0.1`: what is open to the network is the operator's decision. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** TLS with ALPN for HTTP/2 and HTTP/1.1; without it HTTP/1.1, and HTTP/2 with prior knowledge. Default false. */
  readonly tls?: boolean;
  /** CIDRs of load balancers whose connections begin with a PROXY protocol header (version 1 or 2). */
  readonly proxyProtocol?: readonly string[];
  /** Connections at once, in this process; more are refused. Default 16 384: what `worker_connections` is in ingress-nginx. */
  readonly maxConnections?: number;
}

/** How a proxy works. Everything has a default. */
export interface ProxyOptions extends GateOptions {
  /** Default: none, for a proxy that is only asked through `fetch`. */
  readonly listeners?: readonly ListenerOptions[];
  /** The profile of the tables. Default: the built-in one that a table names. */
  readonly profile?: Profile;
  readonly timeouts?: Partial<Timeouts>;
  /** Shown to TLS clients that name no host, or one without a certificate; several are of several kinds of key. Default: such handshakes fail. */
  readonly defaultCertificate?: CertificatePair | readonly CertificatePair[];
  /** Answer questions of policies by their kind; they come before the built-in ones. */
  readonly answerers?: Answerers;
  /** Counts for rate and concurrency limits; its owner closes it. Default: this process alone counts. `@ingresskit/proxy/redis` has one for many gateways. */
  readonly limits?: LimitStore;
  /** How external authentication services are asked. Where they may be follows `resolver` and `allowAddress` unless it says otherwise. */
  readonly externalAuth?: Omit<ExternalAuthClientOptions, 'now'>;
  /** Spans for requests and attempts. Default: none, and trace contexts pass as they came. */
  readonly tracing?: Tracing;
  readonly retryBudget?: RetryBudgetOptions;
  readonly mirrors?: MirrorQueueOptions;
  /** Bodies up to this many bytes are held back while a retry or a fallback could need them. Default 65 536. */
  readonly replayBytes?: number;
  /** HTTP/1.1 connections to one endpoint; further requests wait. Default 1 024. */
  readonly maxConnectionsPerEndpoint?: number;
  /** Default: the system's. */
  readonly resolver?: Resolver;
  /** Addresses that names chosen by tenants may lead to although they are loopback or link-local. Default none. */
  readonly allowAddress?: (address: string) => boolean;
  /** In [0, 1), for weight draws and balancing. Default `Math.random`. */
  readonly random?: () => number;
  /** Milliseconds of a clock that never goes back. Default `performance.now`. */
  readonly now?: () => number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly wallClock?: () => number;
  /** Closes the proxy when aborted. */
  readonly signal?: AbortSignal;
}
