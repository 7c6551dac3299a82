import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field } from '@ingresskit/annotations';

/** A host whose other name, with or without `www.`, leads to it. */
export interface WwwRedirectPolicy {
  readonly enabled: true;
}

/** What differs between gateways. */
export interface WwwRedirectSettings {
  /** ConfigMap `http-redirect-code`. */
  readonly status: number;
}

const settings: WwwRedirectSettings = { status: 308 };
const www = 'www.';

/**
 * Sends clients from `www.example.com` to `example.com`, or the other way, whichever of the two the Ingress has (ingress-nginx.md §1.12). The other name
 * becomes a host of its own that does nothing else, unless it is one already.
 */
export const wwwRedirect: Family<'www-redirect', WwwRedirectPolicy> = defineFamily({
  name: 'www-redirect',
  title: 'Redirect between a host and its www name',
  scope: 'host',
  phase: 'host',
  settings,
  fields: {
    enabled: field('from-to-www-redirect', bool(), {
      doc: 'Redirects from the host with "www." to the one without, or the other way, to the one that the Ingress has.',
      default: false,
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
  },
  resolve: ({ enabled }) => (enabled ? { enabled } : undefined),
  hosts: (_policy, host) =>
    host.startsWith('*') ? [] : [{ host: twinOf(host), routes: [{ path: { kind: 'prefix', value: '/' }, pathText: '/' }] }],
  request(_policy, exchange) {
    const { request, host } = exchange;
    const { status } = exchange.settings as unknown as WwwRedirectSettings;
    const target = request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`;
    const port = request.scheme === 'https' ? 443 : 80;
    // The port is always there, and one slash at the end is not: both as in the original.
    return {
      kind: 'redirect',
      status,
      location: `${request.scheme}://${twinOf(host.host)}:${port}${target.endsWith('/') ? target.slice(0, -1) : target}`,
    };
  },
});

function twinOf(host: string): string {
  return host.startsWith(www) ? host.slice(www.length) : www + host;
}
