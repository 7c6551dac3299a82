import { HeaderLines } from './header-lines.ts';
import type { Headers } from './header-view.ts';
import { headerValue } from './header-view.ts';
import type { CanonicalRequest } from './request-types.ts';

/** What canonicalisation found out about a request. */
export interface RequestParts {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly authority: string;
  readonly path: string;
  readonly rawPath: string;
  readonly query: string | undefined;
  readonly clientAddress: string;
  readonly sni: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly at: number | undefined;
  readonly durationMs?: number | undefined;
}

const colon = 58;

/** A canonical request over the caller's headers. Cookies and query are taken apart when somebody asks for them. */
export class RequestView implements CanonicalRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly authority: string;
  readonly path: string;
  readonly rawPath: string;
  readonly query: string | undefined;
  readonly clientAddress: string;
  readonly sni: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly at: number | undefined;
  readonly durationMs: number | undefined;
  private readonly headers: Headers | HeaderLines;
  private cookies: ReadonlyMap<string, string> | undefined;
  private parameters: ReadonlyMap<string, string> | undefined;

  constructor(parts: RequestParts, headers: Headers | HeaderLines) {
    this.method = parts.method;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.authority = parts.authority;
    this.path = parts.path;
    this.rawPath = parts.rawPath;
    this.query = parts.query;
    this.clientAddress = parts.clientAddress;
    this.sni = parts.sni;
    this.clientCertificate = parts.clientCertificate;
    this.at = parts.at;
    this.durationMs = parts.durationMs;
    this.headers = headers;
    this.cookies = undefined;
    this.parameters = undefined;
  }

  header(name: string): string | undefined {
    // Every request has a Host, also when the caller named it in the URL only.
    if (name === 'host') return this.authority;
    return name.charCodeAt(0) === colon ? this.#pseudoHeader(name) : this.#line(name);
  }

  #line(name: string): string | undefined {
    return this.headers instanceof HeaderLines ? this.headers.value(name) : headerValue(this.headers, name);
  }

  /** The parts of the request line under the names that HTTP/2 gives them. */
  #pseudoHeader(name: string): string | undefined {
    switch (name) {
      case ':authority':
        return this.authority;
      case ':method':
        return this.method;
      case ':path':
        return this.query === undefined ? this.path : `${this.path}?${this.query}`;
      case ':scheme':
        return this.scheme;
      default:
        return undefined;
    }
  }

  cookie(name: string): string | undefined {
    this.cookies ??= readPairs(this.#line('cookie') ?? '', ';', true);
    return this.cookies.get(name);
  }

  queryParameter(name: string): string | undefined {
    this.parameters ??= readPairs(this.query ?? '', '&', false);
    return this.parameters.get(name);
  }
}

/** `a=1;b=2` as a map in which the first of equal names stays. A cookie needs its `=`; a bare query key means the empty text. */
function readPairs(text: string, separator: string, cookies: boolean): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  if (text === '') return pairs;
  for (const item of text.split(separator)) {
    const equals = item.indexOf('=');
    if (cookies && equals < 0) continue;
    const name = equals < 0 ? item : item.slice(0, equals);
    const value = equals < 0 ? '' : item.slice(equals + 1);
    const key = cookies ? name.trim() : name;
    if (!pairs.has(key)) pairs.set(key, cookies ? value.trim() : value);
  }
  return pairs;
}
