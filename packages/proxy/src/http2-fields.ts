import type { OutgoingHttpHeaders } from 'node:http2';

/**
 * Sessions carry what a message holds, as HTTP/1 does, also where a field stands twice that is meant to stand once. Node that does not know this option
 * refuses such messages; `withoutRepeats` is for it.
 */
export const lenientFields: { readonly strictSingleValueFields: false } = Object.freeze({ strictSingleValueFields: false });

/** Pairs as Node's HTTP/2 writes them: lower-case names, repeated fields as lists. */
export function toFields(pairs: readonly string[]): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = { __proto__: null } as never;
  for (let index = 0; index < pairs.length; index += 2) {
    const name = (pairs[index] as string).toLowerCase();
    const value = pairs[index + 1] as string;
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [String(earlier), value];
  }
  return fields;
}

/** A raw header list of HTTP/2 without the pseudo-headers it begins with. Always a new array. */
export function withoutPseudo(raw: readonly string[]): string[] {
  let start = 0;
  while (start < raw.length && (raw[start] as string).startsWith(':')) start += 2;
  return raw.slice(start);
}

/** Whether Node has refused a message because a field stands in it more than once. */
export function isRepeatRefusal(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_HTTP2_HEADER_SINGLE_VALUE';
}

/** The first of each field that Node sends once only; others keep all their values. */
export function withoutRepeats(fields: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { __proto__: null } as never;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    kept[name] = Array.isArray(value) && singleValued.has(name) ? value[0] : value;
  }
  return kept;
}

const singleValued: ReadonlySet<string> = new Set([
  'access-control-allow-credentials',
  'access-control-max-age',
  'access-control-request-method',
  'age',
  'authorization',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'dnt',
  'etag',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'range',
  'referer',
  'retry-after',
  'tk',
  'upgrade-insecure-requests',
  'user-agent',
  'x-content-type-options',
]);
