import { PersistentMap, Sensitive } from '@ingresskit/resources';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTables } from './diff.ts';
import { fromJSON, type RouteTableJson, toJSON } from './json.ts';
import { hostOf, routeOf, tableOf } from './testing/tables.ts';

const full = tableOf(
  [
    hostOf('b.example', [routeOf(), routeOf({ path: { kind: 'regex', value: '/x', end: 'open', ignoreCase: true }, pathText: '/x' })], {
      policies: { lists: { allow: ['192.0.2.0/24'] } },
      tls: { secret: { namespace: 'web', name: 'cert' }, ingress: { kind: 'Ingress', namespace: 'web', name: 'shop' }, found: true },
    }),
    hostOf('*', [
      routeOf({
        denied: { family: 'auth', code: 'auth/x', ingress: 'web/shop' },
        policies: { auth: { users: new Sensitive('Secret web/users', 'hunter2') } },
      }),
    ]),
  ],
  { backends: PersistentMap.from([['web/cart:80', { protocol: { name: 'GRPC' } }]]) },
);

describe('the JSON form', () => {
  it('is sorted plain JSON, and gives the table back', () => {
    const json = toJSON(full);
    expect(json.hosts.map(({ host }) => host)).toEqual(['*', 'b.example']);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    const table = fromJSON(json);
    expect(toJSON(table)).toEqual(json);
    expect(diffTables(full, table)).toEqual([]);
    expect(table.hosts.get('b.example')).toEqual(full.hosts.get('b.example'));
    expect(table.backends.sortedEntries()).toEqual(full.backends.sortedEntries());
    expect(table.endpoints.sortedEntries()).toEqual(full.endpoints.sortedEntries());
  });

  it('does not depend on the history of the table', () => {
    const hosts = full.hosts.sortedEntries().reverse();
    const grown = hosts.reduce(
      (map, [name, host]) => map.set(name, host).set('gone', host).delete('gone'),
      PersistentMap.empty<(typeof hosts)[number][1]>(),
    );
    expect(JSON.stringify(toJSON({ ...full, hosts: grown }))).toBe(JSON.stringify(toJSON(full)));
  });

  it('leaves credentials out by name, and reads them as lost', () => {
    const text = JSON.stringify(toJSON(full));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('{"$sensitive":"Secret web/users"}');
    const policy = fromJSON(JSON.parse(text) as RouteTableJson).hosts.get('*')?.routes[0]?.policies['auth'] as { readonly users: unknown };
    expect(policy.users).toBeInstanceOf(Sensitive);
    expect((policy.users as Sensitive<string>).label).toBe('Secret web/users');
    expect((policy.users as Sensitive<string>).reveal()).toBeUndefined();
  });

  it('is read into a frozen table', () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      value instanceof Sensitive ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    const table = fromJSON(toJSON(full));
    expect(Object.isFrozen(table)).toBe(true);
    for (const [, host] of table.hosts) expect(frozen(host)).toBe(true);
    for (const part of [table.phases, table.request, table.gateway]) expect(frozen(part)).toBe(true);
  });

  it('of another format is a programmer’s mistake', () => {
    for (const value of [undefined, null, {}, { format: 2 }, 'x'])
      expect(() => fromJSON(value as unknown as RouteTableJson)).toThrow(TypeError);
  });

  it('keeps any policy, keys of prototypes included', () => {
    const policy = fc.dictionary(
      fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('__proto__', 'constructor', '$sensitive')),
      fc.jsonValue({ maxDepth: 3 }),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(policy, policy, (own, host) => {
        // A lone `$sensitive` text is the written form of a credential, which no policy has otherwise.
        fc.pre(!JSON.stringify([own, host]).includes('"$sensitive":"'));
        const table = tableOf([hostOf('a', [routeOf({ policies: own })], { policies: host })]);
        const json = JSON.parse(JSON.stringify(toJSON(table))) as RouteTableJson;
        expect(JSON.stringify(toJSON(fromJSON(json)))).toBe(JSON.stringify(json));
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
