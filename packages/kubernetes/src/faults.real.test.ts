import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Change } from '@ingresskit/resources';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiResourceOf, defineApiResource, leases } from './api-resource.ts';
import type { ClusterEvent } from './cluster-events.ts';
import { createTransport } from './http-transport.ts';
import { LeaseElector } from './lease-elector.ts';
import { createClient, type ObjectClient } from './object-client.ts';
import { StatusWriter } from './status-writer.ts';
import { type RealApiServer, startApiServer } from './testing/index.ts';
import type { Transport } from './transport.ts';
import { type ClusterWatch, type WatchClusterOptions, watchCluster } from './watch-cluster.ts';

// F01 to F10 of the fault list against a kube-apiserver with an etcd of its own. What a real server cannot be made to do (F02: 429, F09: closing every
// watch at once, for ever) is shown with the fake one only.

const configMaps = apiResourceOf('ConfigMap');
const namespaces = defineApiResource('v1', 'Namespace', 'namespaces', 'cluster');

let server: RealApiServer;
let client: ObjectClient;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const binaries = process.env['INGRESSKIT_KUBE_BINARIES'];
  if (binaries === undefined)
    throw new Error('INGRESSKIT_KUBE_BINARIES is not set: run this with `pnpm test:real`, which builds the API server');
  // Without its cache the server forgets history as soon as etcd does.
  server = await startApiServer({ binaries, watchCache: false });
  client = createClient({ server: server.options() });
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

afterAll(async () => {
  await client?.close();
  await server?.close();
});

/** A namespace of its own for each test. */
async function namespaced(name: string): Promise<(key: string, value?: string) => Promise<unknown>> {
  await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return (key, value = '1') =>
    client.apply(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: name, name: key }, data: { value } });
}

interface Watched {
  readonly watch: ClusterWatch;
  /** What the watch says there is: `name=value`. */
  readonly copy: Map<string, string>;
  readonly batches: (readonly Change[])[];
  readonly events: ClusterEvent[];
  until(test: () => boolean): Promise<void>;
  listed(): number;
  /** Resolves when the first batch is here and a watch is open. */
  ready(): Promise<void>;
}

function watching(namespace: string, options: Partial<WatchClusterOptions> = {}): Watched {
  const copy = new Map<string, string>();
  const batches: (readonly Change[])[] = [];
  const events: ClusterEvent[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of [...waiting]) one();
  };
  const watch = watchCluster({
    server: server.options(),
    kinds: ['ConfigMap'],
    namespaces: [namespace],
    holdOff: 1,
    onEvent: (event) => {
      events.push(event);
      look();
    },
    ...options,
  });
  const done = (async () => {
    for await (const batch of watch) {
      batches.push(batch);
      for (const change of batch) {
        if (change.type === 'delete') copy.delete(change.name);
        else if (change.object.kind === 'ConfigMap') copy.set(change.object.metadata.name, change.object.data?.['value'] ?? '');
      }
      look();
    }
  })();
  open.push(async () => {
    await watch.close();
    await done;
  });
  const until = (test: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const one = (): void => {
        if (!test()) return;
        waiting.delete(one);
        resolve();
      };
      waiting.add(one);
      one();
    });
  return {
    watch,
    copy,
    batches,
    events,
    until,
    ready: () => until(() => batches.length > 0 && events.some((event) => event.type === 'reflector' && event.event.type === 'watching')),
    listed: () => events.filter((event) => event.type === 'reflector' && event.event.type === 'listed').length,
  };
}

/** A relay in front of the API server, so that connections can be broken or silenced. */
async function relay(): Promise<{ readonly transport: Transport; reset(): void; silence(): void }> {
  const target = new URL(server.url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const front = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const transport = createTransport({ ...server.options(), server: `https://127.0.0.1:${(front.address() as AddressInfo).port}` });
  open.push(async () => {
    await transport.close();
    for (const [near] of pairs) near.destroy();
    front.close();
  });
  return {
    transport,
    reset() {
      for (const [near] of pairs) near.resetAndDestroy();
    },
    silence() {
      for (const [near, far] of pairs) {
        far.unpipe(near);
        near.unpipe(far);
      }
    },
  };
}

describe('a watch of a real API server', () => {
  it('F01: waits for a server that is not there yet', async () => {
    const put = await namespaced('f01');
    await put('a');
    await server.halt();
    const { until, copy, events } = watching('f01');
    await until(() => events.some((event) => event.type === 'reflector' && event.event.type === 'failed'));
    expect(copy.size).toBe(0);
    await server.resume();
    await until(() => copy.has('a'));
  });

  it('F03: lists page by page, and gives one batch', async () => {
    const put = await namespaced('f03');
    for (let index = 0; index < 120; index += 1) await put(`c-${index}`);
    const { until, copy, batches } = watching('f03', { pageSize: 25 });
    await until(() => batches.length > 0);
    expect(copy.size).toBe(batches[0]?.length);
    expect([...copy.keys()].filter((name) => name.startsWith('c-'))).toHaveLength(120);
  });

  it('F04: begins again when the history of a page is gone', async () => {
    const put = await namespaced('f04');
    for (let index = 0; index < 30; index += 1) await put(`c-${index}`);
    const inner = createTransport(server.options());
    let pages = 0;
    const transport: Transport = {
      async request(request) {
        // Between two pages the world moves on and the past is forgotten.
        if (request.path.includes('continue=') && pages++ === 0) {
          await put('late');
          await server.compact();
        }
        return await inner.request(request);
      },
      close: () => inner.close(),
    };
    open.push(() => transport.close());
    const { until, copy, batches } = watching('f04', { server: transport, pageSize: 10 });
    await until(() => batches.length > 0);
    expect(pages).toBeGreaterThan(0);
    expect([copy.has('late'), [...copy.keys()].filter((name) => name.startsWith('c-')).length]).toEqual([true, 30]);
  });

  it('F05, F06: lists again when its version is expired, and finds what was deleted', async () => {
    const put = await namespaced('f05');
    await put('stays');
    await put('goes');
    const { transport, reset } = await relay();
    const gate = { isOpen: true };
    const gated: Transport = {
      request: (request) => (gate.isOpen ? transport.request(request) : Promise.reject(new Error('no route'))),
      close: () => transport.close(),
    };
    const { until, copy, listed, ready } = watching('f05', { server: gated });
    await ready();
    const before = listed();
    gate.isOpen = false;
    reset();
    await client.delete(configMaps, { namespace: 'f05', name: 'goes' });
    await put('stays', '2');
    await put('comes');
    await server.compact();
    gate.isOpen = true;
    await until(() => copy.get('comes') === '1');
    expect([copy.has('goes'), copy.get('stays'), listed() > before]).toEqual([false, '2', true]);
  });

  it('F07: goes on after a reset from where it was, without a list', async () => {
    const put = await namespaced('f07');
    await put('a');
    const { transport, reset } = await relay();
    const { until, copy, listed, ready } = watching('f07', { server: transport });
    await ready();
    for (let round = 2; round < 6; round += 1) {
      reset();
      await put('a', String(round));
      await until(() => copy.get('a') === String(round));
    }
    expect(listed()).toBe(1);
  });

  it('F08: notices a connection that went silent', async () => {
    const put = await namespaced('f08');
    await put('a');
    const { transport, silence } = await relay();
    const { until, copy, listed, ready } = watching('f08', { server: transport, watchTimeout: 2_000 });
    await ready();
    silence();
    await put('a', '2');
    await until(() => copy.get('a') === '2');
    expect(listed()).toBe(1);
  });

  it('F09: lives through watches that the server ends, and through a restart of the server', async () => {
    const put = await namespaced('f09');
    await put('a');
    const { until, copy, ready, events } = watching('f09', { watchTimeout: 1_000 });
    await ready();
    await until(() => events.filter((event) => event.type === 'reflector' && event.event.type === 'watching').length >= 3);
    await put('a', '2');
    await until(() => copy.get('a') === '2');
    await server.halt();
    await server.resume();
    await put('a', '3');
    await until(() => copy.get('a') === '3');
  });
});

describe('writes to a real API server', () => {
  it('elect one leader, by conflicts on the Lease', async () => {
    await namespaced('election');
    const signals = [new AbortController(), new AbortController()];
    const led: number[] = [];
    const electors = signals.map(
      (_, index) =>
        new LeaseElector({
          client,
          namespace: 'election',
          name: 'lease',
          identity: `c-${index}`,
          leaseDuration: 3_000,
          renewDeadline: 2_000,
          retryPeriod: 200,
        }),
    );
    let onLead: () => void = () => undefined;
    const runs = electors.map((elector, index) =>
      elector.run(signals[index]?.signal as AbortSignal, async (signal) => {
        led.push(index);
        onLead();
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }),
    );
    const leading = (count: number): Promise<void> =>
      new Promise((resolve) => {
        onLead = () => {
          if (led.length >= count) resolve();
        };
        onLead();
      });
    await leading(1);
    expect(electors.filter((elector) => elector.isLeading)).toHaveLength(1);
    signals[led[0] ?? 0]?.abort();
    await leading(2);
    expect(new Set(led).size).toBe(2);
    for (const signal of signals) signal.abort();
    await Promise.all(runs);
    expect(
      ((await client.get(leases, { namespace: 'election', name: 'lease' }))['spec'] as { holderIdentity?: string }).holderIdentity ?? '',
    ).toBe('');
  });

  it('leave a status to whoever owns it', async () => {
    await namespaced('status');
    const ingresses = apiResourceOf('Ingress');
    const name = { namespace: 'status', name: 'web' };
    await client.create(ingresses, {
      apiVersion: ingresses.apiVersion,
      kind: 'Ingress',
      metadata: name,
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    });
    const write = (fieldManager: string, ip: string) =>
      new StatusWriter({ client, fieldManager }).write(ingresses, { ...name, status: { loadBalancer: { ingress: [{ ip }] } } });
    expect((await write('one', '203.0.113.1')).type).toBe('written');
    expect((await write('one', '203.0.113.1')).type).toBe('unchanged');
    expect(await write('two', '203.0.113.2')).toMatchObject({ type: 'contested', managers: ['one'] });
  });
});
