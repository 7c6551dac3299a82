import type { PathMatch, Route } from '@ingresskit/route-table';
import { expect, test } from 'vitest';
import { slashRedirects } from './slash-redirects.ts';

const backend = { namespace: 'default', service: 'web', port: 80 };

function route(path: PathMatch, more: Partial<Route> = {}): Route {
  const ingress = { kind: 'Ingress', namespace: 'default', name: 'web' } as const;
  return {
    path,
    pathType: path.kind === 'exact' ? 'Exact' : 'Prefix',
    pathText: path.value,
    backends: [{ backend, weight: 100 }],
    policies: { cors: { any: true } },
    provenance: { origin: 'path', ingress, rule: 0, path: 0, annotations: {} },
    ...more,
  };
}

function bare(...routes: readonly Route[]): readonly string[] {
  return slashRedirects(routes).map(({ path }) => path.value);
}

test('a path that ends in a slash answers the path without it, under its own policies and without a backend', () => {
  const original = route({ kind: 'prefix', value: '/dir/' });
  expect(slashRedirects([original])).toEqual([{ ...original, path: { kind: 'exact', value: '/dir' }, backends: [], toSlash: true }]);
});

test.each<readonly [string, readonly Route[], readonly string[]]>([
  ['the root has none', [route({ kind: 'prefix', value: '/' })], []],
  ['nor has a path without a slash', [route({ kind: 'prefix', value: '/dir' }), route({ kind: 'exact', value: '/a' })], []],
  ['an exact path has one', [route({ kind: 'exact', value: '/dir/' })], ['/dir']],
  ['a pattern has none', [route({ kind: 'regex', value: '/dir/', end: 'open' })], []],
  ['a closed route has none', [route({ kind: 'prefix', value: '/dir/' }, { denied: { family: 'x', code: 'x/y', ingress: 'a/b' } })], []],
  ['an exact route of the bare path keeps it', [route({ kind: 'prefix', value: '/dir/' }), route({ kind: 'exact', value: '/dir' })], []],
  ['so does a prefix', [route({ kind: 'prefix', value: '/dir' }), route({ kind: 'prefix', value: '/dir/' })], []],
  ['two paths share one', [route({ kind: 'exact', value: '/dir/' }), route({ kind: 'prefix', value: '/dir/' })], ['/dir']],
])('%s', (_title, routes, expected) => {
  expect(bare(...routes)).toEqual(expected);
});

test('of an exact path and a prefix with one text, the exact one sends', () => {
  const prefix = route({ kind: 'prefix', value: '/dir/' });
  const exact = route({ kind: 'exact', value: '/dir/' }, { policies: { redirects: { relative: true } } });
  expect(slashRedirects([prefix, exact]).map(({ policies }) => policies)).toEqual([exact.policies]);
});
