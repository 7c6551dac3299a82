import type { RouteTable, ServiceEndpoints } from '@ingresskit/route-table';
import type { Endpoint } from './endpoint.ts';

/**
 * A table in which some Service ports have other endpoints, by `backendKey` (`namespace/service:port`): for manifests that say nothing about pods, and
 * for tests. Everything else is shared with the given table.
 */
export function withEndpoints(table: RouteTable, endpoints: ReadonlyMap<string, readonly Endpoint[]>): RouteTable {
  if (endpoints.size === 0) return table;
  let all = table.endpoints;
  for (const [key, list] of endpoints) {
    const entry: ServiceEndpoints = Object.freeze({ source: 'known', endpoints: Object.freeze([...list]) });
    all = all.set(key, entry);
  }
  return Object.freeze({ ...table, endpoints: all });
}
