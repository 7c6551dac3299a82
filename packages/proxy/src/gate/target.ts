import type { Refused } from './gate.ts';
import { maxTargetLength } from './limits.ts';
import type { RawRequest } from './raw-request.ts';

/** Where a request goes, as the client said it: host with port, and path with query. */
export type Target = { readonly ok: true; readonly authority: string; readonly path: string } | Refused;

/**
 * Brings the forms of a request target together (RFC 9112 §3.2): the origin form with its Host, the absolute form, which must name the same
 * host, and HTTP/2's pseudo-headers. What is inside the path is the canonicaliser's business.
 */
export function readTarget({ version, method, target, authority, peer }: RawRequest, host: string | undefined): Target {
  if (version === '2') {
    const named = authority ?? host;
    if (named === undefined || (authority !== undefined && host !== undefined && !sameAuthority(authority, host))) {
      return { ok: false, status: 400, reason: 'authority', reset: true };
    }
    return finish(method, named, target);
  }
  if (host === undefined) return { ok: false, status: 400, reason: 'no-host' };
  if (target.charCodeAt(0) === 47 || target === '*') return finish(method, host, target);
  const scheme = peer.tls === undefined ? 'http://' : 'https://';
  if (target.slice(0, scheme.length).toLowerCase() !== scheme) return { ok: false, status: 400, reason: 'target' };
  const end = endOfAuthority(target, scheme.length);
  if (!sameAuthority(target.slice(scheme.length, end), host)) return { ok: false, status: 400, reason: 'absolute-form' };
  const rest = target.slice(end);
  return finish(method, host, rest.startsWith('/') ? rest : `/${rest}`);
}

function finish(method: string, authority: string, path: string): Target {
  // `OPTIONS *` asks the server itself (RFC 9110 §9.3.7): it is answered here.
  if (path === '*')
    return method === 'OPTIONS' ? { ok: false, status: 204, reason: 'options' } : { ok: false, status: 400, reason: 'target' };
  if (path.charCodeAt(0) !== 47) return { ok: false, status: 400, reason: 'target' };
  if (path.length > maxTargetLength) return { ok: false, status: 414, reason: 'target-too-long' };
  // What would end the authority in a URL must not be in it; everything else about it the canonicaliser checks.
  return authority === '' || /[/?#\\@]/.test(authority) ? { ok: false, status: 400, reason: 'host' } : { ok: true, authority, path };
}

function endOfAuthority(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 47 || code === 63 || code === 35) return index;
  }
  return text.length;
}

function sameAuthority(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}
