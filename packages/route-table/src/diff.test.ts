import { PersistentMap, Sensitive } from '@ingresskit/resources';
import { describe, expect, it } from 'vitest';
import { diffTables } from './diff.ts';
import { fromJSON, toJSON } from './json.ts';
import type { Route } from './route.ts';
import type { RouteTable } from './table.ts';
import { backendOf, hostOf, routeOf, tableOf } from './testing/tables.ts';

const at = (path: number, more: Partial<Route> = {}): Route =>
  routeOf({ ...more, provenance: { ...routeOf().provenance, path, ...more.provenance } });
const [one, two, three] = [
  at(0),
  at(1, { pathText: '/b', path: { kind: 'exact', value: '/b' } }),
  at(2, { pathText: '/c', path: { kind: 'prefix', value: '/c' } }),
];
const before = tableOf([hostOf('a.example', [one, two])]);
const names = (after: RouteTable): string[] =>
  diffTables(before, after).map(({ change, what, name, fields = [] }) => [change, what, name, ...fields].join(' '));

describe('the difference between two tables', () => {
  it('is nothing for one table, a copy, and a table from JSON', () => {
    expect(diffTables(before, before)).toEqual([]);
    expect(names(tableOf([hostOf('a.example', [at(0), at(1, { pathText: '/b', path: { kind: 'exact', value: '/b' } })])]))).toEqual([]);
    expect(names(fromJSON(toJSON(before)))).toEqual([]);
  });

  it('names hosts and routes that come and go', () => {
    expect(names(tableOf([hostOf('b.example', [one]), hostOf('a.example', [one, two, three])]))).toEqual([
      'added route a.example web/shop/0/2',
      'added host b.example',
    ]);
    expect(names(tableOf([hostOf('a.example', [two])]))).toEqual(['removed route a.example web/shop/0/0']);
    expect(names(tableOf([]))).toEqual(['removed host a.example', 'removed endpoints web/cart:80']);
  });

  it('names the fields of a route that changed, with both values', () => {
    const changed = at(0, {
      backends: [
        { backend: backendOf('cart'), weight: 90 },
        { backend: backendOf('cart'), weight: 10 },
      ],
      policies: { cors: {} },
    });
    expect(diffTables(before, tableOf([hostOf('a.example', [changed, two])]))).toEqual([
      { change: 'changed', what: 'route', name: 'a.example web/shop/0/0', fields: ['backends', 'policies'], before: one, after: changed },
    ]);
  });

  it('names the order by itself', () => {
    expect(diffTables(before, tableOf([hostOf('a.example', [two, one])]))).toEqual([
      {
        change: 'changed',
        what: 'order',
        name: 'a.example',
        before: ['web/shop/0/0', 'web/shop/0/1'],
        after: ['web/shop/0/1', 'web/shop/0/0'],
      },
    ]);
  });

  it('names settings of hosts, Services, endpoints, gateway and profile', () => {
    const tls = { secret: { namespace: 'web', name: 'cert' }, ingress: { kind: 'Ingress', namespace: 'web', name: 'shop' }, found: false };
    expect(
      names(
        tableOf([hostOf('a.example', [one, two], { tls, policies: { x: 1 }, denied: { family: 'f', code: 'f/c', ingress: 'web/shop' } })]),
      ),
    ).toEqual(['changed host-setting a.example policies', 'added host-setting a.example tls', 'added host-setting a.example denied']);
    expect(names({ ...before, backends: PersistentMap.from([['web/cart:80', { x: 1 }]]) })).toEqual(['added backend web/cart:80']);
    expect(names({ ...before, endpoints: PersistentMap.from([['web/cart:80', { source: 'assumed', endpoints: [] } as const]]) })).toEqual([
      'changed endpoints web/cart:80',
    ]);
    expect(names({ ...before, profile: 'other', phases: [], request: { ...before.request, hostFallback: false } })).toEqual([
      'changed profile profile',
      'changed profile phases',
      'changed profile request',
    ]);
    const source = { kind: 'MseIngressConfig', name: 'g' };
    expect(
      names({
        ...before,
        gateway: { sources: [source], addressLists: [{ deny: ['192.0.2.0/24'], source }], denied: { code: 'x/y', source } },
      }),
    ).toEqual(['changed gateway sources', 'changed gateway addressLists', 'added gateway denied']);
  });

  it('tells credentials apart by their label only', () => {
    const withLabel = (label: string, value: string) =>
      tableOf([hostOf('a.example', [at(0, { policies: { auth: new Sensitive(label, value) } }), two])]);
    const shown = diffTables(withLabel('Secret a revision 1', 'hunter2'), withLabel('Secret a revision 2', 'hunter3'));
    expect(shown.map(({ fields }) => fields)).toEqual([['policies']]);
    expect(JSON.stringify(shown)).not.toContain('hunter');
    expect(diffTables(withLabel('same', 'hunter2'), withLabel('same', 'hunter3'))).toEqual([]);
  });
});
