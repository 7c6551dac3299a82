import type { Change, Kind } from '@ingresskit/resources';
import { afterEach, describe, expect, it } from 'vitest';
import { apiResourceOf } from './api-resource.ts';
import type { ClusterEvent } from './cluster-events.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';
import { type ClusterWatch, type WatchClusterOptions, watchCluster } from './watch-cluster.ts';

// The faults of reliability.md section 1.5 that concern a whole cluster.
interface Bench {
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly events: ClusterEvent[];
  readonly batches: (readonly Change[])[];
  readonly watch: ClusterWatch;
  /** The objects a reader of the batches holds, as `kind/namespace/name`. */
  readonly held: Map<string, string>;
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function start(
  options: Partial<WatchClusterOptions>,
  prepare: (server: FakeApiServer) => void = () => undefined,
  absent: readonly string[] = [],
): Bench {
  const clock: VirtualClock = new VirtualClock(() => server.settled());
  const server: FakeApiServer = createFakeApiServer({ clock, absent });
  prepare(server);
  const events: ClusterEvent[] = [];
  const batches: (readonly Change[])[] = [];
  const held = new Map<string, string>();
  const watch = watchCluster({ server: server.transport(), clock, random: () => 0, onEvent: (event) => events.push(event), ...options });
  const done = (async () => {
    for await (const batch of watch) {
      batches.push(batch);
      for (const change of batch) {
        if (change.type === 'delete') held.delete(`${change.kind}/${change.namespace ?? ''}/${change.name}`);
        else
          held.set(
            `${change.object.kind}/${change.object.metadata.namespace ?? ''}/${change.object.metadata.name}`,
            change.object.metadata.uid ?? '',
          );
      }
    }
  })();
  cleanups.push(async () => {
    await watch.close();
    await done;
    await server.settled();
    expect(clock.pending).toBe(0);
    await server.close();
  });
  return { server, clock, events, batches, watch, held };
}

const service = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { ports: [{ port: 80 }] },
});
const secret = (name: string, namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type: 'Opaque',
  data: {},
});
const slice = (name: string, address: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'default', labels },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address] }],
  ports: [{ port: 8080 }],
});
const config = (name: string) => ({
  apiVersion: 'mse.alibabacloud.com/v1alpha1',
  kind: 'MseIngressConfig',
  metadata: { name },
  spec: { name },
});
const stateOf = ({ watch }: Bench, kind: Kind) => watch.status.collections.find((one) => one.kind === kind)?.state;

describe('faults of a cluster', () => {
  it('F01: nothing is given out before every kind is known', async () => {
    const b = start({}, (api) => {
      api.put(service('web'));
      api.fail({ verb: 'list', resource: 'secrets', times: 3 }, { kind: 'status', code: 503 });
    });
    await b.clock.advance(5_000);
    expect(b.batches).toEqual([]);
    expect(b.watch.status.isSynced).toBe(false);
    expect(stateOf(b, 'Secret')).toBe('failing');
    expect(stateOf(b, 'Service')).toBe('synced');
    await b.clock.runUntil(() => b.batches.length === 1);
    expect(b.watch.status.isSynced).toBe(true);
    expect(b.events.filter(({ type }) => type === 'synced')).toHaveLength(1);
  });

  it('F19: a token that is refused for a while degrades and recovers', async () => {
    const b = start({ kinds: ['Service'] }, (api) => void api.put(service('web')));
    await b.clock.runUntil(() => b.batches.length === 1);
    const refused = b.server.fail({ times: Number.POSITIVE_INFINITY }, { kind: 'status', code: 401 });
    for (const watch of b.server.openWatches()) watch.end();
    await b.clock.advance(30_000);
    expect(stateOf(b, 'Service')).toBe('denied');
    refused.cancel();
    b.server.put(service('api'));
    await b.clock.advance(60_000);
    expect(stateOf(b, 'Service')).toBe('synced');
    expect([...b.held.keys()].sort()).toEqual(['Service/default/api', 'Service/default/web']);
  });

  it('F21: Secrets that may no longer be read stay as they were, and the rest goes on', async () => {
    const b = start({}, (api) => {
      api.put(secret('tls'));
      api.put(service('web'));
    });
    await b.clock.runUntil(() => b.batches.length === 1);
    const denied = b.server.deny({ resource: 'secrets' });
    for (const watch of b.server.openWatches('secrets')) watch.end();
    b.server.put(secret('other'));
    b.server.put(service('api'));
    await b.clock.advance(30_000);
    expect(stateOf(b, 'Secret')).toBe('denied');
    expect(b.events).toContainEqual(expect.objectContaining({ type: 'degraded', kind: 'Secret', state: 'denied' }));
    expect([...b.held.keys()].sort()).toEqual(['Secret/default/tls', 'Service/default/api', 'Service/default/web']);
    denied.cancel();
    await b.clock.advance(60_000);
    expect(b.events).toContainEqual({ type: 'recovered', kind: 'Secret' });
    expect(b.held.has('Secret/default/other')).toBe(true);
    expect(b.server.requestsOf('list', 'secrets')).toHaveLength(1);
  });

  it('F22: a CRD that is not installed holds nothing up, and is used when it comes', async () => {
    const b = start({}, (api) => void api.put(service('web')), ['mseingressconfigs']);
    await b.clock.runUntil(() => b.batches.length === 1);
    expect(stateOf(b, 'MseIngressConfig')).toBe('absent');
    expect(b.watch.status.isSynced).toBe(true);
    await b.clock.advance(600_000);
    b.server.install(apiResourceOf('MseIngressConfig'));
    b.server.put(config('edge'));
    await b.clock.advance(65_000);
    expect(stateOf(b, 'MseIngressConfig')).toBe('synced');
    expect(b.held.has('MseIngressConfig//edge')).toBe(true);
  });

  it('F22b: a needed kind that is absent or denied holds the first batch back', async () => {
    const b = start({ kinds: ['Service', 'Secret'] }, (api) => void api.deny({ resource: 'secrets' }));
    await b.clock.advance(600_000);
    expect(b.batches).toEqual([]);
    const c = start({ kinds: ['Service', 'Secret'], optionalKinds: ['Secret'] }, (api) => void api.deny({ resource: 'secrets' }));
    await c.clock.runUntil(() => c.batches.length === 1);
    expect(stateOf(c, 'Secret')).toBe('denied');
  });

  it('F24: fifty namespaces, one denied, one removed, one added', async () => {
    const spaces = Array.from({ length: 50 }, (_, number) => `team-${number}`);
    const b = start({ kinds: ['Service', 'IngressClass'], namespaces: spaces }, (api) => {
      for (const namespace of [...spaces, 'team-50', 'foreign']) api.put(service('web', namespace));
      api.deny({ namespace: 'team-7' });
    });
    await b.clock.runUntil(() => b.batches.length === 1);
    expect(b.held.size).toBe(49);
    expect(b.server.requestsOf('list', 'ingressclasses')).toHaveLength(1);
    b.watch.setNamespaces([...spaces.filter((name) => name !== 'team-3'), 'team-50']);
    await b.clock.advance(5_000);
    expect(b.held.size).toBe(49);
    expect(b.held.has('Service/team-3/web')).toBe(false);
    expect(b.held.has('Service/team-50/web')).toBe(true);
    expect(b.server.openWatches().some(({ request }) => request.namespace === 'team-3')).toBe(false);
    const degraded = b.events.filter((event) => event.type === 'degraded');
    expect(degraded).toEqual([expect.objectContaining({ kind: 'Service', namespace: 'team-7', state: 'denied' })]);
    b.server.put(service('api', 'team-50'));
    await b.clock.advance(1_000);
    expect(b.held.has('Service/team-50/api')).toBe(true);
    expect(() => start({}).watch.setNamespaces([])).toThrow(TypeError);
  });

  it('F25: ten minutes without an API server cost one list and one batch', async () => {
    const b = start({ kinds: ['Service'] }, (api) => {
      for (let number = 0; number < 10_000; number += 1) api.put(service(`s-${number}`));
    });
    await b.clock.runUntil(() => b.batches.length === 1);
    const outage = b.server.fail({ times: Number.POSITIVE_INFINITY }, { kind: 'reset' });
    for (const watch of b.server.openWatches()) watch.reset();
    for (let number = 0; number < 10_000; number += 1) {
      if (number % 2 === 0) b.server.remove(service(`s-${number}`));
      else b.server.put({ ...service(`s-${number}`), spec: { ports: [{ port: 81 }] } });
    }
    b.server.store.compact();
    await b.clock.advance(600_000);
    expect(b.batches).toHaveLength(1);
    expect(b.held.size).toBe(10_000);
    expect(b.watch.status.isSynced).toBe(true);
    expect(b.server.requests.length).toBeLessThan(40);
    outage.cancel();
    await b.clock.advance(120_000);
    expect(b.server.requestsOf('list').length - 1).toBe(1);
    expect(b.batches).toHaveLength(2);
    expect(b.batches[1]).toHaveLength(10_000);
    expect(b.held.size).toBe(5_000);
  });

  it('F26: a storm of endpoint changes becomes one small batch a second', async () => {
    const b = start({ kinds: ['EndpointSlice'] });
    await b.clock.runUntil(() => b.batches.length === 1);
    for (let second = 0; second < 5; second += 1) {
      for (let tick = 0; tick < 50; tick += 1) {
        for (let number = 0; number < 100; number += 1) b.server.put(slice(`web-${number}`, `10.0.${second}.${tick}`));
        await b.clock.advance(20);
      }
    }
    await b.clock.advance(1_000);
    // 25,000 updates of 100 slices.
    expect(b.batches.length - 1).toBeLessThanOrEqual(7);
    expect(b.batches.slice(1).every((batch) => batch.length === 100)).toBe(true);
    expect(b.server.requestsOf('list')).toHaveLength(1);
  });

  it('a slow reader gets fewer batches, not a queue', async () => {
    const clock: VirtualClock = new VirtualClock(() => server.settled());
    const server: FakeApiServer = createFakeApiServer({ clock });
    const watch = watchCluster({ server: server.transport(), clock, kinds: ['Service'], holdOff: 10, maxDelay: 20 });
    const batches = watch[Symbol.asyncIterator]();
    const first = batches.next();
    await clock.advance(1_000);
    await first;
    for (let number = 0; number < 100; number += 1) {
      server.put({ ...service('web'), metadata: { name: 'web', namespace: 'default', labels: { number: String(number) } } });
      await clock.advance(50);
    }
    const next = await batches.next();
    expect(next.value).toEqual([
      expect.objectContaining({ object: expect.objectContaining({ metadata: expect.objectContaining({ labels: { number: '99' } }) }) }),
    ]);
    await batches.return?.();
    await server.close();
  });

  it('an object of the same name is applied with its new identity', async () => {
    const b = start({ kinds: ['Service'] }, (api) => void api.put(service('web')));
    await b.clock.runUntil(() => b.batches.length === 1);
    const before = b.held.get('Service/default/web');
    b.server.remove(service('web'));
    b.server.put(service('web'));
    await b.clock.advance(1_000);
    expect(b.held.get('Service/default/web')).not.toBe(before);
    expect(b.batches[1]).toHaveLength(1);
  });
});
