import type { ForwardDecision } from '@ingresskit/matcher';
import { backendKey } from '@ingresskit/route-table';
import type { ProxyEvents } from './events.ts';
import { policiesOf } from './exchange/forward-policies.ts';
import type { ExchangeRecord } from './exchange/record.ts';
import type { IngressProxy } from './ingress-proxy.ts';
import type { AccessLog, AccessLogEntry, GatewayMetrics, RequestMeasure } from './observe/index.ts';
import type { PassthroughRecord } from './passthrough/index.ts';

/** Where the exchanges of a proxy are written down. */
export interface Observers {
  readonly accessLog?: Pick<AccessLog, 'write' | 'dropped'>;
  readonly metrics?: GatewayMetrics;
}

/** Logs and measures the exchanges of a proxy, and the connections that it passes through, until the returned function is called. */
export function observeExchanges(proxy: Pick<IngressProxy, 'on' | 'report'>, { accessLog, metrics }: Observers): () => void {
  const ends = [
    proxy.on('exchange', (record: ProxyEvents['exchange']) => {
      if (accessLog !== undefined && isLogged(record)) accessLog.write(accessLogEntryOf(record));
      if (metrics === undefined) return;
      metrics.finished(requestMeasureOf(record));
      if (record.flags.includes('DPE') && record.decision === undefined) metrics.gateRejected(record.details);
      const { decision, upstreamMs, endpoint, tries } = record;
      if (decision?.kind === 'forward' && endpoint !== undefined) {
        const status = record.details === 'via_upstream' ? { status: record.status } : {};
        metrics.attempted({
          backend: backendKey(decision.backend),
          ...status,
          durationMs: upstreamMs ?? record.durationMs,
          earlier: tries - 1,
        });
      }
    }),
    proxy.on('passthrough', (record) => {
      accessLog?.write(passthroughEntryOf(record));
      const { decision, flags } = record;
      metrics?.passedThrough({ ...(decision?.kind === 'forward' ? { backend: backendKey(decision.backend) } : {}), flags });
    }),
    proxy.on('handshake', ({ error }) => metrics?.handshakeFailed((error as NodeJS.ErrnoException).code)),
    proxy.on('malformed', ({ reason }) => metrics?.gateRejected(reason)),
  ];
  const unfollow = metrics?.follow(() => {
    const { exchanges, mirrors, pools } = proxy.report();
    return {
      active: exchanges,
      mirror: { ...mirrors },
      pools: { open: pools.length, active: pools.reduce((sum, { active }) => sum + active, 0) },
      ...(accessLog === undefined ? {} : { logDropped: accessLog.dropped }),
    };
  });
  return () => {
    for (const end of ends) end();
    unfollow?.();
  };
}

/** Whether the route wants its exchanges written down. */
function isLogged({ decision }: ExchangeRecord): boolean {
  return decision?.kind !== 'forward' || policiesOf(decision).accessLog !== false;
}

/** An exchange as the access log writes it. Route and backend have the names that explanations use. */
export function accessLogEntryOf(record: ExchangeRecord): AccessLogEntry {
  const { raw, decision, details, status } = record;
  const header = headersOf(raw.headers);
  const { peer } = raw;
  return {
    startTime: record.startedAt,
    durationMs: record.durationMs,
    method: raw.method,
    path: raw.target,
    protocol: raw.version === '2' ? 'HTTP/2' : `HTTP/${raw.version}`,
    authority: raw.authority ?? header('host') ?? '',
    clientAddress: record.clientAddress,
    // Behind a trusted proxy the port is the proxy's and says nothing of the client.
    ...(record.clientAddress === peer.address ? { clientPort: peer.port } : {}),
    localAddress: withPort(peer.localAddress, peer.localPort),
    ...optional('serverName', peer.tls?.sni),
    ...optional('userAgent', header('user-agent')),
    ...optional('referer', header('referer')),
    ...optional('forwardedFor', header('x-forwarded-for')),
    ...optional('user', userOf(header('authorization'))),
    ...optional('requestId', record.requestId),
    ...optional('traceId', record.traceId ?? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(header('traceparent') ?? '')?.[1]),
    status,
    details,
    flags: record.flags,
    bytesReceived: record.bytesReceived,
    bytesSent: record.bytesSent,
    requestLength: lengthOf(raw) + record.bytesReceived,
    ...optional('routeName', record.route),
    ...(decision?.kind === 'forward' ? { upstream: upstreamOf(record, decision) } : {}),
  };
}

/** A TLS connection that nobody opened as the access log writes it: what is inside is unknown, so method and path are, and there is no status. */
export function passthroughEntryOf(record: PassthroughRecord): AccessLogEntry {
  const { serverName, peer, decision } = record;
  return {
    startTime: record.startedAt,
    durationMs: record.durationMs,
    method: '',
    path: '',
    protocol: 'TLS',
    authority: serverName,
    clientAddress: peer.address,
    clientPort: peer.port,
    localAddress: withPort(peer.localAddress, peer.localPort),
    serverName,
    status: 0,
    details: record.details,
    flags: record.flags,
    bytesReceived: record.bytesReceived,
    bytesSent: record.bytesSent,
    ...optional('routeName', record.route),
    ...(decision?.kind === 'forward'
      ? {
          upstream: {
            cluster: backendKey(decision.backend),
            ...optional('host', record.endpoint),
            ...optional('serviceTimeMs', record.upstreamMs),
            ...optional('failure', record.upstreamFailure),
          },
        }
      : {}),
  };
}

/** An exchange as metrics count it. */
export function requestMeasureOf(record: ExchangeRecord): RequestMeasure {
  const { raw, decision, status, flags, durationMs, bytesReceived, bytesSent } = record;
  const route = decision === undefined || decision.kind === 'no-route' ? undefined : decision.route;
  const [namespace = '', ingress = ''] = route?.ingress.split('/', 2) ?? [];
  const service = decision?.kind === 'forward' ? decision.backend.service : undefined;
  return {
    method: raw.method,
    status,
    flags,
    durationMs,
    requestBytes: bytesReceived,
    responseBytes: bytesSent,
    ...(record.details === 'via_upstream' ? optional('upstreamMs', record.upstreamMs) : {}),
    ...(route === undefined ? {} : { route: { namespace, ingress, path: route.path, ...optional('service', service) } }),
  };
}

function upstreamOf(record: ExchangeRecord, { backend, fallback, route }: ForwardDecision): NonNullable<AccessLogEntry['upstream']> {
  const { lostTries, tries } = record;
  const key = backendKey(backend);
  const isFromUpstream = record.details === 'via_upstream';
  return {
    cluster: fallback === undefined ? key : backendKey(fallback.from),
    ...(fallback === undefined && route.canary === undefined ? {} : { alternative: key }),
    ...optional('host', record.endpoint),
    ...(isFromUpstream ? { status: record.status, bytes: record.bytesSent } : {}),
    ...optional('serviceTimeMs', record.upstreamMs),
    ...optional('failure', record.upstreamFailure),
    ...(lostTries.length === 0 ? {} : { lost: lostTries, ...(lostTries.length === tries ? { isLost: true as const } : {}) }),
  };
}

function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: V });
}

function headersOf(headers: readonly string[]): (name: string) => string | undefined {
  return (name) => {
    for (let index = 0; index < headers.length; index += 2)
      if ((headers[index] as string).toLowerCase() === name) return headers[index + 1];
    return undefined;
  };
}

/** The user name of basic authentication; what is behind it is nobody's business. Without a colon all of it could be the password. */
function userOf(authorization: string | undefined): string | undefined {
  const credentials = authorization === undefined ? undefined : /^basic +([a-z0-9+/_-]+=*)$/i.exec(authorization)?.[1];
  if (credentials === undefined) return undefined;
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon <= 0 ? undefined : text.slice(0, colon);
}

/** Bytes of request line and headers; HTTP/2 sends fewer, and nobody knows how many. */
function lengthOf({ method, target, authority, headers }: ExchangeRecord['raw']): number {
  // "GET / HTTP/1.1", and an empty line at the end.
  let length = method.length + target.length + 14;
  if (authority !== undefined) length += authority.length + 8;
  for (let index = 0; index < headers.length; index += 2)
    length += (headers[index] as string).length + (headers[index + 1] as string).length + 4;
  return length;
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
