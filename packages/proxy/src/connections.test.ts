import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startBackend, startRawBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function running(
  annotations: Readonly<Record<string, string>>,
  endpoint: Parameters<typeof compiled>[1],
  profile = 'mse',
): Promise<Running> {
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const result = await startProxy(compiled(manifests, endpoint, profile));
  opened.unshift(result);
  return result;
}

const get = (path = '/', more = ''): string => `GET ${path} HTTP/1.1\r\nHost: a.example\r\n${more}\r\n`;
const policy = (name: string, value: number): Record<string, string> => ({
  [`mse.ingress.kubernetes.io/connection-policy-${name}`]: String(value),
});

describe('connection policy', () => {
  it.each([1, 2, 3])('a connection carries %d requests and is closed', async (most) => {
    const backend = await startBackend();
    opened.push(backend);
    const perSocket = new Map<Socket, number>();
    backend.server.on('request', ({ socket }) => perSocket.set(socket, (perSocket.get(socket) ?? 0) + 1));
    const { proxy } = await running(policy('http-max-request-per-connection', most), { 'default/web:80': [backend.endpoint] });
    for (let index = 0; index < most * 3; index++) expect((await proxy.fetch('http://a.example/')).status).toBe(200);
    expect(Math.max(...perSocket.values())).toBe(most);
  });

  it('a connection of HTTP/2 carries so many streams, and what waits gets another one', async () => {
    const perSession: number[] = [];
    const server = createServer();
    server.on('session', (session) => {
      const at = perSession.push(0) - 1;
      session.on('stream', (stream) => {
        perSession[at] = (perSession[at] as number) + 1;
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const annotations = {
      'backend-protocol': 'HTTP2',
      ...policy('http-max-request-per-connection', 2),
      ...policy('tcp-max-connection', 1),
    };
    const { proxy } = await running(annotations, { 'default/web:80': [{ address: '127.0.0.1', port, ready: true }] });
    const answers = await Promise.all(Array.from({ length: 6 }, () => proxy.fetch('http://a.example/')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(perSession).toEqual([2, 2, 2]);
    await proxy.close();
    await new Promise((done) => server.close(done));
  });

  it.each(['tcp-max-connection', 'tcp-max-connection-per-endpoint'])('%s: no further connection is opened', async (name) => {
    const waiting: (() => void)[] = [];
    const backend = await startBackend((_request, response) => void waiting.push(() => response.end('ok')));
    opened.push(backend);
    const { proxy } = await running(policy(name, 2), { 'default/web:80': [backend.endpoint] });
    const first = [proxy.fetch('http://a.example/'), proxy.fetch('http://a.example/')];
    while (waiting.length < 2) await new Promise(setImmediate);
    expect((await proxy.fetch('http://a.example/')).status).toBe(503);
    for (const answer of waiting.splice(0)) answer();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    const next = proxy.fetch('http://a.example/');
    while (waiting.length < 1) await new Promise(setImmediate);
    waiting[0]?.();
    expect((await next).status).toBe(200);
    const connections = await new Promise<number>((done) => backend.server.getConnections((_error, count) => done(count)));
    expect(connections).toBeLessThanOrEqual(2);
  });

  it.each([
    ['connection-proxy-header', 'close'],
    ['proxy-http-version', '1.0'],
  ])('%s %s: a connection for each request', async (name, value) => {
    const backend = await startBackend();
    opened.push(backend);
    const { proxy } = await running({ [name]: value }, { 'default/web:80': [backend.endpoint] }, 'ingress-nginx');
    for (let index = 0; index < 3; index++) await proxy.fetch('http://a.example/');
    expect(backend.seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
    expect(new Set(backend.seen.map(({ socket }) => socket)).size).toBe(3);
  });
});

describe('without a retry policy', () => {
  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

  /** A backend that answers the first request of its first connection, and does what it is told with the second. */
  async function stale(
    second: (socket: Socket) => void,
  ): Promise<{ readonly port: number; readonly requests: string[]; readonly running: Running }> {
    const requests: string[] = [];
    let connections = 0;
    const backend = await startRawBackend((socket) => {
      const isFirst = ++connections === 1;
      let count = 0;
      socket.on('data', (chunk) => {
        requests.push(chunk.toString('latin1').split(' ')[0] as string);
        count += 1;
        if (isFirst && count > 1) second(socket);
        else socket.write(ok);
      });
    });
    opened.push(backend);
    const proxy = await running({}, { 'default/web:80': [backend.endpoint] });
    return { port: proxy.port, requests, running: proxy };
  }

  it('a request on a used connection that breaks before a byte of the answer is sent once more', async () => {
    for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
      const { port, requests } = await stale(end);
      expect(await sendRaw(port, get())).toMatchObject({ status: 200 });
      expect(await sendRaw(port, get())).toMatchObject({ status: 200, body: 'ok' });
      expect(requests).toEqual(['GET', 'GET', 'GET']);
    }
  });

  it('one that is not idempotent is not', async () => {
    const { port, requests } = await stale((socket) => socket.destroy());
    expect(await sendRaw(port, get())).toMatchObject({ status: 200 });
    expect(await sendRaw(port, 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n')).toMatchObject({ status: 502 });
    expect(requests).toEqual(['GET', 'POST']);
  });

  it('nor one whose answer had begun', async () => {
    const { port, requests } = await stale((socket) => socket.end('HTTP/1.1 2'));
    expect(await sendRaw(port, get())).toMatchObject({ status: 200 });
    expect(await sendRaw(port, get())).toMatchObject({ status: 502 });
    expect(requests).toEqual(['GET', 'GET']);
  });

  it('nor one on a new connection', async () => {
    let count = 0;
    const backend = await startRawBackend((socket) =>
      socket.on('data', () => {
        count += 1;
        socket.destroy();
      }),
    );
    opened.push(backend);
    const { port } = await running({}, { 'default/web:80': [backend.endpoint] });
    expect(await sendRaw(port, get())).toMatchObject({ status: 502 });
    expect(count).toBe(1);
  });
});
