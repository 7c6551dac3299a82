import type { CanonicalRequest, Family } from '@ingresskit/annotations';
import { bool, defineFamily, field } from '@ingresskit/annotations';

/** How the redirects are written that the gateway makes by itself. */
export interface GatewayRedirectsPolicy {
  /** A Location on the same host has no scheme and host. */
  readonly relative: boolean;
  /** A Location names the port of the listener. */
  readonly withPort: boolean;
}

/** What differs between gateways. The `mse` profile makes no such redirects. */
export interface GatewayRedirectsSettings {
  /** Whether a policy holds without any annotation: redirects from a path to its own slash need one. */
  readonly always: boolean;
  /** ConfigMap `relative-redirects`: true holds for every Ingress. */
  readonly relative: boolean;
  /** ConfigMap `use-port-in-redirects`: holds where the annotation is absent. */
  readonly withPort: boolean;
  /** Of a redirect from a path to the same path with a slash. */
  readonly slashStatus: number;
}

const settings: GatewayRedirectsSettings = { always: false, relative: false, withPort: false, slashStatus: 301 };

/**
 * How the gateway writes its own redirects (ingress-nginx.md §1.6, §11), and the one that it makes without being asked: from a path without its final
 * slash to the path with it. Which paths have that one is settled when routes are compiled.
 */
export const gatewayRedirects: Family<'gateway-redirects', GatewayRedirectsPolicy> = defineFamily({
  name: 'gateway-redirects',
  title: 'How the gateway writes its own redirects',
  scope: 'route',
  phase: 'locate',
  settings,
  fields: {
    relative: field('relative-redirects', bool(), {
      doc: 'Leaves scheme and host out of redirects to a path of the same host.',
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
    withPort: field('use-port-in-redirects', bool(), {
      doc: 'Names the port of the listener in redirects that the gateway makes.',
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
  },
  resolvesWhenAbsent: ({ always }) => always,
  resolve({ relative, withPort }, { settings }) {
    const policy = { relative: relative === true || settings.relative, withPort: withPort ?? settings.withPort };
    return settings.always || policy.relative || policy.withPort ? policy : undefined;
  },
  request(policy, exchange) {
    const { request, route } = exchange;
    if (route.toSlash !== true) return undefined;
    const { slashStatus } = exchange.settings as unknown as GatewayRedirectsSettings;
    // A bare "?" is left out, as nginx does.
    const query = request.query === undefined || request.query === '' ? '' : `?${request.query}`;
    const site = gatewaySite(request, policy);
    exchange.note('the path is served with a slash at its end only');
    return { kind: 'redirect', status: slashStatus, location: `${site}${route.path.value}/${query}` };
  },
});

/** What stands before the path in a Location that the gateway writes by itself: nothing where it is relative. */
export function gatewaySite(request: CanonicalRequest, policy: GatewayRedirectsPolicy | undefined): string {
  if (policy?.relative === true) return '';
  return `${request.scheme}://${policy?.withPort === true ? hostWithPort(request) : request.host}`;
}

/** A port that is not the scheme's own is part of what the client wrote, and nginx names no other. */
function hostWithPort({ authority, host, scheme }: CanonicalRequest): string {
  const port = /:(\d+)$/.exec(authority)?.[1];
  return port === undefined || port === (scheme === 'https' ? '443' : '80') ? host : `${host}:${port}`;
}
