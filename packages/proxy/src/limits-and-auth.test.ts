import { afterEach, describe, expect, test } from 'vitest';
import { MemoryLimitStore } from './limits/index.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { type Backend, startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function backendOf(listener?: Parameters<typeof startBackend>[0]): Promise<Backend> {
  const backend = await startBackend(listener);
  closers.push(() => backend.close());
  return backend;
}

async function serve(
  annotations: Readonly<Record<string, string>>,
  backend: Backend,
  options: ProxyOptions = {},
  profile?: string,
): Promise<Running> {
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }, profile), options);
  closers.push(() => running.close());
  return running;
}

const statusOf = async (running: Running): Promise<number> => {
  const response = await running.proxy.fetch('http://a.example/');
  await response.text();
  return response.status;
};

describe('limits', () => {
  test('a route’s rate', async () => {
    const running = await serve(
      { 'mse.ingress.kubernetes.io/route-limit-rpm': '2', 'mse.ingress.kubernetes.io/route-limit-burst-multiplier': '1' },
      await backendOf(),
    );
    const statuses = [await statusOf(running), await statusOf(running), await statusOf(running)];
    expect(statuses).toEqual([200, 200, 429]);
    expect(running.records.at(-1)).toMatchObject({ flags: ['RL'], details: 'rate-limit' });
  });

  test('requests in flight: the place comes back when the exchange is over', async () => {
    const waiting: (() => void)[] = [];
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const backend = await backendOf((_, response) => {
      waiting.push(() => response.end('done'));
      arrive();
    });
    const store = new MemoryLimitStore({ now: () => 0 });
    const running = await serve({ 'mse.ingress.kubernetes.io/concurrency-limit': '1' }, backend, { limits: store });
    const first = statusOf(running);
    await arrived;
    expect(await statusOf(running)).toBe(429);
    waiting[0]?.();
    expect(await first).toBe(200);
    expect(store.size.inFlight).toBe(0);
  });
});

describe('external authentication', () => {
  const loopback: ProxyOptions = {
    resolver: { resolve: () => Promise.resolve(['127.0.0.1']) },
    allowAddress: (address) => address === '127.0.0.1',
  };

  test('yes, no, and nobody to ask', async () => {
    const backend = await backendOf();
    let status = 200;
    const service = await backendOf((_, response) => response.writeHead(status, { 'x-user': 'ann' }).end());
    const { port } = service.endpoint;
    const running = await serve(
      { 'auth-url': `http://auth.example.org:${port}/check`, 'auth-response-headers': 'X-User' },
      backend,
      loopback,
      'ingress-nginx',
    );
    const response = await running.proxy.fetch('http://a.example/', { headers: { 'x-user': 'root', cookie: 'c=1' } });
    expect(await response.json()).toMatchObject({ headers: { 'x-user': 'ann' } });
    expect(service.seen[0]?.headers).toMatchObject({ cookie: 'c=1', host: `auth.example.org:${port}`, 'x-original-method': 'GET' });
    status = 403;
    expect(await statusOf(running)).toBe(403);
    await service.close();
    expect(await statusOf(running)).toBeGreaterThanOrEqual(500);
    expect(backend.seen).toHaveLength(1);
  });

  test('a name that leads back into the gateway is not asked', async () => {
    const backend = await backendOf();
    const service = await backendOf();
    const { port } = service.endpoint;
    const options: ProxyOptions = { resolver: { resolve: () => Promise.resolve(['127.0.0.1']) } };
    const running = await serve({ 'auth-url': `http://auth.example.org:${port}/` }, backend, options, 'ingress-nginx');
    expect(await statusOf(running)).toBeGreaterThanOrEqual(500);
    expect([backend.seen.length, service.seen.length]).toEqual([0, 0]);
  });
});
