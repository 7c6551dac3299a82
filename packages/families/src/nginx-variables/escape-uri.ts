import { encodeUtf8 } from '@ingresskit/resources';

/** Percent-encodes everything but letters, digits and `-._~` (RFC 3986 §2.3), which is what nginx calls a URI component. */
export function escapeUriComponent(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._~-]+/g, (run) =>
    [...encodeUtf8(run)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
