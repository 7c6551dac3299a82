import type { Exchange, Family, Outcome } from '@ingresskit/annotations';
import { bool, defineFamily, field, serviceRef, statusCodes } from '@ingresskit/annotations';
import { defineDiagnostics, formatRef } from '@ingresskit/resources';
import type { Backend } from '@ingresskit/route-table';
import { referenceDiagnostics, resolveReference } from '../references/index.ts';

/** Where requests go that the route's own backend cannot answer. */
export interface DefaultBackendPolicy {
  /** Absent: the gateway's own default backend, which answers 404 to everything. */
  readonly backend?: Backend;
  /** Statuses of the route's backend after which the request is sent again, to the fallback. */
  readonly statuses: readonly number[];
  /** Whether the statuses concern answers of the backend too, and not only those of the gateway. */
  readonly replacesAnswers?: true;
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.7, higress.md A.12). */
export interface DefaultBackendSettings {
  /** Whether a request keeps its path when the backend has no endpoint. After a listed status the path is `/` everywhere. */
  readonly keepPath: boolean;
  /** Which headers tell the fallback why it is asked: the twin's after a listed status, or ingress-nginx's in every case. */
  readonly headers: 'twin' | 'nginx';
  /** Whether the gateway has a default backend of its own, for statuses without a Service (ingress-nginx.md §10). */
  readonly builtIn: boolean;
  /** The statuses that hold without custom-http-errors (ConfigMap `custom-http-errors`). */
  readonly statuses: readonly number[];
  /** Whether answers of backends are replaced too, where disable-proxy-intercept-errors is absent. */
  readonly replacesAnswers: boolean;
}

const settings: DefaultBackendSettings = { keepPath: false, headers: 'twin', builtIn: false, statuses: [], replacesAnswers: true };
/** What the gateway's own default backend has to say. */
const notFound: Outcome = { kind: 'respond', status: 404, reason: 'default-backend' };
// The twin never resends after these; when nothing else is listed it takes 503 (higress.md A.12).
const neverResent: readonly number[] = [200, 301, 302, 303, 304, 307, 308];

/**
 * The fallback of a route: it takes over when the backend has no usable endpoint, and, where custom-http-errors lists statuses, when the backend
 * answers with one of them. Not to be confused with `spec.defaultBackend`, which is a route of its own.
 */
export const defaultBackend: Family<'default-backend', DefaultBackendPolicy> = defineFamily({
  name: 'default-backend',
  title: 'Fallback for unavailable backends and error statuses',
  scope: 'route',
  phase: 'endpoints',
  settings,
  fields: {
    service: field('default-backend', serviceRef(), {
      doc: 'The Service, `name` or `namespace/name`, that stands in for a backend without usable endpoints. Its first port is used.',
      example: 'sorry-page',
      badExample: 'a/b/c',
      risk: 'Low',
    }),
    statuses: field('custom-http-errors', statusCodes(), {
      doc: 'Statuses of the backend after which the request is sent again, to the fallback.',
      example: '404,503',
      badExample: 'all',
      risk: 'Low',
    }),
    keepsAnswers: field('disable-proxy-intercept-errors', bool(), {
      doc: 'Lets answers of the backend pass whatever their status, so that only errors of the gateway itself go to the fallback.',
      example: 'true',
      badExample: 'yes',
      risk: 'Low',
    }),
  },
  diagnostics: defineDiagnostics('default-backend', {
    'no-fallback': {
      severity: 'warning',
      consequence: 'family-ignored',
      title: 'custom-http-errors without default-backend',
      doc: 'Statuses are listed, and no Service is named that would answer instead, so they have no effect. Add the annotation default-backend.',
    },
    ...referenceDiagnostics('Service', {
      role: 'the fallback',
      without: 'There is no fallback until a Service of this name with a port exists.',
      severity: 'warning',
      consequence: 'family-ignored',
    }),
    'status-never-resent': {
      severity: 'warning',
      consequence: 'none',
      title: 'A listed status is never replaced',
      doc: 'Successes and redirects (200, 301, 302, 303, 304, 307, 308) are left out of the list. When it holds nothing else, 503 is used.',
    },
  }),
  resolvesWhenAbsent: ({ statuses }) => statuses.length > 0,
  resolve({ service, statuses: listed, keepsAnswers }, context): DefaultBackendPolicy | undefined {
    const statuses = listed ?? (context.settings.statuses.length === 0 ? undefined : context.settings.statuses);
    const replaced = (keepsAnswers ?? !context.settings.replacesAnswers) ? {} : { replacesAnswers: true as const };
    if (service === undefined) {
      if (context.settings.builtIn) return statuses === undefined ? undefined : { statuses, ...replaced };
      if (statuses !== undefined) {
        context.report('no-fallback', {
          field: 'statuses',
          message: 'custom-http-errors needs default-backend, which is missing or invalid; the statuses have no effect.',
          help: 'Add the annotation default-backend with the name of a Service.',
        });
      }
      return undefined;
    }
    const reference = resolveReference('Service', service, context);
    if (!reference.ok) {
      const { diagnostic, problem, help, data } = reference;
      context.report(diagnostic, { field: 'service', message: `${problem}; there is no fallback.`, help, data });
      return undefined;
    }
    const { namespace, name, object, what } = reference;
    const port = object.spec?.ports?.[0]?.port;
    if (port === undefined) {
      context.report('service-not-found', {
        field: 'service',
        message: `${what} has no port; there is no fallback.`,
        help: 'Give the Service a port.',
        data: { namespace, name },
      });
      return undefined;
    }
    const resent = statuses?.filter((status) => !neverResent.includes(status)) ?? [];
    const left = statuses?.filter((status) => neverResent.includes(status)) ?? [];
    if (left.length > 0) {
      context.report('status-never-resent', {
        field: 'statuses',
        message: `${left.join(', ')} cannot be replaced and ${resent.length > 0 ? 'is left out' : 'is all there is, so 503 is used instead'}.`,
        help: 'List error statuses, for example "404,503".',
        data: { statuses: left },
      });
    }
    return {
      backend: { namespace, service: name, port },
      statuses: statuses === undefined || resent.length > 0 ? resent : [503],
      ...replaced,
    };
  },
  unavailable({ backend, statuses }, exchange) {
    if (backend === undefined) return statuses.includes(503) ? notFound : undefined;
    const settings = exchange.settings as unknown as DefaultBackendSettings;
    if (settings.headers === 'nginx') setErrorHeaders(exchange, 503);
    return settings.keepPath
      ? { kind: 'reroute', backend, because: 'no-endpoints' }
      : { kind: 'reroute', backend, path: '/', because: 'no-endpoints' };
  },
  response({ backend, statuses, replacesAnswers }, exchange, { status }) {
    const settings = exchange.settings as unknown as DefaultBackendSettings;
    if (replacesAnswers !== true || !statuses.includes(status)) return undefined;
    if (backend === undefined) return notFound;
    if (settings.headers === 'nginx') setErrorHeaders(exchange, status);
    else {
      exchange.setRequestHeader('x-envoy-route-name', `${routeName(exchange)}-fallback`);
      exchange.setRequestHeader('x-envoy-fallback-service', `${backend.namespace}/${backend.service}`);
    }
    return { kind: 'reroute', backend, path: '/', because: `status-${status}` };
  },
});

/** What the twin calls a route: its Ingress (higress.md A.12). */
function routeName({ route }: Exchange): string {
  return formatRef(route.provenance.ingress);
}

/** What ingress-nginx tells the service that writes its error pages (ingress-nginx.md §10). */
function setErrorHeaders(exchange: Exchange, status: number): void {
  const { request, route, backend } = exchange;
  const { ingress } = route.provenance;
  const accept = request.header('accept');
  exchange.setRequestHeader('x-code', String(status));
  if (accept !== undefined) exchange.setRequestHeader('x-format', accept);
  exchange.setRequestHeader('x-original-uri', request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`);
  exchange.setRequestHeader('x-namespace', ingress.namespace ?? '');
  exchange.setRequestHeader('x-ingress-name', ingress.name);
  if (backend !== undefined) {
    exchange.setRequestHeader('x-service-name', backend.service);
    exchange.setRequestHeader('x-service-port', String(backend.port));
  }
}
