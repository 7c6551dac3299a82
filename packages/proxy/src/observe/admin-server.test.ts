import { afterEach, describe, expect, test } from 'vitest';
import type { AdminOptions, AdminServer } from './admin-server.ts';
import { startAdminServer } from './admin-server.ts';

const open: AdminServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(
  options: Partial<AdminOptions> = {},
): Promise<(path: string, method?: string) => Promise<{ status: number; text: string; type: string | null }>> {
  const server = await startAdminServer({ port: 0, checks: [], metrics: () => Promise.resolve('a 1\n'), ...options });
  open.push(server);
  expect(server.host).toBe('127.0.0.1');
  return async (path, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
  };
}

describe('the admin listener', () => {
  test('health, metrics, and nothing else', async () => {
    const get = await start();
    expect(await get('/healthz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await get('/livez')).toMatchObject({ status: 200 });
    expect(await get('/metrics')).toEqual({ status: 200, text: 'a 1\n', type: 'text/plain; version=0.0.4; charset=utf-8' });
    expect(await get('/healthz', 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect(await get('/')).toMatchObject({ status: 404 });
    expect(await get('/metrics', 'POST')).toMatchObject({ status: 405 });
  });

  test('readiness names what is missing', async () => {
    let hasTable = false;
    const get = await start({
      checks: [
        { name: 'listeners', isReady: () => true },
        { name: 'table', isReady: () => hasTable },
      ],
    });
    expect(await get('/readyz')).toMatchObject({ status: 503, text: '[+]listeners\n[-]table\nnot ready\n' });
    hasTable = true;
    expect(await get('/readyz')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await get('/readyz?verbose')).toMatchObject({ status: 200, text: '[+]listeners\n[+]table\nok\n' });
  });

  test('further pages are JSON', async () => {
    let digest = 'a';
    const get = await start({ pages: { '/debug/digest': () => ({ digest }) } });
    expect(await get('/debug/digest')).toEqual({ status: 200, text: '{\n  "digest": "a"\n}\n', type: 'application/json; charset=utf-8' });
    digest = 'b';
    expect((await get('/debug/digest')).text).toContain('"b"');
    expect(await get('/debug/constructor')).toMatchObject({ status: 404 });
  });

  test('metrics that cannot be collected are an error, and say no more', async () => {
    const get = await start({ metrics: () => Promise.reject(new Error('worker 3 with password x is gone')) });
    expect(await get('/metrics')).toMatchObject({ status: 500, text: 'the metrics could not be collected\n' });
  });
});
