import { defineFamily, type Family, type Outcome, type Phase, type Profile, phases } from '@ingresskit/annotations';
import { mse } from '@ingresskit/profiles';
import { PersistentMap } from '@ingresskit/resources';
import type { Route, RouteTable } from '@ingresskit/route-table';
import { describe, expect, it } from 'vitest';
import { createMatcher } from './matcher.ts';
import { isPending } from './pending-decision.ts';
import { endpointsFor, hasEndpoints } from './usable-endpoints.ts';

/** A family for tests: what it does to a request. */
function family(name: string, phase: Phase, request: NonNullable<Family['request']>, more: Partial<Family> = {}): Family {
  return defineFamily({
    name,
    title: name,
    scope: 'route',
    phase,
    fields: {},
    resolve: () => undefined,
    request,
    ...more,
  } as never) as Family;
}

const provenance = { origin: 'path', ingress: { kind: 'Ingress', namespace: 'n', name: 'i' }, rule: 0, path: 0, annotations: {} } as const;
const backend = (service: string) => ({ namespace: 'n', service, port: 80 });
const ready = { source: 'known', endpoints: [{ address: '10.0.0.1', port: 80, ready: true }] } as const;

function setUp(
  families: readonly Family[],
  route: Partial<Route> = {},
  own: { readonly table?: Partial<RouteTable>; readonly profile?: Partial<Profile> } = {},
) {
  const profile: Profile = { ...mse, families, settings: {}, inactive: [], ...own.profile };
  const full: Route = {
    path: { kind: 'prefix', value: '/' },
    pathType: 'Prefix',
    pathText: '/',
    backends: [{ backend: backend('a'), weight: 100 }],
    policies: Object.fromEntries(families.map(({ name }) => [name, {}])),
    provenance,
    ...route,
  };
  const table: RouteTable = {
    format: 1,
    profile: profile.name,
    phases: profile.phases,
    request: profile.request,
    gateway: { sources: [], addressLists: [] },
    hosts: PersistentMap.from([['a.example', { host: 'a.example', policies: {}, routes: [full] }]]),
    backends: PersistentMap.empty(),
    endpoints: PersistentMap.from([
      ['n/a:80', ready],
      ['n/b:80', ready],
    ]),
    ...own.table,
  };
  const matcher = createMatcher(profile);
  const decide = (path = '/x', more = {}, capabilities = {}) =>
    matcher.decide(table, { url: `http://a.example${path}`, ...more }, capabilities);
  return { matcher, table, decide };
}

describe('policies', () => {
  it('act by the profile’s phases, and within one in catalog order', () => {
    const seen: string[] = [];
    const noting = (name: string, phase: Phase) => family(name, phase, () => void seen.push(name));
    const families = [noting('last', 'forward'), noting('second', 'redirect'), noting('first', 'address'), noting('third', 'redirect')];
    setUp(families).decide();
    expect(seen).toEqual(['first', 'second', 'third', 'last']);
    seen.length = 0;
    setUp(families, {}, { profile: { phases: [...phases].reverse() } }).decide();
    expect(seen).toEqual(['last', 'second', 'third', 'first']);
  });

  it('of an arm stand before the route’s, and the route’s before the host’s', () => {
    const values: unknown[] = [];
    const probe = family('probe', 'forward', (policy) => void values.push(policy));
    const arms = (policies: Record<string, unknown>) => ({ backends: [{ backend: backend('a'), weight: 100, policies }] });
    const host = (policies: Record<string, unknown>, route: Partial<Route>): void => {
      const { table } = setUp([probe], route);
      const routes = table.hosts.get('a.example')?.routes ?? [];
      setUp([probe], route, { table: { hosts: table.hosts.set('a.example', { host: 'a.example', policies, routes }) } }).decide();
    };
    host({ probe: 'host' }, { policies: {} });
    host({ probe: 'host' }, { policies: { probe: 'route' } });
    host({ probe: 'host' }, { policies: { probe: 'route' }, ...arms({ probe: 'arm' }) });
    expect(values).toEqual(['host', 'route', 'arm']);
  });

  it('that nobody knows are left alone', () => {
    expect(setUp([], { policies: { stranger: {}, __proto__: {} } }).decide().kind).toBe('forward');
  });
});

describe('outcomes', () => {
  const of = (outcome: Outcome, phase: Phase = 'address') => setUp([family('gate', phase, () => outcome)]).decide();
  it('answer, redirect and close', () => {
    expect(of({ kind: 'respond', status: 418, body: 'tea', headers: { a: 'b' } })).toMatchObject({
      kind: 'respond',
      status: 418,
      body: 'tea',
      headers: { a: 'b' },
      reason: 'gate',
      route: { ingress: 'n/i' },
    });
    expect(of({ kind: 'deny', why: 'unknown' })).toMatchObject({ kind: 'respond', status: 503, reason: 'denied' });
    expect(of({ kind: 'redirect', status: 308, location: 'https://b.example/' })).toMatchObject({
      kind: 'redirect',
      status: 308,
      location: 'https://b.example/',
    });
  });

  it.each(['//evil.example', '/\\evil.example', '\\\\evil', 'https://a\r\nset-cookie: x', '/a b', '/\u0000'])(
    'redirects to %j are refused',
    (location) => {
      expect(of({ kind: 'redirect', status: 302, location })).toMatchObject({ kind: 'respond', status: 500 });
    },
  );

  it('reroute to a backend that can answer, or 503', () => {
    expect(of({ kind: 'reroute', backend: backend('b'), because: 'test', path: '/' })).toMatchObject({
      kind: 'forward',
      backend: { service: 'b' },
      upstream: { path: '/' },
      fallback: { from: { service: 'a' }, because: 'test' },
    });
    expect(of({ kind: 'reroute', backend: backend('nobody'), because: 'test' })).toMatchObject({
      kind: 'respond',
      status: 503,
      reason: 'no-endpoints',
    });
  });

  it('ask, and stay shut without an answer', () => {
    const asking = family('gate', 'authenticate', () => ({
      kind: 'ask',
      question: { kind: 'oracle' },
      resume: (answer) => (answer === true ? undefined : { kind: 'deny', why: 'no' }),
    }));
    const { decide, matcher, table } = setUp([asking]);
    expect(decide().kind).toBe('respond');
    expect(decide('/x', {}, { answer: () => true }).kind).toBe('forward');
    const pending = matcher.start(table, { url: 'http://a.example/' });
    if (!isPending(pending)) throw new Error('it does not wait');
    expect(pending.pending).toEqual({ kind: 'oracle' });
    expect(pending.resume(true)).toMatchObject({ kind: 'forward' });
    expect(pending.resume(undefined)).toMatchObject({ kind: 'respond', status: 503 });
  });
});

describe('rewrites', () => {
  const to = (path: string) => setUp([family('rewrite', 'rewrite', (_, exchange) => void exchange.setUpstreamPath(path))]).decide('/x?q=1');
  it('go upstream with the query', () => {
    expect(to('/new')).toMatchObject({ kind: 'forward', upstream: { path: '/new?q=1' } });
  });

  it.each(['/../secret', '//evil.example', '/a/./../b', 'relative', '/a\r\nb', '/%2e%2e/x'])(
    'that lead elsewhere are refused: %j',
    (path) => {
      const decision = to(path);
      if (decision.kind === 'forward') expect(decision.upstream.path).not.toMatch(/\.\.|^\/\/|\r|\n/);
      else expect(decision).toMatchObject({ kind: 'respond', status: 500, reason: 'rewrite' });
    },
  );
});

describe('arms', () => {
  const split = {
    backends: [
      { backend: backend('a'), weight: 70 },
      { backend: backend('b'), weight: 30, canary: 'n/c' },
    ],
  };
  it.each([
    [0, 'a'],
    [0.69, 'a'],
    [0.7, 'b'],
    [0.999, 'b'],
    [undefined, 'a'],
  ])('of a draw of %j go to %s', (draw, service) => {
    const decision = setUp([], split).decide('/x', draw === undefined ? {} : { draw });
    expect(decision).toMatchObject({ kind: 'forward', backend: { service }, split: [{ weight: 70 }, { weight: 30 }] });
    expect(decision.kind === 'forward' && decision.route.canary).toBe(service === 'b' ? 'n/c' : undefined);
  });

  it('take the number of the capabilities where the request has none', () => {
    expect(setUp([], split).decide('/x', {}, { random: () => 0.9 })).toMatchObject({ backend: { service: 'b' } });
    expect(setUp([], split).decide('/x', { draw: 0.1 }, { random: () => 0.9 })).toMatchObject({ backend: { service: 'a' } });
  });

  it('of a canary whose conditions hold come first, and its primary stands in for it', () => {
    const canary = {
      canary: 'n/c',
      when: { headers: [{ name: 'x-c', match: { kind: 'exact', value: 'y' } }] },
      backends: [{ backend: backend('b'), weight: 100 }],
      provenance,
    } as const;
    const route = { canaries: [canary] };
    const headers = { 'x-c': 'y' };
    expect(setUp([], route).decide('/x', { headers })).toMatchObject({ backend: { service: 'b' }, route: { canary: 'n/c' } });
    expect(setUp([], route).decide()).toMatchObject({ backend: { service: 'a' } });
    const table = { endpoints: PersistentMap.from([['n/a:80', ready]]) };
    expect(setUp([], route, { table }).decide('/x', { headers })).toMatchObject({
      backend: { service: 'a' },
      fallback: { from: { service: 'b' }, because: 'no-endpoints' },
    });
  });
});

describe('what is refused before a route acts', () => {
  it('is a bad request, an address the gateway does not let in, a closed route, a host nobody has', () => {
    const source = { kind: 'MseIngressConfig', name: 'g' };
    expect(setUp([]).decide('/%zz')).toMatchObject({ kind: 'respond', status: 400, reason: 'bad-request' });
    const lists = {
      table: {
        gateway: {
          sources: [source],
          addressLists: [
            { allow: ['10.0.0.0/8'], source },
            { deny: ['10.9.0.0/16'], source },
          ],
        },
      },
    };
    const from = (clientAddress: string) => setUp([], {}, lists).decide('/x', { clientAddress });
    expect([from('10.1.1.1').kind, from('10.9.1.1'), from('192.0.2.1')]).toMatchObject([
      'forward',
      { status: 403, reason: 'ip-access' },
      { status: 403 },
    ]);
    expect(
      setUp([], {}, { table: { gateway: { sources: [], addressLists: [], denied: { code: 'x/y', source } } } }).decide(),
    ).toMatchObject({ status: 503, reason: 'denied' });
    expect(setUp([], { denied: { family: 'f', code: 'f/x', ingress: 'n/i' } }).decide()).toMatchObject({
      status: 503,
      reason: 'denied',
      route: { ingress: 'n/i' },
    });
    expect(setUp([]).matcher.decide(setUp([]).table, { url: 'http://b.example/' })).toEqual({ kind: 'no-route', status: 404 });
    expect(setUp([], { backends: [] }).decide()).toMatchObject({ status: 503, reason: 'no-endpoints' });
  });
});

describe('an explanation', () => {
  it('tells every step, and no secret of a header', () => {
    const edit = family('edit', 'forward', (_, exchange) => {
      exchange.setRequestHeader('authorization', 'Bearer hunter2');
      exchange.setResponseHeader('x-a', 'b');
    });
    const { matcher, table } = setUp([edit]);
    const { steps, decision } = matcher.explain(table, { url: 'http://a.example/x', headers: { authorization: 'hunter2' } });
    expect(decision).toEqual(matcher.decide(table, { url: 'http://a.example/x', headers: { authorization: 'hunter2' } }));
    expect(steps.map(({ stage, outcome }) => `${stage} ${outcome}`)).toEqual([
      'request passed',
      'host matched',
      'route matched',
      'forward edited',
    ]);
    expect(JSON.stringify(steps)).not.toContain('hunter2');
    expect(steps.at(-1)).toMatchObject({ family: 'edit', object: provenance.ingress, message: expect.stringContaining('x-a to "b"') });
  });

  it('says why each earlier route lost, and counts the rest', () => {
    const { table, matcher } = setUp([]);
    const lost = Array.from(
      { length: 30 },
      (_, index): Route => ({ ...(table.hosts.get('a.example')?.routes[0] as Route), path: { kind: 'exact', value: `/${index}` } }),
    );
    const routes = [...lost, ...(table.hosts.get('a.example')?.routes ?? [])];
    const { steps } = matcher.explain(
      { ...table, hosts: table.hosts.set('a.example', { host: 'a.example', policies: {}, routes }) },
      { url: 'http://a.example/x' },
    );
    expect(steps.filter(({ outcome }) => outcome === 'lost')).toHaveLength(21);
    expect(steps.find(({ message }) => message.includes('more route'))?.message).toBe('10 more routes did not match either.');
  });
});

describe('endpoints of a backend', () => {
  const endpoints = [
    { address: '1', port: 1, ready: true, labels: { version: 'gray' } },
    { address: '2', port: 1, ready: true, labels: { 'opensergo.io/canary-x': 'x' } },
    { address: '3', port: 1, ready: false, labels: { version: 'gray' } },
    { address: '4', port: 1, ready: true },
  ];
  const { table } = setUp(
    [],
    {},
    {
      table: {
        endpoints: PersistentMap.from([
          ['n/a:80', { source: 'known', endpoints }],
          ['n/b:80', { source: 'assumed', endpoints: [] }],
          ['n/c:80', { source: 'known', endpoints: endpoints.slice(2, 3) }],
        ]),
      },
    },
  );
  const of = (selectors: object[]) =>
    endpointsFor(table, { ...backend('a'), subset: { name: 's', selectors } }).map(({ address }) => address);

  it('are the ready ones, those of the subset, or all where no pod is in it (mse.md §2.3)', () => {
    expect(endpointsFor(table, backend('a')).map(({ address }) => address)).toEqual(['1', '2', '4']);
    expect(of([{ equals: { version: 'gray' } }])).toEqual(['1']);
    expect(of([{ equals: { version: 'none' } }])).toEqual(['1', '2', '4']);
    expect(of([{ noKeyWithPrefix: 'opensergo.io/canary' }])).toEqual(['1', '4']);
    expect(of([{ equals: { __proto__: 'x' } as never }, { equals: { version: 'gray' } }]).length).toBeGreaterThan(0);
    expect([
      hasEndpoints(table, backend('a')),
      hasEndpoints(table, backend('b')),
      hasEndpoints(table, backend('c')),
      hasEndpoints(table, backend('d')),
    ]).toEqual([true, true, false, false]);
  });
});
