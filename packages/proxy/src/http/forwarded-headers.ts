/** What the gateway knows of a request's origin. Incoming values are what the client sent, believed or not. */
export interface ForwardedFacts {
  /** The address that counts as the client's. */
  readonly clientAddress: string;
  /** The other end of the connection. */
  readonly peerAddress: string;
  /** Whether the peer may say where a request comes from. */
  readonly isPeerTrusted: boolean;
  readonly scheme: 'http' | 'https';
  /** As the client sent it. */
  readonly host: string;
  /** Of the listener. */
  readonly port: number;
  readonly incoming: {
    readonly forwardedFor?: string;
    readonly forwardedHost?: string;
    readonly forwardedPort?: string;
    readonly forwardedProto?: string;
  };
}

/** Which headers tell the backend, and how; what differs between gateways. */
export interface ForwardedStyle {
  /** `replace`: the client's address alone. `append`: the peer joins the list, which is kept only from a trusted peer. */
  readonly forwardedFor: 'replace' | 'append';
  /** X-Real-IP. */
  readonly realIp: boolean;
  /** X-Forwarded-Host and X-Forwarded-Port. */
  readonly hostAndPort: boolean;
  /** X-Forwarded-Scheme and X-Scheme beside X-Forwarded-Proto. */
  readonly schemes: boolean;
  /** X-Original-Forwarded-For and -Host: what an untrusted client claimed, for the curious. */
  readonly originals: boolean;
  /** `Forwarded` (RFC 7239). */
  readonly forwarded: boolean;
}

/** The headers of ingress-nginx (ingress-nginx.md §14). */
export const nginxForwardedStyle: ForwardedStyle = {
  forwardedFor: 'replace',
  realIp: true,
  hostAndPort: true,
  schemes: true,
  originals: true,
  forwarded: false,
};

/** The headers of Envoy with `use_remote_address`. */
export const envoyForwardedStyle: ForwardedStyle = {
  forwardedFor: 'append',
  realIp: false,
  hostAndPort: false,
  schemes: false,
  originals: false,
  forwarded: false,
};

/**
 * The headers that say where a request comes from, names and values one after the other. They replace whatever the client sent under these names. A
 * trusted peer's word on scheme, host and port is passed on.
 */
export function forwardedHeaders(facts: ForwardedFacts, style: ForwardedStyle): string[] {
  const { clientAddress, peerAddress, isPeerTrusted, incoming } = facts;
  const proto = trustedProto(facts) ?? facts.scheme;
  const host = (isPeerTrusted ? firstItem(incoming.forwardedHost) : undefined) ?? facts.host;
  const port = (isPeerTrusted ? portItem(incoming.forwardedPort) : undefined) ?? String(facts.port);
  const before = isPeerTrusted ? incoming.forwardedFor : undefined;
  const chain = before === undefined ? peerAddress : `${before}, ${peerAddress}`;
  const headers = ['X-Forwarded-For', style.forwardedFor === 'append' ? chain : clientAddress, 'X-Forwarded-Proto', proto];
  if (style.realIp) headers.push('X-Real-IP', clientAddress);
  if (style.hostAndPort) headers.push('X-Forwarded-Host', host, 'X-Forwarded-Port', port);
  if (style.schemes) headers.push('X-Forwarded-Scheme', proto, 'X-Scheme', proto);
  if (style.originals && incoming.forwardedFor !== undefined) headers.push('X-Original-Forwarded-For', incoming.forwardedFor);
  if (style.originals && incoming.forwardedHost !== undefined) headers.push('X-Original-Forwarded-Host', incoming.forwardedHost);
  if (style.forwarded) headers.push('Forwarded', formatForwarded(clientAddress, proto, host));
  return headers;
}

function trustedProto({ isPeerTrusted, incoming }: ForwardedFacts): 'http' | 'https' | undefined {
  const proto = isPeerTrusted ? firstItem(incoming.forwardedProto)?.toLowerCase() : undefined;
  return proto === 'http' || proto === 'https' ? proto : undefined;
}

function firstItem(list: string | undefined): string | undefined {
  const item = list?.split(',', 1)[0]?.trim();
  return item === '' ? undefined : item;
}

function portItem(list: string | undefined): string | undefined {
  const item = firstItem(list);
  return item !== undefined && /^[0-9]{1,5}$/.test(item) && Number(item) <= 65_535 ? item : undefined;
}

/** One element of a `Forwarded` header (RFC 7239 §4): IPv6 addresses in brackets, whatever is no token in quotes. */
export function formatForwarded(address: string, proto: string, host: string): string {
  const node = address.includes(':') ? `[${address}]` : address;
  return `for=${quoteWhereNeeded(node)};host=${quoteWhereNeeded(host)};proto=${proto}`;
}

function quoteWhereNeeded(value: string): string {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
