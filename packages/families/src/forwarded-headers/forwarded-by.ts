import type { CanonicalRequest } from '@ingresskit/annotations';
import { parseAuthority } from '@ingresskit/annotations';

/** How the request reached the first gateway. */
export interface OriginalRequest {
  readonly scheme: 'http' | 'https';
  /** Host, with a port where one was named. */
  readonly authority: string;
  readonly port: string;
}

/**
 * The original request, as the headers tell it where they are trusted: the first X-Forwarded-Host, X-Forwarded-Proto and X-Forwarded-Port. What cannot be
 * a host, scheme or port is not believed.
 */
export function forwardedBy(request: CanonicalRequest, trusts: boolean): OriginalRequest {
  const ownPort = request.scheme === 'https' ? '443' : '80';
  if (!trusts) return { scheme: request.scheme, authority: request.authority, port: ownPort };
  const proto = request.header('x-forwarded-proto');
  const scheme = proto === 'https' || proto === 'http' ? proto : request.scheme;
  const [host = ''] = (request.header('x-forwarded-host') ?? '').split(',', 1).map((item) => item.trim());
  const port = request.header('x-forwarded-port');
  return {
    scheme,
    authority: host !== '' && typeof parseAuthority(host) !== 'string' ? host : request.authority,
    port: port !== undefined && /^[0-9]{1,5}$/.test(port) ? port : ownPort,
  };
}
