import type { CanonicalRequest } from '@ingresskit/annotations';
import type { RouteTable, VirtualHost } from '@ingresskit/route-table';
import { HostIndex } from './host-index.ts';
import type { Location, Locator } from './locator.ts';
import { hostNames } from './locator.ts';

/**
 * Finds routes through an index for each virtual host. An index is built on the first request to its host and lives as long as the virtual
 * host does: hosts that a new table shares with the old one keep theirs.
 */
export function createIndexedLocator(): Locator {
  const indexes = new WeakMap<VirtualHost, HostIndex>();
  const find = (host: VirtualHost, request: CanonicalRequest): number => {
    let index = indexes.get(host);
    if (index === undefined) {
      index = new HostIndex(host);
      indexes.set(host, index);
    }
    return index.find(request);
  };
  return {
    name: 'indexed',
    locate(table: RouteTable, request: CanonicalRequest): Location | undefined {
      const exact = table.hosts.get(request.host);
      if (exact !== undefined) {
        const index = find(exact, request);
        if (index >= 0) return { host: exact, index };
        if (!table.request.hostFallback) return undefined;
      }
      for (const name of hostNames(request.host, table.request.wildcardDepth)) {
        const host = name === request.host ? undefined : table.hosts.get(name);
        if (host === undefined) continue;
        const index = find(host, request);
        if (index >= 0) return { host, index };
        if (!table.request.hostFallback) return undefined;
      }
      return undefined;
    },
  };
}
