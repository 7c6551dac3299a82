import { randomUUID } from 'node:crypto';
import { type AddressSet, addressSet, HeaderLines, ReceivedRequest } from '@ingresskit/annotations';
import { clientAddress } from './client-address.ts';
import { foldedName, headerName, isProtected, kindOf } from './header-kinds.ts';
import type { RawRequest } from './raw-request.ts';
import { readTarget } from './target.ts';

/** How strict the gate is. */
export interface GateOptions {
  /** CIDRs of proxies whose forwarded headers are believed. Default none: there is no shortcut for private networks. */
  readonly trustedProxies?: readonly string[];
  /** What happens to header names with `_`: programs that fold them to `-` would see two headers as one. Default `drop`. */
  readonly underscores?: 'drop' | 'keep';
  /** Whether header values may hold bytes above ASCII. Default false: such headers are dropped. */
  readonly obsoleteText?: boolean;
}

/** A request that may be matched: what the matcher sees and what may be sent on, made in one pass so that they cannot differ. */
export interface Admitted {
  readonly ok: true;
  readonly input: ReceivedRequest;
  /** Names and values to send on: end-to-end headers and what says where the request came from. `Host` is not among them. */
  readonly headers: string[];
  /** Bytes of the body; `undefined` when only its end will tell; 0 for none. */
  readonly length: number | undefined;
  /** `websocket`, when the client asks for it properly. */
  readonly upgrade: 'websocket' | undefined;
  readonly requestId: string;
}

/** A request that goes no further. */
export interface Refused {
  readonly ok: false;
  readonly status: 204 | 400 | 405 | 413 | 414 | 417 | 421 | 431 | 501 | 505;
  /** Stable name of the hole it would have used, for metrics: `duplicate-host`. */
  readonly reason: string;
  /** HTTP/2: the stream is reset instead of answered, as for a malformed request (RFC 9113 §8.1.1). */
  readonly reset?: true;
}

/** Limits of reliability.md §2.1: 60 KiB in all, 16 KiB a line, 100 lines and 256 more of cookies. */
const maxHeadersLength = 61_440;
const maxLineLength = 16_384;
const maxLines = 100;
const maxCookieLines = 256;

const unprintable = /[^\t\x20-\x7e]/;
const control = /[\0-\x08\x0a-\x1f\x7f]/;
/** What most clients say, and names no header. */
const usualConnection = /^(?:keep-alive|close|upgrade|keep-alive, ?upgrade)$/i;
const digits = /^\d{1,15}$/;
const identifier = /^[\w.:-]{1,128}$/;
const nobody: readonly string[] = Object.freeze([]);

/**
 * The request gate: the one module in front of matching. It closes what Node's parsers leave open (reliability.md §2.3), decides which headers
 * go on, and believes forwarded headers only from trusted proxies. Create it once and use it for every request.
 */
export class Gate {
  readonly #trusted: AddressSet;
  readonly #dropUnderscores: boolean;
  readonly #allowObsoleteText: boolean;

  constructor({ trustedProxies = nobody, underscores = 'drop', obsoleteText = false }: GateOptions = {}) {
    this.#trusted = addressSet(trustedProxies);
    if (this.#trusted.unreadable.length > 0) throw new TypeError(`trustedProxies: not a CIDR: ${this.#trusted.unreadable.join(', ')}`);
    this.#dropUnderscores = underscores === 'drop';
    this.#allowObsoleteText = obsoleteText;
  }

  inspect(raw: RawRequest): Admitted | Refused {
    const { version, method, peer } = raw;
    const isHttp2 = version === '2';
    if (method === 'CONNECT' || method === 'TRACE') return refuse(405, 'method');
    if (!isHttp2 && version !== '1.1' && version !== '1.0') return refuse(505, 'version');
    const isTrusted = this.#trusted.has(peer.address);
    // A proxy that opened TLS may say so; from anybody else it is a lie that backends and caches would repeat (RFC 9113 §8.3.1).
    if (raw.scheme !== undefined && !isTrusted && raw.scheme !== (peer.tls === undefined ? 'http' : 'https'))
      return refuse(400, 'scheme', true);
    const pairs: string[] = [];
    let host: string | undefined;
    let contentLength: string | undefined;
    let transferEncoding: string | undefined;
    let connection: string | undefined;
    let upgrade: string | undefined;
    let expect: string | undefined;
    let forwardedFor: string | undefined;
    let forwardedProto = false;
    let forwardedHost = false;
    let forwardedPort = false;
    let realIp = false;
    let requestId: string | undefined;
    let size = 0;
    let lines = 0;
    let cookies = 0;
    let cookieAt = -1;
    const { headers } = raw;
    for (let index = 0; index < headers.length; index += 2) {
      const original = headers[index] as string;
      const value = headers[index + 1] as string;
      const { name, kind, folds } = headerName(original);
      const length = name.length + value.length + 4;
      size += length;
      if (length > maxLineLength || size > maxHeadersLength) return refuse(431, 'headers-too-long');
      if (name === 'cookie') cookies += 1;
      else lines += 1;
      if (unprintable.test(value)) {
        if (control.test(value)) return refuse(400, 'header-value');
        if (!this.#allowObsoleteText) {
          // What says where a message goes or ends is never dropped in silence.
          if (kind === 'host' || kind === 'content-length' || kind === 'transfer-encoding') return refuse(400, 'header-value', isHttp2);
          continue;
        }
      }
      if (folds && (kindOf(foldedName(name)) !== undefined || (this.#dropUnderscores && name.includes('_')))) continue;
      switch (kind) {
        case undefined:
          break;
        case 'cookie':
          // HTTP/2 cuts cookies into crumbs; one line is what every backend reads (RFC 9113 §8.2.3).
          if (cookieAt >= 0) {
            pairs[cookieAt] = `${pairs[cookieAt]}; ${value}`;
            continue;
          }
          cookieAt = pairs.length + 1;
          break;
        case 'host':
          if (host !== undefined) return refuse(400, 'duplicate-host', isHttp2);
          host = value;
          continue;
        case 'content-length':
          if (contentLength !== undefined || !digits.test(value)) return refuse(400, 'content-length', isHttp2);
          contentLength = value;
          continue;
        case 'transfer-encoding':
          if (transferEncoding !== undefined) return refuse(400, 'transfer-encoding', isHttp2);
          transferEncoding = value;
          continue;
        case 'connection':
          connection = connection === undefined ? value : `${connection},${value}`;
          continue;
        case 'upgrade':
          upgrade = upgrade === undefined ? value : `${upgrade},${value}`;
          continue;
        case 'expect':
          expect = value;
          continue;
        case 'hop':
          continue;
        case 'request-id':
          if (isTrusted && requestId === undefined && identifier.test(value)) requestId = value;
          continue;
        case 'forwarded-for':
          if (isTrusted) forwardedFor = forwardedFor === undefined ? value : `${forwardedFor}, ${value}`;
          continue;
        case 'forwarded-proto':
          if (!isTrusted) continue;
          forwardedProto = true;
          break;
        case 'forwarded-host':
          if (!isTrusted) continue;
          forwardedHost = true;
          break;
        case 'forwarded-port':
          if (!isTrusted) continue;
          forwardedPort = true;
          break;
        case 'real-ip':
          if (!isTrusted) continue;
          realIp = true;
          break;
        case 'forwarded':
          if (!isTrusted) continue;
          break;
      }
      pairs.push(original, value);
    }
    if (lines > maxLines || cookies > maxCookieLines) return refuse(431, 'too-many-headers');

    const target = readTarget(raw, host);
    if (!target.ok) return target;
    if (transferEncoding !== undefined) {
      if (isHttp2) return refuse(400, 'transfer-encoding', true);
      if (version === '1.0' || contentLength !== undefined) return refuse(400, 'transfer-encoding');
      if (transferEncoding.trim().toLowerCase() !== 'chunked') return refuse(501, 'transfer-encoding');
    }
    if (expect !== undefined && expect.toLowerCase() !== '100-continue') return refuse(417, 'expect');
    let kept = pairs;
    if (connection !== undefined && !usualConnection.test(connection)) kept = withoutNominated(pairs, connection);
    let wanted: 'websocket' | undefined;
    if (
      upgrade !== undefined &&
      connection !== undefined &&
      !isHttp2 &&
      hasToken(connection, 'upgrade') &&
      hasToken(upgrade, 'websocket')
    ) {
      if (method !== 'GET' || version === '1.0') return refuse(400, 'upgrade');
      if (transferEncoding !== undefined || (contentLength !== undefined && contentLength !== '0')) return refuse(400, 'upgrade-with-body');
      wanted = 'websocket';
    }
    const client = clientAddress(peer.address, forwardedFor, this.#trusted);
    requestId ??= randomUUID();
    const scheme = peer.tls === undefined ? 'http' : 'https';
    // What comes behind is the gateway's own and nothing that policies decide by.
    const sent = new HeaderLines(kept, kept.length);
    kept.push('x-forwarded-for', forwardedFor === undefined ? peer.address : `${forwardedFor}, ${peer.address}`);
    if (!forwardedProto) kept.push('x-forwarded-proto', scheme);
    if (!forwardedHost) kept.push('x-forwarded-host', target.authority);
    if (!forwardedPort) kept.push('x-forwarded-port', String(peer.localPort));
    if (!realIp) kept.push('x-real-ip', client);
    kept.push('x-request-id', requestId);
    return {
      ok: true,
      input: new ReceivedRequest(method, scheme, target.authority, target.path, sent, client, peer.tls?.sni, peer.tls?.certificate),
      headers: kept,
      length: transferEncoding !== undefined ? undefined : contentLength === undefined ? (isHttp2 ? undefined : 0) : Number(contentLength),
      upgrade: wanted,
      requestId,
    };
  }
}

export function refuse(status: Refused['status'], reason: string, reset = false): Refused {
  return reset ? { ok: false, status, reason, reset: true } : { ok: false, status, reason };
}

/** Whether a comma-separated list holds a token, in any case. */
export function hasToken(list: string, token: string): boolean {
  if (list.length === token.length) return list.toLowerCase() === token;
  return list
    .toLowerCase()
    .split(',')
    .some((item) => item.trim() === token);
}

/** The pairs without the headers that `Connection` names, unless a policy relies on them (CVE-2024-45410). */
function withoutNominated(pairs: string[], connection: string): string[] {
  const nominated = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((token) => token.trim())
      .filter((token) => token !== 'close' && token !== 'keep-alive' && !isProtected(token)),
  );
  if (nominated.size === 0) return pairs;
  const kept: string[] = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const name = pairs[index] as string;
    if (!nominated.has(name.toLowerCase())) kept.push(name, pairs[index + 1] as string);
  }
  return kept;
}
