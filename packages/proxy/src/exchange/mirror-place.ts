import { HeaderLines } from '@ingresskit/annotations';
import type { Pick } from '../balance/index.ts';
import { orAborted } from '../or-aborted.ts';
import type { Outgoing } from '../upstream/call.ts';
import type { UpstreamTarget } from '../upstream/target.ts';
import type { Core, Serving } from './core.ts';
import { balancerOptions, hashKeyOf, type MirrorTarget, policiesOf, speaksFastCgi } from './forward-policies.ts';
import { isSpoken, serviceEndpoint, targetOf } from './upstream-target.ts';

/** Where a copy goes. */
export interface MirrorPlace {
  readonly target: UpstreamTarget;
  /** The endpoint that was chosen for it; told how it went, it counts and learns as with any request. */
  readonly pick: Pick | undefined;
}

/** An endpoint of a Service, spoken to as everybody speaks to that Service: protocol, TLS, balancing and bounds of connections are its own. */
export async function serviceMirror(
  { port = 80 }: MirrorTarget,
  service: string,
  { method, path, host, headers }: Outgoing,
  core: Core,
  { matcher, table }: Serving,
  signal: AbortSignal,
): Promise<MirrorPlace | undefined> {
  const [namespace = '', name = ''] = service.split('/');
  const input = { method, url: `http://${host}${path}`, headers: new HeaderLines(headers).toRecord() };
  const decision = matcher.decideFor(table, { namespace, service: name, port }, input);
  // A copy says nothing of a script, which FastCGI needs.
  if (decision === undefined || !isSpoken(decision.upstream.protocol) || speaksFastCgi(decision.upstream.protocol)) return undefined;
  const policies = policiesOf(decision);
  const { serviceUpstream } = policies;
  const { endpoints, externalName } = core.clusters.destinationOf(table, decision.backend);
  const serverName = serviceUpstream === undefined ? externalName : undefined;
  const addresses = serverName === undefined ? undefined : await orAborted(core.resolve(serverName), signal);
  const list = addresses?.map((address) => ({ address, port: Number(port), ready: true })) ?? endpoints;
  const { balancer } = core.clusters.clusterOf(decision.backend, balancerOptions(decision));
  const hashKey = hashKeyOf(policies);
  const pick = balancer.pick(
    serviceUpstream === undefined ? list : serviceEndpoint(serviceUpstream),
    hashKey === undefined ? {} : { hashKey },
  );
  return typeof pick === 'string'
    ? undefined
    : { target: targetOf(decision, pick, policies, serverName, core.timeouts.upstreamConnectMs), pick };
}

/** The host of a URL, or one outside the cluster: HTTP/1.1, with TLS where the URL says so. */
export async function hostMirror(
  { url, host, port = 80 }: MirrorTarget,
  core: Core,
  signal: AbortSignal,
): Promise<MirrorPlace | undefined> {
  const parsed = url === undefined ? undefined : new URL(url);
  const name = parsed?.hostname ?? host;
  if (name === undefined) return undefined;
  const isTls = parsed?.protocol === 'https:';
  const [address] = await orAborted(core.resolve(name.replace(/^\[|\]$/g, '')), signal);
  if (address === undefined) return undefined;
  const number = Number(parsed === undefined ? port : parsed.port || (isTls ? 443 : 80));
  const tls = isTls ? { verify: true, serverName: name } : undefined;
  return { target: { address, port: number, version: '1.1', tls }, pick: undefined };
}
