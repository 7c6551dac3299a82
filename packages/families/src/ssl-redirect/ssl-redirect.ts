import type { Family } from '@ingresskit/annotations';
import { bool, defineFamily, field } from '@ingresskit/annotations';

/** A redirect from plain HTTP to HTTPS. */
export interface SslRedirectPolicy {
  /** Only where the host is served over TLS. */
  readonly needsTls: boolean;
  /** Whether the Ingress has a TLS section, for whatever hosts: ingress-nginx then takes all its hosts for served over TLS. */
  readonly hasTlsSection: boolean;
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
  /** Whether a slash at the end of the target stays (ingress-nginx.md §11 removes one). */
  readonly keepsFinalSlash: boolean;
}

const settings: SslRedirectSettings = {
  status: 308,
  onByDefault: false,
  sslRedirectNeedsTls: false,
  path: 'canonical',
  keepsFinalSlash: true,
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
  },
  resolvesWhenAbsent: ({ onByDefault }) => onByDefault,
  resolve({ redirect, force }, { ingress, settings }) {
    const hasTlsSection = (ingress.spec?.tls ?? []).length > 0;
    if (force === true) return { needsTls: false, hasTlsSection };
    if (redirect ?? settings.onByDefault) return { needsTls: redirect === undefined || settings.sslRedirectNeedsTls, hasTlsSection };
    return undefined;
  },
  request({ needsTls, hasTlsSection }, exchange) {
    const { request, host } = exchange;
    if (request.scheme === 'https') return undefined;
    const { status, path, keepsFinalSlash } = exchange.settings as unknown as SslRedirectSettings;
    // Hosts that no Ingress names have no certificate (ingress-nginx.md §11).
    if (needsTls && (host.host === '*' || (host.tls === undefined && !hasTlsSection))) {
      exchange.note('the host is not served over TLS, so there is no redirect');
      return undefined;
    }
    const query = request.query === undefined ? '' : `?${request.query}`;
    const target = `${path === 'raw' ? request.rawPath : request.path}${query}`;
    const kept = !keepsFinalSlash && target.endsWith('/') ? target.slice(0, -1) : target;
    return { kind: 'redirect', status, location: `https://${request.host}${kept}` };
  },
});
