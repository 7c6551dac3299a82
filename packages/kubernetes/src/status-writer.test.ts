import { afterEach, describe, expect, it } from 'vitest';
import { apiResourceOf, defineApiResource } from './api-resource.ts';
import { ingressStatusOf } from './load-balancer-status.ts';
import { createClient } from './object-client.ts';
import { StatusWriter } from './status-writer.ts';
import { createFakeApiServer, type FakeApiServer, VirtualClock } from './testing/index.ts';

const ingresses = apiResourceOf('Ingress');
const configs = apiResourceOf('MseIngressConfig');
const name = { namespace: 'default', name: 'shop' };
const servers: FakeApiServer[] = [];

afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

function bench() {
  const clock = new VirtualClock();
  const server = createFakeApiServer({ clock });
  servers.push(server);
  const client = createClient({ server: server.transport(), clock });
  server.put({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: name,
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
  return { clock, server, client, writer: new StatusWriter({ client, clock, fieldManager: 'ours' }) };
}

describe('StatusWriter', () => {
  it('writes only what changes something, and only through the status subresource', async () => {
    const { server, writer } = bench();
    const status = ingressStatusOf([{ ip: '192.0.2.2' }, { ip: '192.0.2.1' }]);
    expect(status).toEqual({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }] } });
    expect((await writer.write(ingresses, { ...name, status })).type).toBe('written');
    expect((await writer.write(ingresses, { ...name, status: ingressStatusOf([{ ip: '192.0.2.1' }, { ip: '192.0.2.2' }]) })).type).toBe(
      'unchanged',
    );
    expect(server.requestsOf('patch')).toHaveLength(1);
    const stored = server.get(ingresses, 'shop', 'default');
    expect(stored?.['status']).toEqual(status);
    expect(stored?.metadata.generation).toBe(1);
    expect(stored?.metadata.managedFields).toEqual([
      expect.objectContaining({ manager: 'ours', operation: 'Apply', subresource: 'status' }),
    ]);
  });

  it('writes the status of a cluster-scoped custom resource', async () => {
    const { server, writer } = bench();
    server.put({ apiVersion: configs.apiVersion, kind: configs.kind, metadata: { name: 'edge' }, spec: { name: 'edge' } });
    expect((await writer.write(configs, { name: 'edge', status: { phase: 'Running' } })).type).toBe('written');
    expect(server.get(configs, 'edge')).toMatchObject({ spec: { name: 'edge' }, status: { phase: 'Running' } });
  });

  it('writes the whole object where a CRD has no status subresource', async () => {
    const { server, writer } = bench();
    const plain = { ...defineApiResource('example.test/v1', 'Plain', 'plains', 'cluster'), hasStatus: false };
    server.install(plain);
    server.put({ apiVersion: 'example.test/v1', kind: 'Plain', metadata: { name: 'one' }, spec: { a: 1 } });
    expect((await writer.write(plain, { name: 'one', status: { ok: true } })).type).toBe('written');
    expect(server.get(plain, 'one')).toMatchObject({ spec: { a: 1 }, status: { ok: true } });
  });

  it('never takes fields from another manager, and stops with a report', async () => {
    const { server, client, writer } = bench();
    const status = ingressStatusOf([{ ip: '192.0.2.1' }]);
    await writer.write(ingresses, { ...name, status });
    await client.patch(
      ingresses,
      name,
      { status: ingressStatusOf([{ ip: '198.51.100.9' }]) },
      { subresource: 'status', fieldManager: 'other-gateway' },
    );
    const outcome = await writer.write(ingresses, { ...name, status });
    expect(outcome).toMatchObject({ type: 'contested', managers: ['other-gateway'] });
    const patches = server.requestsOf('patch').length;
    for (let round = 0; round < 10; round += 1) expect(await writer.write(ingresses, { ...name, status })).toBe(outcome);
    expect(server.requestsOf('patch')).toHaveLength(patches);
    expect(server.get(ingresses, 'shop', 'default')?.['status']).toEqual(ingressStatusOf([{ ip: '198.51.100.9' }]));
  });

  it('stops an endless fight with a writer that forces', async () => {
    const { client, clock, writer } = bench();
    const status = ingressStatusOf([{ ip: '192.0.2.1' }]);
    const outcomes: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      outcomes.push((await writer.write(ingresses, { ...name, status })).type);
      // The other one forces its value in, and gives the field up at once, so that no conflict ever shows.
      const { apiVersion, kind } = ingresses;
      const forced = { apiVersion, kind, metadata: name, status: ingressStatusOf([{ ip: `198.51.100.${round}` }]) };
      await client.apply(ingresses, forced, { subresource: 'status', fieldManager: 'other', force: true });
      await client.apply(
        ingresses,
        { apiVersion, kind, metadata: name, status: {} },
        { subresource: 'status', fieldManager: 'other', force: true },
      );
      await clock.advance(1_000);
    }
    expect(outcomes).toEqual(['written', 'written', 'written', 'contested', 'contested', 'contested', 'contested', 'contested']);
    writer.resume(ingresses, name);
    expect((await writer.write(ingresses, { ...name, status })).type).toBe('written');
  });

  it('writes again when another value is wanted', async () => {
    const { client, writer } = bench();
    await writer.write(ingresses, { ...name, status: ingressStatusOf([{ ip: '192.0.2.1' }]) });
    await client.patch(
      ingresses,
      name,
      { status: ingressStatusOf([{ ip: '198.51.100.9' }]) },
      { subresource: 'status', fieldManager: 'other' },
    );
    expect((await writer.write(ingresses, { ...name, status: ingressStatusOf([{ ip: '192.0.2.1' }]) })).type).toBe('contested');
    expect((await writer.write(ingresses, { ...name, status: ingressStatusOf([{ ip: '198.51.100.9' }]) })).type).toBe('unchanged');
  });

  it('leaves another object of the same name alone', async () => {
    const { server, writer } = bench();
    const uid = server.get(ingresses, 'shop', 'default')?.metadata.uid ?? '';
    const current = server.get(ingresses, 'shop', 'default');
    server.remove({ kind: 'Ingress', metadata: name });
    server.put({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: name, spec: {} });
    const status = ingressStatusOf([{ ip: '192.0.2.1' }]);
    expect((await writer.write(ingresses, { ...name, uid, status })).type).toBe('gone');
    expect((await writer.write(ingresses, { ...name, uid, status }, current)).type).toBe('gone');
    server.remove({ kind: 'Ingress', metadata: name });
    expect((await writer.write(ingresses, { ...name, status })).type).toBe('gone');
    expect((await writer.write(ingresses, { ...name, status }, current)).type).toBe('gone');
  });
});
