import type { HeaderLines } from './header-lines.ts';
import type { RequestInput } from './request-types.ts';

/**
 * A request that came over a connection, in the parts it came in. It can stand wherever a `RequestInput` does; canonicalisation takes the parts as they are,
 * where it would read the URL and check every header again. Whoever makes one has checked the headers as `canonicalize` does (reliability.md §2.1 and
 * §2.3) and keeps `Host` out of them.
 */
export class ReceivedRequest implements RequestInput {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host, with its port if any, as the client named it. */
  readonly authority: string;
  /** Path with query. It begins with `/`. */
  readonly target: string;
  readonly lines: HeaderLines;
  readonly clientAddress: string;
  readonly sni: string | undefined;
  readonly clientCertificate: string | undefined;

  constructor(
    method: string,
    scheme: 'http' | 'https',
    authority: string,
    target: string,
    lines: HeaderLines,
    clientAddress: string,
    sni: string | undefined,
    clientCertificate: string | undefined,
  ) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.target = target;
    this.lines = lines;
    this.clientAddress = clientAddress;
    this.sni = sni;
    this.clientCertificate = clientCertificate;
  }

  get url(): string {
    return `${this.scheme}://${this.authority}${this.target}`;
  }

  get headers(): NonNullable<RequestInput['headers']> {
    return this.lines.toRecord();
  }
}
