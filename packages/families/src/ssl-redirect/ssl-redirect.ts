import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field, parseAuthority } from '@ingresskit/annotations';
import { forwardedBy } from '../forwarded-headers/forwarded-by.ts';
import { gatewayRedirects } from '../gateway-redirects/gateway-redirects.ts';

/** A redirect from plain HTTP to HTTPS. */
export interface SslRedirectPolicy {
  /** Only where the host is served over TLS. */
  readonly needsTls: boolean;
  /** Whether a slash at the end of the target stays, where the annotation says so. */
  readonly keepsFinalSlash?: boolean;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §1.3, higress.md A.4). */
export interface SslRedirectSettings {
  readonly status: number;
  /** Whether hosts that are served over TLS redirect without any annotation. */
  readonly onByDefault: boolean;
  /** Whether ssl-redirect, unlike force-ssl-redirect, acts only where the host is served over TLS. */
  readonly sslRedirectNeedsTls: boolean;
  /** The path that the redirect names: the canonical one, or the client's text. */
  readonly path: 'canonical' | 'raw';
  /** Whether a slash at the end of the target stays (ingress-nginx.md §11 removes one), where no annotation says otherwise. */
  readonly keepsFinalSlash: boolean;
  /** Whether all requests are redirected without any annotation, also where no host is served over TLS (ConfigMap `force-ssl-redirect`). */
  readonly forcedByDefault: boolean;
  /** Routes whose path begins with one of these texts are not redirected (ConfigMap `no-tls-redirect-locations`). */
  readonly exemptPaths: readonly string[];
  /** Whether X-Forwarded-Proto and X-Forwarded-Host tell scheme and host (ConfigMap `use-forwarded-headers`). */
  readonly trustsForwarded: boolean;
}

const settings: SslRedirectSettings = {
  status: 308,
  onByDefault: false,
  sslRedirectNeedsTls: false,
  path: 'canonical',
  keepsFinalSlash: true,
  forcedByDefault: false,
  exemptPaths: [],
  trustsForwarded: false,
};

/**
 * Sends plain HTTP requests to HTTPS, with the same host, path and query (higress.md A.4, ingress-nginx.md §11). The port is left out: it is that of the plain
 * listener.
 */
export const sslRedirect: Family<'ssl-redirect', SslRedirectPolicy> = defineFamily({
  name: 'ssl-redirect',
  title: 'Redirect from HTTP to HTTPS',
  scope: 'route',
  phase: 'secure',
  settings,
  fields: {
    redirect: field('ssl-redirect', bool(), {
      doc: 'Redirects plain HTTP requests to HTTPS.',
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
    force: field('force-ssl-redirect', bool(), {
      doc: 'Redirects plain HTTP requests to HTTPS, whether or not the host has a certificate here.',
      example: 'true',
      badExample: 'yes',
      risk: 'Medium',
    }),
    keepSlash: field('preserve-trailing-slash', bool(), {
      doc: 'Keeps a slash at the end of the address in the redirect to HTTPS.',
      example: 'true',
      badExample: 'yes',
      risk: 'Medium',
    }),
  },
  resolvesWhenAbsent: ({ onByDefault, forcedByDefault }) => onByDefault || forcedByDefault,
  resolve({ redirect, force, keepSlash }, { settings }) {
    const slash = keepSlash === undefined ? {} : { keepsFinalSlash: keepSlash };
    if (force ?? settings.forcedByDefault) return { needsTls: false, ...slash };
    if (redirect ?? settings.onByDefault) return { needsTls: redirect === undefined || settings.sslRedirectNeedsTls, ...slash };
    return undefined;
  },
  request({ needsTls, keepsFinalSlash: keepsSlash }, exchange) {
    const { request, host, route } = exchange;
    const settings = exchange.settings as unknown as SslRedirectSettings;
    const original = forwardedBy(request, settings.trustsForwarded);
    if (original.scheme === 'https' || request.scheme === 'https') return undefined;
    const { status, path } = settings;
    const keepsFinalSlash = keepsSlash ?? settings.keepsFinalSlash;
    if (settings.exemptPaths.some((exempt) => route.pathText.startsWith(exempt))) {
      exchange.note('the path is exempt from redirects to HTTPS');
      return undefined;
    }
    // Hosts that no Ingress names have no certificate (ingress-nginx.md §11).
    if (needsTls && (host.host === '*' || (host.tls === undefined && host.defaultCertificate !== true))) {
      exchange.note('the host is not served over TLS, so there is no redirect');
      return undefined;
    }
    const query = request.query === undefined ? '' : `?${request.query}`;
    const target = `${path === 'raw' ? request.rawPath : request.path}${query}`;
    const kept = !keepsFinalSlash && target.endsWith('/') ? target.slice(0, -1) : target;
    const port = exchange.policy(gatewayRedirects)?.withPort === true ? ':443' : '';
    return { kind: 'redirect', status, location: `https://${hostOf(original.authority, request.host)}${port}${kept}` };
  },
});

/** The host of an authority that is known to be one; `own` where nobody said otherwise. */
function hostOf(authority: string, own: string): string {
  const parsed = parseAuthority(authority);
  return typeof parsed === 'string' ? own : parsed.host;
}
