import type { BandwidthLimitPolicy, BufferingPolicy, DeclaredFastCgi, TracingPolicy } from '@ingresskit/families';
import type { ForwardDecision } from '@ingresskit/matcher';
import type { AffinityCookie, AffinityOptions, BalancerOptions } from '../balance/index.ts';
import type { RetryPolicy } from '../retry/index.ts';
import type { UpstreamTls } from '../upstream/target.ts';
import { clusterName, noOptions } from './clusters.ts';

/** What the data plane reads of a decision's `policies`. Whoever declares a key owns its meaning; unknown keys are for others. */
export interface ForwardPolicies {
  /** The whole exchange with the backend. */
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Between two writes of the request. */
  readonly sendTimeoutMs?: number;
  /** Between two reads of the response. */
  readonly readTimeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly mirror?: readonly MirrorTarget[];
  /** The algorithm, or `hash`. */
  readonly loadBalance?: string;
  /** Where on the ring the request belongs. */
  readonly hash?: { readonly position: number; readonly subsetSize?: number };
  readonly affinity?: AffinityPolicy;
  readonly warmUp?: { readonly windowMs: number; readonly acts?: boolean };
  readonly connections?: ConnectionPolicy;
  /** The Service's own address takes the place of its endpoints. */
  readonly serviceUpstream?: { readonly address: string; readonly port: number | string };
  /** Bytes of the largest request body. */
  readonly maxBodyBytes?: number;
  readonly upstreamTls?: UpstreamTls;
  /** What a FastCGI process is told besides what every backend gets. */
  readonly fastcgi?: DeclaredFastCgi;
  readonly bandwidth?: BandwidthLimitPolicy;
  readonly buffering?: BufferingPolicy;
  /** `1.0`: a connection for each request. */
  readonly httpVersion?: '1.0' | '1.1';
  readonly upstreamConnection?: 'close' | 'keep-alive';
  /** False: no line in the access log. */
  readonly accessLog?: boolean;
  readonly tracing?: TracingPolicy;
}

export interface AffinityPolicy extends Partial<AffinityCookie> {
  /** Name of the cookie. */
  readonly cookie: string;
  readonly mode?: 'balanced' | 'persistent';
  readonly changeOnFailure?: boolean;
  /** False: this route honours the cookie and never sets it. */
  readonly issues?: boolean;
}

export interface ConnectionPolicy {
  readonly mostConnections?: number;
  readonly mostConnectionsPerEndpoint?: number;
  readonly requestsPerConnection?: number;
}

/** Where copies go. One of `service` with `port`, `host` with `port`, or `url` names the target. */
export interface MirrorTarget {
  /** `namespace/name`. */
  readonly service?: string;
  readonly host?: string;
  readonly port?: number | string;
  readonly url?: string;
  readonly upstreamHost?: string;
  readonly hostSuffix?: string;
  readonly percent?: number;
  readonly body?: boolean;
}

/** The policies of a decision, typed. */
export function policiesOf({ policies }: ForwardDecision): ForwardPolicies {
  return policies as ForwardPolicies;
}

/** Whether a protocol of decisions is HTTP/2. */
export function speaksHttp2(protocol: string): boolean {
  return protocol.startsWith('GRPC') || protocol.startsWith('HTTP2') || protocol === 'H2C';
}

/** Whether a protocol of decisions is FastCGI. */
export function speaksFastCgi(protocol: string): boolean {
  return protocol === 'FCGI';
}

/** How the requests of the decision's backend are shared out. */
export function balancerOptions(decision: ForwardDecision): BalancerOptions {
  const policies = policiesOf(decision);
  const { loadBalance, hash, affinity, warmUp } = policies;
  // Over HTTP/1.1 and FastCGI a request in flight is a connection in use. Over HTTP/2 it is one stream of many, and the connections themselves are bounded.
  const connections = policies.connections === undefined || speaksHttp2(decision.upstream.protocol) ? undefined : policies.connections;
  if (affinity === undefined && warmUp === undefined && connections === undefined && (loadBalance ?? 'round_robin') === 'round_robin')
    return noOptions;
  const algorithm = algorithmOf(loadBalance);
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(hash === undefined ? {} : { hash: hash.subsetSize === undefined ? {} : { subsetSize: hash.subsetSize } }),
    ...(affinity === undefined ? {} : { affinity: affinityOptions(affinity, decision) }),
    ...(warmUp === undefined || warmUp.acts === false ? {} : { warmUpMs: warmUp.windowMs }),
    ...(connections?.mostConnections === undefined ? {} : { mostActive: connections.mostConnections }),
    ...(connections?.mostConnectionsPerEndpoint === undefined ? {} : { mostActivePerEndpoint: connections.mostConnectionsPerEndpoint }),
  };
}

function affinityOptions({ mode = 'balanced', changeOnFailure }: AffinityPolicy, { backend }: ForwardDecision): AffinityOptions {
  return { mode, backend: clusterName(backend), ...(changeOnFailure === undefined ? {} : { changeOnFailure }) };
}

/** The hash key of this request. */
export function hashKeyOf({ hash }: ForwardPolicies): string | undefined {
  return hash === undefined ? undefined : String(hash.position);
}

function algorithmOf(name: string | undefined): BalancerOptions['algorithm'] | undefined {
  return name === 'round_robin' || name === 'least_conn' || name === 'random' || name === 'ewma' ? name : undefined;
}
