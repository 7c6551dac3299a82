import type { CanonicalRequest } from '@ingresskit/annotations';

/** Scheme and authority of a request, as its client named them: what a Location on the same host begins with. */
export function siteOf({ scheme, authority }: CanonicalRequest): string {
  return `${scheme}://${authority}`;
}
