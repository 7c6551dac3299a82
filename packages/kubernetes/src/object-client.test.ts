import { afterEach, describe, expect, it } from 'vitest';
import type { ApiObject } from './api-object.ts';
import { apiResourceOf } from './api-resource.ts';
import { createClient } from './object-client.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';
import { configMap, configMaps } from './testing/reflector-bench.ts';

const configs = apiResourceOf('MseIngressConfig');
const servers: FakeApiServer[] = [];

afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function bench(wire: 'memory' | 'http') {
  const clock = new VirtualClock();
  const server = createFakeApiServer({ clock });
  servers.push(server);
  return { clock, server, client: createClient({ server: wire === 'memory' ? server.transport() : await server.httpTransport(), clock }) };
}

const at = { namespace: 'default', name: 'a' };
const edge: ApiObject = { apiVersion: configs.apiVersion, kind: configs.kind, metadata: { name: 'edge' }, spec: { name: 'edge' } };

describe.each(['memory', 'http'] as const)('ObjectClient over %s', (wire) => {
  it('creates, reads, replaces, patches and deletes', async () => {
    const { client } = await bench(wire);
    const created = await client.create(configMaps, configMap('a', '1'));
    expect(created.metadata.uid).toBeDefined();
    await expect(client.create(configMaps, configMap('a'))).rejects.toMatchObject({
      code: 'kubernetes/already-exists',
      status: 409,
      reason: 'AlreadyExists',
    });
    expect(await client.get(configMaps, at)).toEqual(created);
    const replaced = await client.replace(configMaps, { ...created, data: { value: '2' } });
    await expect(client.replace(configMaps, { ...created, data: { value: '3' } })).rejects.toMatchObject({
      code: 'kubernetes/conflict',
      managers: [],
    });
    expect(await client.patch(configMaps, at, { data: { value: null, other: 'x' } })).toMatchObject({ data: { other: 'x' } });
    await expect(
      client.delete(configMaps, at, { preconditions: { resourceVersion: replaced.metadata.resourceVersion ?? '' } }),
    ).rejects.toMatchObject({ code: 'kubernetes/conflict' });
    expect(await client.delete(configMaps, at)).toBe(true);
    expect(await client.delete(configMaps, at)).toBe(false);
    expect(await client.find(configMaps, at)).toBeUndefined();
    await expect(client.get(configMaps, at)).rejects.toMatchObject({ code: 'kubernetes/not-found', status: 404 });
  });

  it('lists page by page, and begins again when the pages run out', async () => {
    const { client, server } = await bench(wire);
    for (let number = 0; number < 25; number += 1)
      server.put({
        ...configMap(`c-${number}`),
        metadata: { name: `c-${number}`, namespace: 'default', labels: { odd: String(number % 2) } },
      });
    const all = await client.list(configMaps, { pageSize: 10 });
    expect(all).toHaveLength(25);
    expect(all[0]).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(await client.list(configMaps, { labelSelector: 'odd=1', pageSize: 5 })).toHaveLength(12);
    expect(await client.list(configMaps, { labelSelector: 'odd in (0, 1),!even', namespace: 'nowhere' })).toHaveLength(0);
    expect(await client.list(configMaps, { fieldSelector: 'metadata.name!=c-1' })).toHaveLength(24);
    server.fail({ verb: 'list', isContinued: true, after: 1 }, { kind: 'status', code: 410 });
    const again = await client.list(configMaps, { pageSize: 10 });
    expect(new Set(again.map(({ metadata }) => metadata.name)).size).toBe(25);
    expect(again).toHaveLength(25);
  });

  it('applies its own fields, and says whose fields are in the way', async () => {
    const { client, server } = await bench(wire);
    const own = (data: object): ApiObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: at, data });
    await client.apply(configMaps, own({ a: '1', b: '1' }), { fieldManager: 'one' });
    await client.apply(configMaps, own({ c: '1' }), { fieldManager: 'two' });
    expect(server.get(configMaps, 'a', 'default')?.['data']).toEqual({ a: '1', b: '1', c: '1' });
    await expect(client.apply(configMaps, own({ a: '2' }), { fieldManager: 'two' })).rejects.toMatchObject({
      code: 'kubernetes/conflict',
      managers: ['one'],
    });
    await client.apply(configMaps, own({ a: '1' }), { fieldManager: 'one' });
    expect(server.get(configMaps, 'a', 'default')?.['data']).toEqual({ a: '1', c: '1' });
    await client.apply(configMaps, own({ a: '2' }), { fieldManager: 'two', force: true });
    expect(server.get(configMaps, 'a', 'default')?.['data']).toEqual({ a: '2' });
    const before = server.store.version;
    await client.apply(configMaps, own({ a: '2' }), { fieldManager: 'two' });
    expect(server.store.version).toBe(before);
  });

  it('writes status without touching the rest, and the rest without touching status', async () => {
    const { client } = await bench(wire);
    await client.create(configs, { ...edge, status: { phase: 'Forged' } });
    expect((await client.get(configs, { name: 'edge' }))['status']).toBeUndefined();
    await client.patch(configs, { name: 'edge' }, { spec: { name: 'stolen' }, status: { phase: 'Running' } }, { subresource: 'status' });
    await client.patch(configs, { name: 'edge' }, { spec: { id: 'gw-1' }, status: { phase: 'Failed' } });
    expect(await client.get(configs, { name: 'edge' })).toMatchObject({
      spec: { name: 'edge', id: 'gw-1' },
      status: { phase: 'Running' },
      metadata: { generation: 2 },
    });
  });

  it('holds an object with a finalizer until it is removed', async () => {
    const { client, server } = await bench(wire);
    await client.create(configs, edge);
    await client.addFinalizer(configs, { name: 'edge' }, 'ingresskit.test/cloud');
    await client.addFinalizer(configs, { name: 'edge' }, 'ingresskit.test/cloud');
    server.fail({ verb: 'patch' }, { kind: 'status', code: 409 });
    await client.addFinalizer(configs, { name: 'edge' }, 'ingresskit.test/dns');
    expect(await client.delete(configs, { name: 'edge' })).toBe(true);
    const dying = await client.get(configs, { name: 'edge' });
    expect(dying.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      finalizers: ['ingresskit.test/cloud', 'ingresskit.test/dns'],
    });
    await expect(client.addFinalizer(configs, { name: 'edge' }, 'ingresskit.test/late')).rejects.toMatchObject({
      code: 'kubernetes/invalid',
    });
    await client.removeFinalizer(configs, { name: 'edge' }, 'ingresskit.test/dns');
    await client.removeFinalizer(configs, { name: 'edge' }, 'ingresskit.test/cloud');
    expect(await client.find(configs, { name: 'edge' })).toBeUndefined();
    expect(await client.removeFinalizer(configs, { name: 'edge' }, 'ingresskit.test/cloud')).toBeUndefined();
  });

  it('gives every failure its code', async () => {
    const { client, server } = await bench(wire);
    const codes = {
      400: 'bad-request',
      403: 'forbidden',
      410: 'expired',
      415: 'unsupported',
      422: 'invalid',
      429: 'too-many-requests',
      500: 'server-error',
      418: 'unexpected-status',
    };
    for (const [status, code] of Object.entries(codes)) {
      server.fail({ verb: 'get' }, { kind: 'status', code: Number(status), retryAfter: 3 });
      await expect(client.get(configMaps, at)).rejects.toMatchObject({
        code: `kubernetes/${code}`,
        status: Number(status),
        retryAfter: 3_000,
      });
    }
    server.fail({ verb: 'get' }, { kind: 'body', text: '<html>' });
    await expect(client.get(configMaps, at)).rejects.toMatchObject({ code: 'kubernetes/malformed' });
    server.fail({ verb: 'get' }, { kind: 'reset' });
    await expect(client.get(configMaps, at)).rejects.toMatchObject({ code: 'kubernetes/connection' });
  });

  it('gives up after its deadline, and when it is told to', async () => {
    const { client, server, clock } = await bench(wire);
    server.fail({ verb: 'get', times: 2 }, { kind: 'hang' });
    const late = expect(client.get(configMaps, at)).rejects.toMatchObject({ code: 'kubernetes/timeout' });
    await server.settled();
    await clock.advance(30_000);
    await late;
    const controller = new AbortController();
    const stopped = expect(client.get(configMaps, at, { signal: controller.signal })).rejects.toMatchObject({ code: 'kubernetes/stopped' });
    await server.settled();
    controller.abort();
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it('sends no write while it may not', async () => {
    const { server, clock } = await bench(wire);
    let isLeading = false;
    const client = createClient({ server: server.transport(), clock, mayWrite: () => isLeading });
    const refused = { code: 'kubernetes/not-leading' };
    await expect(client.create(configMaps, configMap('a'))).rejects.toMatchObject(refused);
    await expect(client.apply(configMaps, configMap('a'))).rejects.toMatchObject(refused);
    await expect(client.delete(configMaps, at)).rejects.toMatchObject(refused);
    expect(server.requests).toEqual([]);
    expect(await client.find(configMaps, at)).toBeUndefined();
    isLeading = true;
    await client.create(configMaps, configMap('a'));
  });
});
