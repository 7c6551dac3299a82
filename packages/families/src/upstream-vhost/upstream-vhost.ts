import type { Family } from '@ingresskit/annotations';
import { defineFamily, field, hostName } from '@ingresskit/annotations';

/** The Host that the backend sees. */
export interface UpstreamVhostPolicy {
  /** `host` or `host:port`, as written. */
  readonly host: string;
}

/** Replaces the Host of a request on its way to the backend (higress.md A.5, ingress-nginx.md §12). */
export const upstreamVhost: Family<'upstream-vhost', UpstreamVhostPolicy> = defineFamily({
  name: 'upstream-vhost',
  title: 'The Host that the backend sees',
  scope: 'route',
  phase: 'forward',
  fields: {
    host: field('upstream-vhost', hostName(), {
      doc: 'Replaces the Host header of requests to the backend.',
      example: 'cart.internal.example.com',
      badExample: 'https://cart.internal.example.com',
      risk: 'Low',
    }),
  },
  resolve: ({ host }) => (host === undefined ? undefined : { host }),
  request({ host }, exchange) {
    exchange.setUpstreamHost(host);
    return undefined;
  },
});
