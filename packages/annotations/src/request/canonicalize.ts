import { parseIpv4 } from '../address/ipv4.ts';
import type { Authority } from './authority.ts';
import { parseAuthority } from './authority.ts';
import type { PathNormalization } from './canonical-path.ts';
import { canonicalizePath, isClean, maxTargetLength } from './canonical-path.ts';
import type { ClientAddressSource } from './client-address.ts';
import { clientAddressOf } from './client-address.ts';
import { headerValue, viewHeaders } from './header-view.ts';
import { ReceivedRequest } from './received-request.ts';
import { methodProblem } from './request-method.ts';
import type { CanonicalRequest, RequestInput } from './request-types.ts';
import { RequestView } from './request-view.ts';

export interface CanonicalizeOptions {
  readonly pathNormalization: PathNormalization;
  /** Absent: the TCP peer is the client. */
  readonly clientAddress?: ClientAddressSource;
}

/** A canonical request, or the status a gateway answers with and why, in words that complete "The request is refused: …". */
export type Canonicalized = { readonly ok: true; readonly request: CanonicalRequest } | RefusedRequest;

export interface RefusedRequest {
  readonly ok: false;
  readonly status: 400 | 405 | 414 | 431 | 501;
  readonly problem: string;
}

/**
 * Makes a request canonical: the only view that matching, authorising, logging and forwarding have (reliability.md §2.4). It reads the URL by
 * hand, since `URL` silently moves hosts, drops tabs and resolves escapes. Pure; never throws. The headers are kept, not copied, where their names
 * are lower case: do not change them while the request is in use.
 */
export function canonicalize(input: RequestInput, options: CanonicalizeOptions): Canonicalized {
  const method = input.method ?? 'GET';
  if (method !== 'GET') {
    const refusal = methodProblem(method);
    if (refusal !== undefined) return refuse(refusal.status, refusal.problem);
  }
  return input instanceof ReceivedRequest ? fromParts(input, method, options) : fromUrl(input, method, options);
}

/** A request whose headers somebody has checked. */
function fromParts(
  input: ReceivedRequest,
  method: string,
  { pathNormalization, clientAddress: source }: CanonicalizeOptions,
): Canonicalized {
  const { scheme, authority, target: text, lines, clientAddress: peer, clientCertificate } = input;
  if (scheme.length + 3 + authority.length + text.length > maxTargetLength) return refuse(414, 'the URL is longer than 8 KiB');
  const named = parseAuthority(authority);
  if (typeof named === 'string') return refuse(400, `${named} (Host header)`);
  const { host } = named;
  const target = readTarget(text, 0, pathNormalization);
  if (!target.ok) return target;
  const sni = readSni(input.sni, scheme, host);
  if (typeof sni === 'object') return sni;
  const { path, rawPath, query } = target;
  const clientAddress = source === undefined ? peer : clientAddressOf(peer, lines.value(source.header), source);
  const parts = { method, scheme, host, authority, path, rawPath, query, clientAddress, sni, clientCertificate, at: undefined };
  return { ok: true, request: new RequestView(parts, lines) };
}

function fromUrl(input: RequestInput, method: string, { pathNormalization, clientAddress: source }: CanonicalizeOptions): Canonicalized {
  const url: unknown = input.url;
  if (typeof url !== 'string') return refuse(400, 'there is no URL');
  if (url.length > maxTargetLength) return refuse(414, 'the URL is longer than 8 KiB');
  const scheme = schemeOf(url);
  if (scheme === undefined) return refuse(400, 'the URL does not begin with "http://" or "https://"');
  // The parts lie one after the other: scheme, authority, path up to the first "?", query.
  const authorityStart = scheme.length + 3;
  const authorityEnd = endOfAuthority(url, authorityStart);
  const urlAuthority = url.slice(authorityStart, authorityEnd);
  const named = parseAuthority(urlAuthority);
  if (typeof named === 'string') return refuse(400, `${named} (URL)`);
  const target = readTarget(url, authorityEnd, pathNormalization);
  if (!target.ok) return target;
  const view = viewHeaders(input.headers);
  if (!view.ok) return view;
  const { headers } = view;
  let authority = urlAuthority;
  let { host } = named;
  if (Object.hasOwn(headers, 'host')) {
    const sent = hostHeader(headers['host']);
    if (typeof sent === 'string') return refuse(400, sent);
    authority = sent.text;
    host = sent.host;
  }
  const sni = readSni(input.sni, scheme, named.host);
  if (typeof sni === 'object') return sni;
  const peer: unknown = input.clientAddress ?? '127.0.0.1';
  if (typeof peer !== 'string') return refuse(400, 'the client address is not text');
  const clientAddress = source === undefined ? peer : clientAddressOf(peer, headerValue(headers, source.header), source);
  const { path, rawPath, query } = target;
  const { clientCertificate, at, durationMs } = input;
  const parts = { method, scheme, host, authority, path, rawPath, query, clientAddress, sni, clientCertificate, at, durationMs };
  return { ok: true, request: new RequestView(parts, headers) };
}

type RequestTarget =
  | { readonly ok: true; readonly path: string; readonly rawPath: string; readonly query: string | undefined }
  | RefusedRequest;

/** Path and query, which stand in the text from `start` to its end. */
function readTarget(text: string, start: number, normalization: PathNormalization): RequestTarget {
  const mark = text.indexOf('?', start);
  const pathEnd = mark < 0 ? text.length : mark;
  let path = '/';
  let rawPath = '/';
  if (start < pathEnd) {
    path = rawPath = text.slice(start, pathEnd);
    if (!isClean(text, start, pathEnd)) {
      const canonical = canonicalizePath(rawPath, normalization);
      if (!canonical.ok) return refuse(400, rawPath.includes('#') ? 'the URL has a fragment' : canonical.problem);
      path = canonical.path;
    }
  }
  const query = mark < 0 ? undefined : text.slice(mark + 1);
  if (query !== undefined && !isQuery(query)) {
    return refuse(400, query.includes('#') ? 'the URL has a fragment' : 'the query has a blank, a control character, or one outside ASCII');
  }
  return { ok: true, path, rawPath, query };
}

/** The name of the handshake: what the input says, or the host that a client would have asked for (RFC 6066 §3: no addresses). */
function readSni(given: unknown, scheme: 'http' | 'https', asked: string): string | undefined | RefusedRequest {
  if (given === undefined) return scheme === 'https' && !isAddressHost(asked) ? asked : undefined;
  const named = typeof given === 'string' ? parseAuthority(given) : 'it is not text';
  if (typeof named === 'string' || named.port !== undefined)
    return refuse(400, `the SNI is not a host name: ${typeof named === 'string' ? named : 'it has a port'}`);
  return named.host;
}

function refuse(status: RefusedRequest['status'], problem: string): RefusedRequest {
  return { ok: false, status, problem };
}

function schemeOf(url: string): 'http' | 'https' | undefined {
  if (url.startsWith('https://')) return 'https';
  if (url.startsWith('http://')) return 'http';
  const scheme = url.slice(0, 8).toLowerCase();
  return scheme === 'https://' ? 'https' : scheme.startsWith('http://') ? 'http' : undefined;
}

/** Where the path, the query or a fragment begins. A backslash does not end the host, so it makes the host invalid. */
function endOfAuthority(url: string, start: number): number {
  for (let index = start; index < url.length; index++) {
    const code = url.charCodeAt(index);
    if (code === 47 || code === 63 || code === 35) return index;
  }
  return url.length;
}

/** Whether the text can be a query: visible ASCII without `#`. Escapes are the backend's business; they are compared as written. */
function isQuery(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 33 || code > 126 || code === 35) return false;
  }
  return true;
}

function hostHeader(value: string | readonly string[] | undefined): (Authority & { readonly text: string }) | string {
  const text = typeof value === 'string' ? value : value?.length === 1 ? value[0] : undefined;
  if (text === undefined) return 'there is not exactly one Host header';
  const parsed = parseAuthority(text);
  return typeof parsed === 'string' ? `${parsed} (Host header)` : { ...parsed, text };
}

function isAddressHost(host: string): boolean {
  return host.charCodeAt(0) === 91 || parseIpv4(host) >= 0;
}
