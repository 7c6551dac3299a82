import { PersistentMap } from '@ingresskit/resources';
import type { Backend, Endpoint, Policies, Provenance, Route, RouteTable, ServiceEndpoints, VirtualHost } from '../index.ts';

/** A route for tests: the prefix `/a` of Ingress `web/shop` to Service `web/cart`. */
export function routeOf(more: Partial<Route> = {}): Route {
  const provenance: Provenance = {
    origin: 'path',
    ingress: { kind: 'Ingress', namespace: 'web', name: 'shop' },
    rule: 0,
    path: 0,
    annotations: {},
  };
  return {
    path: { kind: 'prefix', value: '/a' },
    pathType: 'Prefix',
    pathText: '/a',
    backends: [{ backend: backendOf('cart'), weight: 100 }],
    policies: {},
    provenance,
    ...more,
  };
}

/** Port 80 of a Service in namespace `web`. */
export function backendOf(service: string, more: Partial<Backend> = {}): Backend {
  return { namespace: 'web', service, port: 80, ...more };
}

/** A virtual host. */
export function hostOf(host: string, routes: readonly Route[], more: Partial<VirtualHost> = {}): VirtualHost {
  return { host, routes, policies: {}, ...more };
}

/** A table of the hosts, with one ready endpoint for each Service its routes name. */
export function tableOf(hosts: readonly VirtualHost[], more: Partial<RouteTable> = {}): RouteTable {
  const endpoint: Endpoint = { address: '10.0.0.1', port: 8080, ready: true };
  const known: ServiceEndpoints = { source: 'known', endpoints: [endpoint] };
  const keys = hosts.flatMap(({ routes }) =>
    routes.flatMap(({ backends }) => backends.map(({ backend }) => `${backend.namespace}/${backend.service}:${backend.port}`)),
  );
  return {
    format: 1,
    profile: 'test',
    phases: ['address', 'endpoints'],
    request: {
      pathNormalization: 'base',
      wildcardDepth: 'any',
      hostFallback: true,
      trailingSlashRedirect: false,
      forwardPath: 'canonical',
    },
    gateway: { sources: [], addressLists: [] },
    hosts: PersistentMap.from(hosts.map((host) => [host.host, host] as const)),
    backends: PersistentMap.empty<Policies>(),
    endpoints: PersistentMap.from(keys.map((key) => [key, known] as const)),
    ...more,
  };
}
