import type { Route } from '@ingresskit/route-table';

const noBackends: Route['backends'] = Object.freeze([]);

/**
 * A path that ends in a slash also answers the path without it, by sending the client to itself (ingress-nginx.md §1.6): one more exact route for each
 * such path of the host, unless another route has exactly that path, which a plain prefix does. Patterns and closed routes have none. Where an exact
 * path and a prefix have one text, the exact one sends, with its policies: nginx looks at it first.
 */
export function slashRedirects(routes: readonly Route[]): readonly Route[] {
  const taken = new Set<string>();
  const redirects: Route[] = [];
  for (const { path } of routes) if (path.kind !== 'regex' && !path.value.endsWith('/')) taken.add(path.value);
  for (const route of [...routes.filter(isExact), ...routes]) {
    const { kind, value } = route.path;
    if (kind === 'regex' || value.length < 2 || !value.endsWith('/') || route.denied !== undefined) continue;
    const bare = value.slice(0, -1);
    if (taken.has(bare)) continue;
    taken.add(bare);
    const { backends: _backends, canaries: _canaries, ...rest } = route;
    redirects.push(
      Object.freeze({ ...rest, path: Object.freeze({ ...route.path, kind: 'exact', value: bare }), backends: noBackends, toSlash: true }),
    );
  }
  return redirects;
}

function isExact({ path }: Route): boolean {
  return path.kind === 'exact';
}
