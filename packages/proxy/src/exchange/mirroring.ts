import { isMirrored } from '../mirror/index.ts';
import type { CallSink, Outgoing } from '../upstream/call.ts';
import type { UpstreamTarget } from '../upstream/target.ts';
import type { Core, Serving } from './core.ts';
import type { MirrorTarget } from './forward-policies.ts';
import { serviceEndpoint } from './upstream-target.ts';

/**
 * Offers copies of a request to the mirror queue. A body is copied when it is held in memory, which the exchange sees to for bodies of a known, moderate
 * length; a request whose body streams is not copied, and counted as dropped, because half a request would be worse than none.
 */
export function mirrorRequest(targets: readonly MirrorTarget[], outgoing: Outgoing, core: Core, serving: Serving): void {
  for (const target of targets) {
    if (!isMirrored(target.percent ?? 100, core.random())) continue;
    const body = target.body === false ? undefined : outgoing.body;
    const { mirrors } = core;
    if (body !== undefined && !(body instanceof Uint8Array)) {
      mirrors.drop();
      continue;
    }
    const size = body?.length ?? 0;
    if (!mirrors.bytes.take(size)) {
      mirrors.drop();
      continue;
    }
    const copy: Outgoing = { ...outgoing, ...pathOf(target), host: hostOf(target, outgoing.host), body, length: size, upgrade: undefined };
    mirrors.offer({ size, send: (signal) => send(target, copy, core, serving, signal) });
  }
}

async function send(target: MirrorTarget, copy: Outgoing, core: Core, serving: Serving, signal: AbortSignal): Promise<void> {
  const place = await placeOf(target, core, serving);
  if (place === undefined) throw new Error('the mirror has no endpoint');
  await new Promise<void>((resolve, reject) => {
    if (signal.aborted) {
      reject(new Error('aborted'));
      return;
    }
    const fail = (): void => reject(new Error('the copy was not answered'));
    // The answer is read to its end and forgotten.
    const sink: CallSink = {
      onConnected() {},
      onInformational() {},
      onHead: () => true,
      onData: () => true,
      onEnd: () => resolve(),
      onUpgrade: (_status, _headers, socket) => {
        socket.destroy();
        resolve();
      },
      onFailure: fail,
    };
    const call = core.pools.call(place, copy, sink);
    signal.addEventListener('abort', () => {
      call.cancel();
      fail();
    });
  });
}

async function placeOf({ service, host, port, url }: MirrorTarget, core: Core, serving: Serving): Promise<UpstreamTarget | undefined> {
  if (service !== undefined) {
    const [namespace = '', name = ''] = service.split('/');
    const view = { namespace, service: name, port: port ?? 80 };
    const { endpoints, externalName } = core.clusters.destinationOf(serving.table, view);
    if (externalName !== undefined) return await placeOf({ host: externalName, port: view.port }, core, serving);
    const { balancer } = core.clusters.clusterOf(view, mirrorBalance);
    const pick = balancer.pick(endpoints);
    if (typeof pick === 'string') return undefined;
    pick.release({ kind: 'abandoned' });
    return { address: pick.endpoint.address, port: pick.endpoint.port, version: '1.1', tls: undefined };
  }
  const parsed = url === undefined ? undefined : new URL(url);
  const name = parsed?.hostname ?? host;
  if (name === undefined) return undefined;
  const isTls = parsed?.protocol === 'https:';
  const [address] = await core.resolve(name.replace(/^\[|\]$/g, ''));
  if (address === undefined) return undefined;
  const number = Number(parsed === undefined ? (port ?? 80) : parsed.port || (isTls ? 443 : 80));
  const [endpoint] = serviceEndpoint({ address, port: number });
  return endpoint === undefined
    ? undefined
    : { address, port: number, version: '1.1', tls: isTls ? { verify: true, serverName: name } : undefined };
}

const mirrorBalance = { algorithm: 'random' } as const;

/** The path of a mirror's own URL; a mirror of a Service gets the request's. */
function pathOf({ url }: MirrorTarget): { readonly path?: string } {
  if (url === undefined) return {};
  const { pathname, search } = new URL(url);
  return { path: `${pathname}${search}` };
}

function hostOf({ upstreamHost, hostSuffix = '', url }: MirrorTarget, host: string): string {
  if (upstreamHost !== undefined) return upstreamHost;
  if (url !== undefined) return new URL(url).host;
  const port = /:\d*$/.exec(host)?.[0] ?? '';
  return `${host.slice(0, host.length - port.length)}${hostSuffix}${port}`;
}
