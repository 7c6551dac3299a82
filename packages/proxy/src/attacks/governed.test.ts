import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closedByPeer, closedEndpoint, startBackend, startRawBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { request, startGuarded } from './guarded.ts';

const get = request([], '', 'GET');
const upload = request(['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n');

describe('A47: mirrors', () => {
  const manifests =
    ingressYaml('web', 'a.example', { '/': 'web' }, { 'mse.ingress.kubernetes.io/mirror-target-service': 'shadow:80' }) +
    serviceYaml('web') +
    serviceYaml('shadow');

  it('get copies with bodies, under another host', async () => {
    const web = await startBackend();
    const bodies: string[] = [];
    const shadow = await startBackend((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => (body += String(chunk)));
      incoming.on('end', () => {
        bodies.push(`${incoming.method} ${incoming.headers.host} ${body}`);
        response.end();
      });
    });
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow.endpoint] }));
    expect(await sendRaw(running.port, request(['Content-Length: 5'], 'hello'))).toMatchObject({ status: 200 });
    while (bodies.length === 0) await new Promise(setImmediate);
    expect(bodies).toEqual(['POST a.example-shadow hello']);
    await Promise.all([running.close(), web.close(), shadow.close()]);
  });

  it('that hang change nothing for the client, and their queue is bounded', async () => {
    const web = await startBackend();
    const hanging = await startRawBackend(() => undefined);
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [hanging.endpoint] }), {
      mirrors: { mostRunning: 4, mostWaiting: 4 },
    });
    for (let index = 0; index < 20; index++) expect(await sendRaw(running.port, get)).toMatchObject({ status: 200 });
    expect(running.proxy.report().mirrors.dropped).toBe(12);
    expect(await sendRaw(running.port, upload)).toMatchObject({ status: 200 });
    expect(running.proxy.report().mirrors).toEqual({ sent: 0, failed: 0, dropped: 13 });
    await Promise.all([running.close(), web.close(), hanging.close()]);
  });

  it('that hang hold no more memory than the queue may', async () => {
    const web = await startBackend();
    const hanging = await startRawBackend(() => undefined);
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [hanging.endpoint] }), {
      mirrors: { mostBytes: 12 },
    });
    for (let index = 0; index < 5; index++) expect(await sendRaw(running.port, upload)).toMatchObject({ status: 200 });
    expect(running.proxy.report().mirrors.dropped).toBe(3);
    await Promise.all([running.close(), web.close(), hanging.close()]);
  });

  it.each([
    ['nobody', undefined],
    ['one that closes at once', (socket: Socket) => void socket.destroy()],
    ['one that speaks no HTTP', (socket: Socket) => void socket.write('SSH-2.0-shadow\r\n')],
  ])('with %s there fail and are counted', async (_name, listener) => {
    const web = await startBackend();
    const shadow = listener === undefined ? undefined : await startRawBackend(listener);
    const endpoint = shadow?.endpoint ?? (await closedEndpoint());
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [endpoint] }));
    expect(await sendRaw(running.port, get)).toMatchObject({ status: 200 });
    expect(await sendRaw(running.port, upload)).toMatchObject({ status: 200, body: expect.stringContaining('hello') as string });
    while (running.proxy.report().mirrors.failed < 2) await new Promise(setImmediate);
    await Promise.all([running.close(), web.close(), shadow?.close()]);
  });

  it('that answer without end are cut off, so that they take no time from others', async () => {
    const web = await startBackend();
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const endless = await startRawBackend((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk));
      };
      socket.on('drain', more);
      socket.once('data', more);
    });
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [endless.endpoint] }));
    expect(await sendRaw(running.port, upload)).toMatchObject({ status: 200 });
    while (endless.connections.length === 0) await new Promise(setImmediate);
    await closedByPeer(endless.connections[0]);
    expect(running.proxy.report().mirrors).toEqual({ sent: 1, failed: 0, dropped: 0 });
    await Promise.all([running.close(), web.close(), endless.close()]);
  });

  it('that answer with headers alone give their place up in time', async () => {
    const web = await startBackend();
    const silent = await startRawBackend((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'));
    const running = await startProxy(compiled(manifests, { 'default/web:80': [web.endpoint], 'default/shadow:80': [silent.endpoint] }), {
      mirrors: { timeoutMs: 5 },
    });
    expect(await sendRaw(running.port, get)).toMatchObject({ status: 200 });
    const alive = setInterval(() => undefined, 1_000);
    while (running.proxy.report().mirrors.failed === 0) await new Promise(setImmediate);
    clearInterval(alive);
    await Promise.all([running.close(), web.close(), silent.close()]);
  });
});

describe('A48: limits by client', () => {
  const manifests =
    ingressYaml('web', 'a.example', { '/': 'web' }, { 'limit-rps': '1', 'limit-burst-multiplier': '2' }) + serviceYaml('web');

  it('count the peer, whatever it says of itself', async () => {
    const backend = await startBackend();
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }, 'ingress-nginx'), { now: () => 0 });
    const statuses: number[] = [];
    for (let index = 0; index < 10; index++)
      statuses.push((await sendRaw(running.port, request([`X-Forwarded-For: 198.51.100.${index}`], '', 'GET'))).status);
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(3);
    expect(statuses.at(-1)).toBe(503);
    await Promise.all([running.close(), backend.close()]);
  });
});

describe('A49: affinity cookies', () => {
  const manifests =
    ingressYaml('web', 'a.example', { '/': 'web' }, { affinity: 'cookie', 'affinity-mode': 'persistent' }) + serviceYaml('web');

  it('are issued, honoured, and replaced when they are forged or lead nowhere', async () => {
    const backends = await Promise.all([0, 1, 2].map((index) => startBackend((_request, response) => void response.end(String(index)))));
    const endpoints = backends.map(({ endpoint }) => endpoint);
    const served = (list: typeof endpoints): ReturnType<typeof compiled> =>
      compiled(manifests, { 'default/web:80': list }, 'ingress-nginx');
    const running = await startProxy(served(endpoints));
    const first = await sendRaw(running.port, get);
    const cookie = first.headers['set-cookie'] ?? '';
    expect(cookie).toMatch(/^INGRESSCOOKIE=[^;]+; Path=\/; HttpOnly/);
    const [pair = ''] = cookie.split(';');
    for (let index = 0; index < 6; index++) {
      const again = await sendRaw(running.port, request([`Cookie: ${pair}`], '', 'GET'));
      expect([again.body, again.headers['set-cookie']]).toEqual([first.body, undefined]);
    }
    for (const forged of [
      'INGRESSCOOKIE=forged',
      `INGRESSCOOKIE=${'x'.repeat(8_000)}`,
      'INGRESSCOOKIE=%0d%0aSet-Cookie:evil=1',
      'INGRESSCOOKIE=',
      'INGRESSCOOKIE="a|b"',
    ]) {
      const answer = await sendRaw(running.port, request([`Cookie: ${forged}`], '', 'GET'));
      expect(answer.status).toBe(200);
      expect(answer.headers['set-cookie']).toMatch(/^INGRESSCOOKIE=[\w.|=+/%-]+; Path/);
      expect(answer.text).not.toContain('evil');
    }
    // The pod is gone: another one takes over, and the client gets a new cookie.
    const { table, snapshot } = served(endpoints.filter((_, index) => String(index) !== first.body));
    running.proxy.update(table, snapshot);
    const moved = await sendRaw(running.port, request([`Cookie: ${pair}`], '', 'GET'));
    expect(moved.body).not.toBe(first.body);
    expect(moved.headers['set-cookie']).toBeDefined();
    await running.close();
    await Promise.all(backends.map((backend) => backend.close()));
  });
});

describe('draining', () => {
  it('finishes what is under way, closes what is idle, and takes nothing new', async () => {
    let finish: (() => void) | undefined;
    const guarded = await startGuarded();
    guarded.backend.server.removeAllListeners('request').on('request', (_request, response) => {
      finish = () => void response.end('done');
    });
    const pending = guarded.send(get);
    while (finish === undefined) await new Promise(setImmediate);
    const drained = guarded.running.proxy.drain({ graceMs: 20_000 });
    expect((await sendRaw(guarded.running.port, get)).status).toBe(0);
    finish();
    expect(await pending).toMatchObject({ status: 200, body: expect.stringContaining('done') as string, closed: true });
    await drained;
    expect(guarded.running.proxy.report()).toMatchObject({ exchanges: 0, connections: 0 });
    await guarded.backend.close();
  });

  it('cuts after the grace time what does not end', async () => {
    const guarded = await startGuarded();
    let asked = false;
    guarded.backend.server.removeAllListeners('request').on('request', () => {
      asked = true;
    });
    const pending = guarded.send(get);
    while (!asked) await new Promise(setImmediate);
    await guarded.running.proxy.drain({ graceMs: 10 });
    expect(await pending).toMatchObject({ status: 0, closed: true });
    await guarded.backend.close();
  });
});
