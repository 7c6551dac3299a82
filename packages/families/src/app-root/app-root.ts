import type { Family } from '@ingresskit/annotations';
import { absolutePath, defineFamily, field } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import { siteOf } from '../redirect/location.ts';

/** Where the bare root of a host leads. */
export interface AppRootPolicy {
  readonly path: string;
}

/** What differs between gateways. The defaults are those of the `mse` profile (higress.md A.4). */
export interface AppRootSettings {
  readonly status: number;
  /** Whether the request's query is carried over. */
  readonly keepsQuery: boolean;
}

const settings: AppRootSettings = { status: 302, keepsQuery: true };

/**
 * Redirects the path `/` of a host to its application. It holds for the host, whatever paths the Ingress has, as a route of its own that matches `/` alone
 * (higress.md §1.4 rule 4, A.4); the newest Ingress that has one decides.
 */
export const appRoot: Family<'app-root', AppRootPolicy> = defineFamily({
  name: 'app-root',
  title: 'Redirect from the root of a host to its application',
  scope: 'host',
  phase: 'host',
  winner: 'newest',
  settings,
  fields: {
    path: field('app-root', absolutePath(), {
      doc: 'Redirects requests for `/`, and for it alone, to this path of the same host.',
      example: '/app',
      badExample: 'https://example.com/app',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('app-root', {
    loop: {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'The root would redirect to itself',
      doc: 'app-root names the path it redirects from, so that no client would ever arrive. It has no effect. Name the path of the application.',
    },
  }),
  resolve({ path }, context) {
    if (path === undefined) return undefined;
    if (path !== '/') return { path };
    context.report('loop', {
      field: 'path',
      message: '"/" would redirect to itself; there is no redirect.',
      help: 'Name the path of the application, for example "/app".',
    });
    return undefined;
  },
  routes: () => [{ path: { kind: 'exact', value: '/' }, pathText: '/' }],
  request({ path }, exchange) {
    const { request } = exchange;
    const { status, keepsQuery } = exchange.settings as unknown as AppRootSettings;
    const query = request.query === undefined || !keepsQuery ? '' : `?${request.query}`;
    return { kind: 'redirect', status, location: `${siteOf(request)}${path}${query}` };
  },
});
