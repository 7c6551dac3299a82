import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, size } from '@ingresskit/annotations';

/** How large the body of a request may be. */
export interface BodySizePolicy {
  readonly maxBytes: number;
}

/** What differs between gateways: what holds without an annotation (ConfigMap `proxy-body-size`). 0 is no limit. */
export interface BodySizeSettings {
  readonly maxBytes: number;
}

const settings: BodySizeSettings = { maxBytes: 0 };

/**
 * The largest body of a request (ingress-nginx.md §7). A declared length above it is refused before redirects and authentication (§0.1 step 3); a body that
 * does not tell its length is cut off by the data plane.
 */
export const bodySize: Family<'body-size', BodySizePolicy> = defineFamily({
  name: 'body-size',
  title: 'Size of request bodies',
  scope: 'route',
  phase: 'measure',
  settings,
  fields: {
    most: field('proxy-body-size', size(), {
      doc: 'The largest request body, as a size such as `8m`; larger ones get 413. 0 means no limit.',
      example: '8m',
      badExample: '8 MB',
      risk: 'Medium',
    }),
  },
  resolvesWhenAbsent: ({ maxBytes }) => maxBytes > 0,
  resolve({ most }, { settings }) {
    const maxBytes = most ?? settings.maxBytes;
    return maxBytes === 0 ? undefined : { maxBytes };
  },
  request({ maxBytes }, exchange) {
    const declared = exchange.request.header('content-length') ?? '';
    exchange.declare('maxBodyBytes', maxBytes);
    if (!/^[0-9]+$/.test(declared) || Number(declared) <= maxBytes) return undefined;
    exchange.note(`the body has ${declared} bytes, and ${maxBytes} are allowed`);
    return { kind: 'respond', status: 413 };
  },
});
