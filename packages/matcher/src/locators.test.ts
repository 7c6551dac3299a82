import { type CanonicalRequest, canonicalize } from '@ingresskit/annotations';
import { PersistentMap } from '@ingresskit/resources';
import type { PathMatch, Predicates, Route, RouteTable, VirtualHost } from '@ingresskit/route-table';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAscii } from './host-index.ts';
import { createIndexedLocator } from './indexed-locator.ts';
import { hostNames } from './locator.ts';
import { pathCovers } from './path-covers.ts';
import { createReferenceLocator, hostCovers, pathMatches } from './reference/index.ts';

function routeOf(path: PathMatch, predicates?: Predicates): Route {
  const provenance = { origin: 'path', ingress: { kind: 'Ingress', namespace: 'n', name: 'i' }, annotations: {} } as const;
  return {
    path,
    pathType: 'Prefix',
    pathText: path.value,
    backends: [],
    policies: {},
    provenance,
    ...(predicates === undefined ? {} : { predicates }),
  };
}

function tableOf(hosts: readonly VirtualHost[], rules: Partial<RouteTable['request']> = {}): RouteTable {
  return {
    format: 1,
    profile: 'test',
    phases: [],
    request: {
      pathNormalization: 'base',
      wildcardDepth: 'any',
      hostFallback: true,
      trailingSlashRedirect: false,
      forwardPath: 'canonical',
      ...rules,
    } as RouteTable['request'],
    gateway: { sources: [], addressLists: [] },
    hosts: PersistentMap.from(hosts.map((host) => [host.host, host] as const)),
    backends: PersistentMap.empty(),
    endpoints: PersistentMap.empty(),
  };
}

function requestOf(host: string, path: string, method = 'GET'): CanonicalRequest {
  const result = canonicalize(
    { url: `http://${host}${path}`, method, headers: { 'x-a': '1', cookie: 'c=v' } },
    { pathNormalization: 'base' },
  );
  if (!result.ok) throw new Error(result.problem);
  return result.request;
}

const element = fc.constantFrom('a', 'A', 'ab', 'a.b', 'x~y', 'é', '*', '(', ':id', '{x}');
const pathText = fc.array(element, { maxLength: 3 }).map((parts) => `/${parts.map(encodeURI).join('/')}`);
const pathMatch: fc.Arbitrary<PathMatch> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { kind: fc.constantFrom('exact' as const, 'prefix' as const), value: pathText, ignoreCase: fc.constant(true as const) },
      { requiredKeys: ['kind', 'value'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('prefix' as const), value: pathText.map((text) => `${text}/`) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant('regex' as const),
        value: fc.constantFrom('/a', '/a.*', '/[aA]b?', '/(', '.*', '/(a|ab)/x'),
        end: fc.constantFrom('open' as const, 'full' as const),
        ignoreCase: fc.constant(true as const),
      },
      { requiredKeys: ['kind', 'value', 'end'] },
    ),
  },
);
const predicates: fc.Arbitrary<Predicates | undefined> = fc.constantFrom(
  undefined,
  undefined,
  undefined,
  { methods: ['POST'] },
  { headers: [{ name: 'x-a', match: { kind: 'exact', value: '1' } }] },
  { cookies: [{ name: 'c', match: { kind: 'regex', value: '^w' } }] },
  { queries: [{ name: 'q', match: { kind: 'prefix', value: '' } }] },
);
const hostName = fc.constantFrom('a.example', 'b.a.example', '*.example', '*.a.example', '*.b.a.example', '*', 'example');
const hosts = fc.uniqueArray(
  fc
    .tuple(hostName, fc.array(fc.tuple(pathMatch, predicates), { minLength: 1, maxLength: 6 }))
    .map(([host, routes]): VirtualHost => ({ host, policies: {}, routes: routes.map(([path, when]) => routeOf(path, when)) })),
  { selector: ({ host }) => host, maxLength: 5 },
);

describe('the two locators', () => {
  it('find the same route of the same host', () => {
    const requests = fc.array(
      fc.tuple(
        fc.constantFrom('a.example', 'b.a.example', 'c.b.a.example', 'x.example', 'example', 'other'),
        pathText,
        fc.constantFrom('', '?q=1', '/'),
        fc.constantFrom('GET', 'POST'),
      ),
      { minLength: 1, maxLength: 8 },
    );
    const rules = fc.record({ wildcardDepth: fc.constantFrom('any' as const, 'single' as const), hostFallback: fc.boolean() });
    fc.assert(
      fc.property(hosts, requests, rules, (all, asked, own) => {
        const [indexed, reference] = [createIndexedLocator(), createReferenceLocator()];
        const table = tableOf(all, own);
        for (const [host, path, end, method] of asked) {
          const request = requestOf(host, path + end, method);
          expect(indexed.locate(table, request)).toEqual(reference.locate(table, request));
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('find the same of many patterns, whatever they begin with and however long the path is', () => {
    const part = fc.constantFrom('/', 'a', 'ab', 'abc', '(abc|bca)', '(/|/v1)', '.*', '[^/]+', 'K', 'é', '(/|$)', 'x{3}', '|/b');
    const pattern: fc.Arbitrary<PathMatch> = fc.record(
      {
        kind: fc.constant('regex' as const),
        value: fc.tuple(fc.constantFrom('/', '', '.*'), fc.array(part, { maxLength: 4 })).map(([start, parts]) => start + parts.join('')),
        end: fc.constantFrom('open' as const, 'full' as const),
        ignoreCase: fc.constant(true as const),
      },
      { requiredKeys: ['kind', 'value', 'end'] },
    );
    const routes = fc.array(fc.tuple(fc.oneof({ weight: 9, arbitrary: pattern }, pathMatch), predicates), { minLength: 9, maxLength: 40 });
    const text = fc.array(fc.constantFrom('/', 'a', 'b', 'c', 'bca', 'xxx', 'v1', 'K', 'k', '\u212a', 'é'), { maxLength: 6 });
    const paths = fc.array(fc.tuple(text, fc.constantFrom(0, 0, 0, 100, 8150), text), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(routes, paths, (all, asked) => {
        const [indexed, reference] = [createIndexedLocator(), createReferenceLocator()];
        const table = tableOf([{ host: 'a', policies: {}, routes: all.map(([path, when]) => routeOf(path, when)) }]);
        for (const [start, length, end] of asked) {
          // Beyond what canonical paths hold: the locators are asked as they are.
          const request = Object.assign(requestOf('a', '/'), { path: `/${start.join('')}${'z'.repeat(length)}${end.join('')}` });
          expect(indexed.locate(table, request)).toEqual(reference.locate(table, request));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('agree with the explanation on what a path covers', () => {
    fc.assert(
      fc.property(pathMatch, pathText, fc.constantFrom('', '/', '/x'), (match, path, end) => {
        const { path: canonical } = requestOf('a', path + end);
        expect(pathCovers(match, canonical)).toBe(pathMatches(match, canonical));
      }),
      { numRuns: 1500 },
    );
  });

  it('keep the index of a host as long as the host, whatever the table', () => {
    const locator = createIndexedLocator();
    const host: VirtualHost = { host: 'a', policies: {}, routes: [routeOf({ kind: 'prefix', value: '/' })] };
    expect(locator.locate(tableOf([host]), requestOf('a', '/x'))).toEqual({ host, index: 0 });
    expect(locator.locate(tableOf([{ ...host, routes: [] }]), requestOf('a', '/x'))).toBeUndefined();
  });
});

describe('hosts', () => {
  it('are tried from the narrowest to the widest', () => {
    expect([...hostNames('c.b.a', 'any')]).toEqual(['c.b.a', '*.b.a', '*.a', '*']);
    expect([...hostNames('c.b.a', 'single')]).toEqual(['c.b.a', '*.b.a', '*']);
    expect([...hostNames('', 'any')]).toEqual(['', '*']);
  });

  it('of wildcards cover one label, or any number', () => {
    expect([
      hostCovers('*.a', 'b.a', 'single'),
      hostCovers('*.a', 'c.b.a', 'single'),
      hostCovers('*.a', 'c.b.a', 'any'),
      hostCovers('*.a', 'a', 'any'),
      hostCovers('*', '', 'single'),
    ]).toEqual([true, false, true, false, true]);
  });
});

describe('prefixes', () => {
  it('end where an element ends', () => {
    for (const [value, path, wanted] of [
      ['/a', '/a', true],
      ['/a', '/a/', true],
      ['/a', '/a/b', true],
      ['/a', '/ab', false],
      ['/', '/x', true],
      ['/a/', '/a', false],
      ['/a/', '/a/b', true],
    ] as const) {
      for (const covers of [pathCovers, pathMatches]) expect(covers({ kind: 'prefix', value }, path), `${value} ${path}`).toBe(wanted);
    }
  });

  it('in any case keep percent triplets apart', () => {
    expect(foldAscii('/A%2F%C3B')).toBe('/a%2F%C3b');
    expect(pathCovers({ kind: 'exact', value: '/ÄB', ignoreCase: true }, '/Äb')).toBe(true);
  });
});
