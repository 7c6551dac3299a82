import { once } from 'node:events';
import { connect } from 'node:tls';
import { apiResourceOf, leases } from '@ingresskit/kubernetes';
import { createFakeApiServer, type FakeApiServer } from '@ingresskit/kubernetes/testing';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../testing/backend.ts';
import { config, ingress, ingressClass, service, slice, sliceOf } from '../testing/objects.ts';
import { type ClusterGateway, createClusterGateway } from './cluster-gateway.ts';
import type { GatewayEvent } from './gateway-events.ts';
import type { ClusterGatewayOptions } from './gateway-options.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function backend(name: string): Promise<Backend> {
  const started = await startBackend(name);
  open.push(started);
  return started;
}

function apiServer(...objects: readonly object[]): FakeApiServer {
  const server = createFakeApiServer();
  open.push({ [Symbol.asyncDispose]: () => server.close() });
  for (const object of objects) server.put(object);
  return server;
}

interface Started {
  readonly gateway: ClusterGateway;
  readonly events: GatewayEvent[];
  readonly urlOf: (path: string) => string;
  readonly admin: string;
  /** Resolves with the first event that passes, among those that came already and those to come. */
  until<T extends GatewayEvent['type']>(
    type: T,
    test?: (event: Extract<GatewayEvent, { type: T }>) => boolean,
  ): Promise<Extract<GatewayEvent, { type: T }>>;
}

async function start(server: FakeApiServer, options: Partial<ClusterGatewayOptions> = {}): Promise<Started> {
  const events: GatewayEvent[] = [];
  const waiting = new Set<() => void>();
  const gateway = createClusterGateway({
    cluster: await server.listen(),
    ingressClass: 'mse',
    digestDelay: 1,
    admin: { port: 0 },
    ...options,
    proxy: { listeners: [{ port: 0 }], allowAddress: () => true, ...options.proxy },
    onEvent: (event) => {
      events.push(event);
      for (const look of [...waiting]) look();
    },
  });
  open.push({ [Symbol.asyncDispose]: () => gateway.close() });
  const { listeners, admin } = await gateway.start();
  return {
    gateway,
    events,
    urlOf: (path) => `http://127.0.0.1:${listeners[0]?.port}${path}`,
    admin: `http://127.0.0.1:${admin?.port}`,
    until: (type, test = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find((event) => event.type === type && test(event as never));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        look();
      }),
  };
}

async function get({ urlOf }: Started, host: string, path = '/'): Promise<string> {
  const { request } = await import('undici');
  const answer = await request(urlOf(path), { headers: { host } });
  return `${answer.statusCode} ${await answer.body.text()}`;
}

describe('a gateway that follows a cluster', () => {
  it('is ready when everything has synced and the first table serves', async () => {
    const web = await backend('web');
    const server = apiServer(ingressClass('mse'), ingress('web', 'a.example', 'web'), service('web'), ...slice('web', web.port));
    const denied = server.deny({ verb: 'list', resource: 'secrets' });
    const started = await start(server);
    expect(await get(started, 'a.example')).toMatch(/^503/);
    const notReady = await fetch(`${started.admin}/readyz`);
    expect([notReady.status, await notReady.text()]).toEqual([503, '[+]listeners\n[-]informers\n[-]table\nnot ready\n']);
    denied.cancel();
    await started.gateway.ready;
    expect((await fetch(`${started.admin}/readyz`)).status).toBe(200);
    expect(await get(started, 'a.example', '/x')).toBe('200 web /x');
  });

  it('takes changes up, and serves the last table while the API server is away', async () => {
    const [one, two] = [await backend('one'), await backend('two')];
    const server = apiServer(ingress('web', 'a.example', 'web'), service('web'), ...slice('web', one.port));
    const started = await start(server);
    await started.gateway.ready;
    server.put(service('api'));
    for (const object of slice('api', two.port)) server.put(object);
    server.put(ingress('api', 'b.example', 'api'));
    // Each kind has a watch of its own, so the endpoints may come with a later table than the Ingress.
    await started.until(
      'table',
      ({ compiled: { table } }) => table.hosts.has('b.example') && (table.endpoints.get('shop/api:80')?.endpoints.length ?? 0) > 0,
    );
    expect(await get(started, 'b.example')).toBe('200 two /');
    await server.close();
    expect(await get(started, 'a.example')).toBe('200 one /');
    expect(await get(started, 'b.example')).toBe('200 two /');
    expect((await fetch(`${started.admin}/readyz`)).status).toBe(200);
  });

  it('compiles no route when only endpoints change', async () => {
    const [one, two] = [await backend('one'), await backend('two')];
    const server = apiServer(ingress('web', 'a.example', 'web'), service('web'), ...slice('web', one.port));
    const started = await start(server);
    await started.gateway.ready;
    const before = started.gateway.current;
    server.put(sliceOf('web-0', 'web', ['127.0.0.1'], two.port));
    const { compiled } = await started.until('table', ({ generation }) => generation === 2);
    expect(compiled.changedHosts).toEqual([]);
    expect(compiled.table.hosts).toBe(before?.table.hosts);
    expect(compiled.table.backends).toBe(before?.table.backends);
    expect(compiled.table.endpoints).not.toBe(before?.table.endpoints);
    expect(await get(started, 'a.example')).toBe('200 two /');
  });

  it('has the same digest as every replica with the same state, however it came to it', async () => {
    const web = ingress('web', 'a.example', 'web');
    const [first, second] = [apiServer(web, service('web')), apiServer()];
    const [a, b] = [await start(first), await start(second)];
    await Promise.all([a.gateway.ready, b.gateway.ready]);
    second.put(ingress('web', 'z.example', 'web'));
    await b.until('table', ({ compiled }) => compiled.table.hosts.has('z.example'));
    for (const object of [
      service('web'),
      { ...web, metadata: { ...web.metadata, uid: first.get(apiResourceOf('Ingress'), 'web', 'shop')?.metadata.uid } },
    ])
      second.put(object);
    await b.until('table', ({ compiled }) => compiled.table.hosts.has('a.example'));
    const digest = (await a.until('digest')).digest;
    expect(await (await fetch(`${a.admin}/debug/digest`)).json()).toEqual({ generation: 1, ...digest });
    await b.until('digest', (event) => event.digest.table === digest.table);
    expect(await (await fetch(`${b.admin}/metrics`)).text()).toContain(`mseingress_snapshot_digest_info{digest="${digest.table}"} 1`);
    second.put(ingress('more', 'm.example', 'web'));
    const other = await b.until('digest', (event) => event.digest.routes !== digest.routes);
    expect(other.digest.table).not.toBe(digest.table);
  });

  it('serves certificates from Secrets, and a new one after a change', async () => {
    const certificate = async (name: string): Promise<{ key: string; cert: string }> => {
      const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { keySize: 2048 });
      return { key, cert };
    };
    const secretOf = ({ key, cert }: { key: string; cert: string }): object => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'tls', namespace: 'shop' },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': Buffer.from(cert).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') },
    });
    const server = apiServer(ingress('web', 'a.example', 'web', { tls: 'tls' }), service('web'), secretOf(await certificate('first')));
    const started = await start(server, { proxy: { listeners: [{ port: 0, tls: true }] } });
    await started.gateway.ready;
    const shown = async (): Promise<string> => {
      const socket = connect({
        port: Number(new URL(started.urlOf('/')).port),
        host: '127.0.0.1',
        servername: 'a.example',
        rejectUnauthorized: false,
      });
      await once(socket, 'secureConnect');
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      return String(name);
    };
    expect(await shown()).toBe('first');
    server.put(secretOf(await certificate('second')));
    await started.until('table', ({ generation }) => generation === 2);
    expect(await shown()).toBe('second');
  });

  it('takes what its gateway object takes, and follows the object', async () => {
    const server = apiServer(config('edge'), ingress('a', 'a.example', 'web'), ingress('b', 'b.example', 'web', { class: 'other' }));
    const started = await start(server, { ingressClass: undefined, gateway: 'edge' } as never);
    await started.gateway.ready;
    const hosts = (): string[] => started.gateway.current?.table.hosts.sortedEntries().map(([host]) => host) ?? [];
    expect(hosts()).toEqual(['a.example']);
    server.put(ingressClass('other', 'edge'));
    await started.until('table', ({ generation }) => generation === 2);
    expect(hosts()).toEqual(['b.example']);
  });

  it('is not stopped by a batch that cannot be served', async () => {
    const server = apiServer(ingress('a', 'a.example', 'web'));
    const started = await start(server);
    await started.gateway.ready;
    const { update } = started.gateway.proxy;
    started.gateway.proxy.update = () => {
      started.gateway.proxy.update = update;
      throw new Error('planned');
    };
    server.put(ingress('b', 'b.example', 'web'));
    await started.until('failed');
    server.put(ingress('c', 'c.example', 'web'));
    await started.until('table', ({ compiled }) => compiled.table.hosts.has('c.example') && compiled.table.hosts.has('b.example'));
  });
});

describe('the published address', () => {
  const publish = { addresses: [{ ip: '203.0.113.9' }], namespace: 'system', lease: 'gateway-mse' };
  const statusOf = (server: FakeApiServer, name: string): unknown =>
    (server.get(apiResourceOf('Ingress'), name, 'shop')?.['status'] as { loadBalancer?: { ingress?: unknown } } | undefined)?.loadBalancer
      ?.ingress;

  /** Resolves when a write to the status of an Ingress was seen that makes the condition true. */
  async function until(server: FakeApiServer, condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requestsOf('patch', 'ingresses').length).toBeGreaterThan(0);
  }

  it('is written by one replica, to the Ingresses that are taken', async () => {
    const server = apiServer(ingressClass('mse'), ingress('a', 'a.example', 'web'), ingress('b', 'b.example', 'web', { class: 'other' }));
    const [one, two] = [await start(server, { publish }), await start(server, { publish })];
    await Promise.all([one.gateway.ready, two.gateway.ready]);
    await until(server, () => statusOf(server, 'a') !== undefined);
    server.put({ ...ingress('c', 'c.example', 'web'), metadata: { name: 'c', namespace: 'shop' } });
    await until(server, () => statusOf(server, 'c') !== undefined);
    expect([statusOf(server, 'a'), statusOf(server, 'b'), statusOf(server, 'c')]).toEqual([
      [{ ip: '203.0.113.9' }],
      undefined,
      [{ ip: '203.0.113.9' }],
    ]);
    expect(server.requestsOf('patch', 'ingresses')).toHaveLength(2);
    expect(server.list(leases)).toHaveLength(1);
    expect(
      [one, two].filter(({ events }) => events.some((event) => event.type === 'election' && event.event.type === 'leading')),
    ).toHaveLength(1);
  });

  it('is taken away from an Ingress that moves to another gateway, unless that one was faster', async () => {
    const server = apiServer(ingress('a', 'a.example', 'web'), ingress('b', 'b.example', 'web'));
    const started = await start(server, { publish });
    await started.gateway.ready;
    await until(server, () => statusOf(server, 'a') !== undefined && statusOf(server, 'b') !== undefined);
    const b = server.get(apiResourceOf('Ingress'), 'b', 'shop');
    server.put({
      ...b,
      spec: { ...(b?.['spec'] as object), ingressClassName: 'other' },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.77' }] } },
    });
    const a = server.get(apiResourceOf('Ingress'), 'a', 'shop');
    server.put({ ...a, spec: { ...(a?.['spec'] as object), ingressClassName: 'other' } });
    await until(server, () => JSON.stringify(statusOf(server, 'a')) === '[]');
    expect(statusOf(server, 'b')).toEqual([{ ip: '203.0.113.77' }]);
  });
});
