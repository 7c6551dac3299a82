import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came from the socket. */
export interface RawRequest {
  readonly method: string;
  /** The request target, undecoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A key pair the server knows. */
export interface KnownKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

/** Why a request is not authentic, as the cloud would say it. */
export interface SignatureProblem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** How far the date of a request may be from the server's: 15 minutes, as usual for these APIs. */
const window = 15 * 60_000;

/**
 * Checks ACS3-HMAC-SHA256 (mse.md §5.2) from the published algorithm and the raw request; it shares no code with the signer.
 */
export function createVerifier(keys: () => readonly KnownKey[], now: () => number): (request: RawRequest) => SignatureProblem | undefined {
  const nonces = new Map<string, number>();

  return (request) => {
    const { headers } = request;
    const header = (name: string): string => {
      const value = headers[name];
      return typeof value === 'string' ? value : '';
    };
    const authorization = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
      header('authorization'),
    );
    if (authorization === null) return problem(400, 'MissingParameter', 'The Authorization header is missing or malformed.');
    const [, id = '', list = '', signature = ''] = authorization;
    const key = keys().find((known) => known.accessKeyId === id);
    if (key === undefined) return problem(404, 'InvalidAccessKeyId.NotFound', 'The specified access key is not found.');

    const signed = list.split(';');
    if (signed.join() !== [...signed].sort().join()) return problem(400, 'SignatureDoesNotMatch', 'The signed headers are not sorted.');
    const required = Object.keys(headers).filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'));
    for (const name of required) {
      if (!signed.includes(name)) return problem(400, 'SignatureDoesNotMatch', `The header ${name} is not signed.`);
    }
    for (const name of ['x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256', 'host']) {
      if (header(name) === '') return problem(400, 'MissingParameter', `The header ${name} is missing.`);
    }

    const hash = createHash('sha256').update(request.body).digest('hex');
    if (header('x-acs-content-sha256') !== hash) return problem(400, 'SignatureDoesNotMatch', 'The hash of the body is wrong.');
    const canonical = [
      request.method,
      pathOf(request.target),
      canonicalQuery(request.target),
      ...signed.map((name) => `${name}:${header(name).trim()}`),
      '',
      list,
      hash,
    ].join('\n');
    const text = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
    const expected = createHmac('sha256', key.accessKeySecret).update(text).digest();
    if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
      // The real service quotes what it computed; a client must not pass that on.
      return problem(
        400,
        'SignatureDoesNotMatch',
        `Specified signature is not matched with our calculation. server string to sign is: ${text}`,
      );
    }

    // Freshness after authenticity: an unsigned request must not fill the memory of nonces.
    if (key.securityToken !== undefined && header('x-acs-security-token') !== key.securityToken) {
      return problem(403, 'InvalidSecurityToken', 'The security token does not belong to the access key.');
    }
    const date = header('x-acs-date');
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date)) return problem(400, 'InvalidTimeStamp.Format', 'The date is not in UTC form.');
    const time = now();
    if (Math.abs(time - Date.parse(date)) > window)
      return problem(400, 'InvalidTimeStamp.Expired', 'The date is too far from the time here.');
    for (const [nonce, seen] of nonces) if (time - seen > 2 * window) nonces.delete(nonce);
    const nonce = header('x-acs-signature-nonce');
    if (nonces.has(nonce)) return problem(400, 'SignatureNonceUsed', 'The nonce was used before.');
    nonces.set(nonce, time);
    return undefined;
  };
}

/** The query parameters of a request target, decoded. */
export function queryOf(target: string): Map<string, string> {
  const at = target.indexOf('?');
  const query = new Map<string, string>();
  if (at < 0) return query;
  for (const pair of target.slice(at + 1).split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
    query.set(decode(equals < 0 ? pair : pair.slice(0, equals)), equals < 0 ? '' : decode(pair.slice(equals + 1)));
  }
  return query;
}

function pathOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : target.slice(0, at);
}

function canonicalQuery(target: string): string {
  return [...queryOf(target)]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');
}

/** RFC 3986: what `encodeURIComponent` leaves alone of the reserved characters is encoded too. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function problem(status: number, code: string, message: string): SignatureProblem {
  return { status, code, message };
}
