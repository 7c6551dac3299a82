import type { Change } from '@ingresskit/resources';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClusterEvent } from './cluster-events.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';
import { type ClusterWatch, type WatchClusterOptions, watchCluster } from './watch-cluster.ts';

const ingress = (name: string, namespace = 'default', extra: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace, ...extra },
  spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
});

const secret = (name: string, type = 'Opaque', namespace = 'default') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type,
  data: { auth: 'eA==' },
});

interface Bench {
  readonly server: FakeApiServer;
  readonly clock: VirtualClock;
  readonly events: ClusterEvent[];
  readonly batches: (readonly Change[])[];
  readonly watch: ClusterWatch;
  readonly done: Promise<void>;
}

const open: Bench[] = [];

afterEach(async () => {
  for (const { watch, server, done } of open.splice(0)) {
    await watch.close();
    await done;
    await server.close();
  }
});

function start(
  options: Partial<WatchClusterOptions> = {},
  prepare: (server: FakeApiServer) => void = () => undefined,
  absent: string[] = [],
): Bench {
  const clock: VirtualClock = new VirtualClock(() => server.settled());
  const server: FakeApiServer = createFakeApiServer({ clock, absent });
  prepare(server);
  const events: ClusterEvent[] = [];
  const batches: (readonly Change[])[] = [];
  const watch = watchCluster({ server: server.transport(), clock, random: () => 0, onEvent: (event) => events.push(event), ...options });
  const done = (async () => {
    for await (const batch of watch) batches.push(batch);
  })();
  const bench = { server, clock, events, batches, watch, done };
  open.push(bench);
  return bench;
}

const names = (batch: readonly Change[] | undefined) =>
  (batch ?? [])
    .map((change) =>
      change.type === 'delete' ? `-${change.kind}/${change.name}` : `+${change.object.kind}/${change.object.metadata.name}`,
    )
    .sort();

describe('watchCluster', () => {
  it('gives the whole cluster as its first batch, then what changed, joined', async () => {
    const { server, clock, batches, watch } = start({}, (api) => {
      api.put(ingress('shop'));
      api.put(secret('users'));
    });
    await clock.runUntil(() => batches.length === 1);
    expect(names(batches[0])).toEqual(['+Ingress/shop', '+Secret/users']);
    expect(watch.status.isSynced).toBe(true);
    for (let round = 0; round < 5; round += 1) server.put(ingress('cart', 'default', { labels: { round: String(round) } }));
    server.remove(ingress('shop'));
    await clock.advance(50);
    expect(batches).toHaveLength(1);
    await clock.advance(100);
    expect(names(batches[1])).toEqual(['+Ingress/cart', '-Ingress/shop']);
  });

  it('gives an empty first batch for an empty cluster', async () => {
    const { clock, batches } = start();
    await clock.runUntil(() => batches.length === 1);
    expect(batches).toEqual([[]]);
  });

  it('does not wait longer than maxDelay for a storm to end', async () => {
    const { server, clock, batches } = start({ holdOff: 100, maxDelay: 400 });
    await clock.runUntil(() => batches.length === 1);
    for (let step = 0; step < 20; step += 1) {
      server.put(ingress('busy', 'default', { labels: { step: String(step) } }));
      await clock.advance(50);
    }
    expect(batches.length).toBeGreaterThanOrEqual(3);
    expect(batches.slice(1).every((batch) => batch.length === 1)).toBe(true);
  });

  it('never asks the server for Secrets that no gateway reads', async () => {
    const { clock, batches } = start({}, (api) => {
      api.put(secret('release', 'helm.sh/release.v1'));
      api.put(secret('token', 'kubernetes.io/service-account-token'));
      api.put(secret('tls', 'kubernetes.io/tls'));
    });
    await clock.runUntil(() => batches.length === 1);
    expect(names(batches[0])).toEqual(['+Secret/tls']);
  });

  it('makes no batch of a status that changed', async () => {
    const { server, clock, batches } = start({}, (api) => void api.put(ingress('shop')));
    await clock.runUntil(() => batches.length === 1);
    server.put({ ...ingress('shop', 'default', { generation: 1 }), status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } });
    await clock.advance(2_000);
    expect(batches).toHaveLength(1);
    server.put(ingress('shop', 'default', { generation: 2, annotations: { a: 'b' } }));
    await clock.advance(2_000);
    expect(names(batches[1])).toEqual(['+Ingress/shop']);
  });

  it('keeps of a Pod its labels, phase and address', async () => {
    const { clock, batches } = start({ kinds: ['Pod'] }, (api) => {
      api.put({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: 'web-1',
          namespace: 'default',
          labels: { app: 'web' },
          annotations: { big: 'x'.repeat(1000) },
          managedFields: [{}],
        },
        spec: { containers: [{ name: 'web' }] },
        status: { phase: 'Running', podIP: '10.0.0.1', conditions: [{}] },
      });
    });
    await clock.runUntil(() => batches.length === 1);
    const [change] = batches[0] ?? [];
    expect(change).toMatchObject({
      type: 'apply',
      object: { metadata: { labels: { app: 'web' } }, status: { phase: 'Running', podIP: '10.0.0.1' } },
    });
    expect(JSON.stringify(change)).not.toMatch(/containers|annotations|managedFields|conditions/);
  });

  it('names objects that cannot be read and goes on without them', async () => {
    const { clock, batches, events } = start({ kinds: ['Ingress'] }, (api) => {
      api.put({ ...ingress('bad'), spec: { rules: 'none' } });
      api.put(ingress('good'));
    });
    await clock.runUntil(() => batches.length === 1);
    expect(names(batches[0])).toEqual(['+Ingress/good']);
    expect(events).toContainEqual(expect.objectContaining({ type: 'rejected', kind: 'Ingress', namespace: 'default', name: 'bad' }));
  });

  it('ends when its signal aborts, and leaves no timer and no request behind', async () => {
    const controller = new AbortController();
    const { server, clock, batches, done } = start({ signal: controller.signal });
    await clock.runUntil(() => batches.length === 1);
    controller.abort();
    await done;
    await server.settled();
    expect(server.openWatches()).toEqual([]);
    expect(clock.pending).toBe(0);
    const count = server.requests.length;
    await clock.advance(3_600_000);
    expect(server.requests).toHaveLength(count);
  });

  it('ends when the reader leaves the loop', async () => {
    const clock: VirtualClock = new VirtualClock(() => server.settled());
    const server: FakeApiServer = createFakeApiServer({ clock });
    const watch = watchCluster({ server: server.transport(), clock });
    for await (const batch of watch) {
      expect(batch).toEqual([]);
      break;
    }
    expect(server.openWatches()).toEqual([]);
    expect(() => watch[Symbol.asyncIterator]()).toThrow(TypeError);
    await server.close();
  });
});
