import type { ForwardDecision } from '@ingresskit/matcher';
import type { Pick } from '../balance/index.ts';
import type { Endpoint } from '../endpoint.ts';
import type { UpstreamTarget, UpstreamTls } from '../upstream/target.ts';
import type { ConnectionPolicy, ForwardPolicies } from './forward-policies.ts';
import { speaksFastCgi, speaksHttp2 } from './forward-policies.ts';

/** TLS without a policy of its own: pods show certificates that no authority signed, and the twin does not look at them either (mse.md §2.13). */
const unverified: UpstreamTls = Object.freeze({ verify: false });

const spoken: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'HTTP2', 'H2C', 'HTTP2S', 'HTTPS2', 'GRPC', 'GRPCS', 'FCGI']);

/** Whether this data plane speaks a protocol. AJP and TLS that nobody opens would be sent plain HTTP otherwise, which their backends take for garbage. */
export function isSpoken(protocol: string): boolean {
  return spoken.has(protocol);
}

const withNames = new WeakMap<UpstreamTls, Map<string, UpstreamTls>>();

/** Where a decision's request goes: the protocol it names, at the chosen endpoint. */
export function targetOf(
  decision: ForwardDecision,
  { endpoint: { address, port }, key }: Pick,
  { upstreamTls, connections, connectTimeoutMs }: ForwardPolicies,
  externalName: string | undefined,
  usualConnectMs: number,
): UpstreamTarget {
  const { protocol } = decision.upstream;
  const version = speaksHttp2(protocol) ? '2' : speaksFastCgi(protocol) ? 'fastcgi' : '1.1';
  const isTls = protocol === 'HTTPS' || protocol === 'GRPCS' || protocol === 'HTTP2S' || protocol === 'HTTPS2';
  const most = boundsOf(connections, connectTimeoutMs === usualConnectMs ? undefined : connectTimeoutMs);
  if (!isTls)
    return most === undefined
      ? { address, port, version, tls: undefined, endpoint: key }
      : { address, port, version, tls: undefined, ...most };
  const tls = upstreamTls ?? unverified;
  return {
    address,
    port,
    version,
    ...most,
    tls: externalName === undefined || tls.serverName !== undefined ? tls : named(tls, externalName),
  };
}

/** The bounds of one endpoint's connections: those of its Service hold for it as well. */
function boundsOf(policy: ConnectionPolicy | undefined, connectTimeoutMs: number | undefined): Bounds | undefined {
  if (policy === undefined) return connectTimeoutMs === undefined ? undefined : { connectTimeoutMs };
  const { mostConnections = Number.POSITIVE_INFINITY, mostConnectionsPerEndpoint = mostConnections, requestsPerConnection } = policy;
  const most = Math.min(mostConnections, mostConnectionsPerEndpoint);
  return {
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
    ...(requestsPerConnection === undefined ? {} : { requestsPerConnection }),
    ...(most === Number.POSITIVE_INFINITY ? {} : { mostConnections: most }),
  };
}

type Bounds = { readonly [N in 'connectTimeoutMs' | 'requestsPerConnection' | 'mostConnections']?: UpstreamTarget[N] };

/** A Service that stands for a DNS name is asked for by that name. */
function named(tls: UpstreamTls, serverName: string): UpstreamTls {
  let names = withNames.get(tls);
  if (names === undefined) {
    names = new Map();
    withNames.set(tls, names);
  }
  let result = names.get(serverName);
  if (result === undefined) {
    result = { ...tls, serverName };
    names.set(serverName, result);
  }
  return result;
}

const serviceEndpoints = new Map<string, readonly Endpoint[]>();

/** The one address of a Service, as an endpoint: the same list for the same address, since balancers remember lists. */
export function serviceEndpoint({ address, port }: { readonly address: string; readonly port: number | string }): readonly Endpoint[] {
  const key = `${address} ${port}`;
  let list = serviceEndpoints.get(key);
  if (list === undefined) {
    if (serviceEndpoints.size >= 10_000) serviceEndpoints.clear();
    list = [{ address, port: Number(port), ready: true }];
    serviceEndpoints.set(key, list);
  }
  return list;
}
