import { decodeBase64, decodeUtf8 } from '@ingresskit/resources';

/** What a client says it is. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const longest = 8192;
const basicScheme = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
// RFC 7617 §2 forbids control characters; U+FFFD stands for bytes that are no UTF-8.
const forbidden = /[\u0000-\u001f\u007f\ufffd]/;

/**
 * The credentials of an Authorization header (RFC 7617), or why there are none. Bytes that are not UTF-8 are refused rather than replaced,
 * since replacements would make different passwords equal.
 */
export function readAuthorization(header: string | undefined): Credentials | { readonly problem: string } {
  if (header === undefined || header === '') return { problem: 'the request has no Authorization header' };
  if (header.length > longest) return { problem: `the Authorization header is longer than ${longest} bytes` };
  const encoded = basicScheme.exec(header.trim())?.[1];
  const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
  if (bytes === undefined) return { problem: 'the Authorization header does not hold basic credentials in base64' };
  const text = decodeUtf8(bytes);
  const colon = text.indexOf(':');
  if (colon < 0) return { problem: 'the credentials have no colon' };
  if (forbidden.test(text)) return { problem: 'the credentials hold control characters, or are not UTF-8' };
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
