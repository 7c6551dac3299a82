import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import type { Compiled } from 'ingresskit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startBackend, startRawBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';

const manifests = ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web');
const handshake =
  'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('WebSocket', () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: { threshold: 64 } });
  let running: Running & { readonly served: Compiled };
  beforeAll(async () => {
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
      socket.on('ping', () => undefined);
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as { port: number };
    const served = compiled(manifests, { 'default/web:80': [{ address: '127.0.0.1', port, ready: true }] });
    running = { ...(await startProxy(served)), served };
  });
  afterAll(async () => {
    await running.close();
    for (const client of server.clients) client.terminate();
    server.close();
    await new Promise((resolve) => http.close(resolve));
  });

  async function open(options: WebSocket.ClientOptions = {}): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${running.port}/chat`, ['a', 'b'], { headers: { host: 'a.example' }, ...options });
    await once(socket, 'open');
    return socket;
  }

  it('passes any frames unchanged, in order, compressed or not', async () => {
    for (const perMessageDeflate of [false, true]) {
      const socket = await open({ perMessageDeflate });
      const frame = fc.oneof(fc.string({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), fc.constant('x'.repeat(100_000)));
      await fc.assert(
        fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (frames) => {
          const received: (string | Uint8Array)[] = [];
          const all = new Promise<void>((resolve) => {
            const listener = (data: Buffer, isBinary: boolean): void => {
              received.push(isBinary ? Uint8Array.from(data) : data.toString());
              if (received.length < frames.length) return;
              socket.off('message', listener);
              resolve();
            };
            socket.on('message', listener);
          });
          for (const one of frames) socket.send(one);
          await all;
          expect(received).toEqual(frames);
        }),
        { numRuns: 30 },
      );
      socket.close(1000, 'done');
      const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
      expect([code, reason.toString()]).toEqual([1000, 'done']);
    }
  });

  it('passes pings, close codes, and the negotiated protocol', async () => {
    const socket = await open();
    expect(socket.protocol).toBe('a');
    socket.ping('hello');
    const [pong] = (await once(socket, 'pong')) as [Buffer];
    expect(pong.toString()).toBe('hello');
    const [peer] = [...server.clients];
    peer?.close(4321, 'from the backend');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([4321, 'from the backend']);
  });

  it('is told 1001 on both sides when the gateway drains, between two frames', async () => {
    const other = await startProxy(running.served, {});
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/chat`, { headers: { host: 'a.example' } });
    await once(socket, 'open');
    const [peer] = [...server.clients].slice(-1);
    const received: number[] = [];
    socket.on('message', (data: Buffer) => received.push(data.length));
    const ends = Promise.all([once(socket, 'close'), once(peer as WebSocket, 'close')]) as Promise<[[number], [number]]>;
    // Frames that are under way when the time comes.
    const more = setInterval(() => peer?.readyState === WebSocket.OPEN && peer.send(Buffer.alloc(300_000)), 1);
    const drained = other.proxy.drain({ graceMs: 400 });
    const [[code], [peerCode]] = await ends;
    clearInterval(more);
    expect([code, peerCode]).toEqual([1001, 1001]);
    expect(received.length).toBeGreaterThan(0);
    expect(received.every((length) => length === 300_000)).toBe(true);
    await drained;
  });

  it('survives an update of the table', async () => {
    const socket = await open();
    running.proxy.update(compiled('').table);
    socket.send('still here');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(data.toString()).toBe('still here');
    socket.terminate();
  });
});

describe('A24: upgrades', () => {
  it('h2c is not sent on, and neither are its settings', async () => {
    const backend = await startBackend();
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
    const answer = await sendRaw(
      running.port,
      'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
    );
    expect(answer.status, answer.text).toBe(200);
    const { headers } = JSON.parse(answer.body) as { headers: Record<string, string> };
    expect(headers).not.toHaveProperty('upgrade');
    expect(headers).not.toHaveProperty('http2-settings');
    await running.close();
    await backend.close();
  });

  it('a WebSocket request with a body is refused', async () => {
    const backend = await startBackend();
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
    for (const body of ['Content-Length: 5\r\n\r\nhello', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n']) {
      expect(await sendRaw(running.port, `${handshake}${body}`)).toMatchObject({ status: 400, closed: true });
    }
    expect(backend.seen).toHaveLength(0);
    await running.close();
    await backend.close();
  });

  it('bytes that come before the 101 are withheld until it is there', async () => {
    let release: (() => void) | undefined;
    const early: string[] = [];
    const backend = await startRawBackend((socket) => {
      socket.on('data', (chunk) => {
        early.push(chunk.toString('latin1'));
        release ??= () => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello');
      });
    });
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
    const client = connect(running.port, '127.0.0.1');
    let text = '';
    client.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    client.write(`${handshake}\r\nGET /smuggled HTTP/1.1\r\n\r\n`);
    while (release === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(early.join('')).not.toContain('smuggled');
    release();
    while (!early.join('').includes('smuggled') || !text.includes('hello')) await new Promise((resolve) => setImmediate(resolve));
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
    client.destroy();
    await running.close();
    await backend.close();
  });

  it('a backend that refuses gets no more bytes, and the client its answer', async () => {
    const backend = await startBackend((_request, response) => void response.writeHead(403, { 'content-length': 2 }).end('no'));
    const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
    const answer = await sendRaw(running.port, `${handshake}\r\nGET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    expect(answer).toMatchObject({ status: 403, body: 'no', closed: true });
    expect(backend.seen.map(({ url }) => url)).toEqual(['/']);
    await running.close();
    await backend.close();
  });

  describe('one that is refused is over like any other exchange', () => {
    const refusing = (): ReturnType<typeof startBackend> =>
      startBackend((_request, response) => void response.writeHead(403, { 'content-length': 2 }).end('no'));

    it.each([
      [404, 'by the gateway', 'b.example'],
      [403, 'by the backend', 'a.example'],
      [400, 'as malformed', 'a,b'],
    ])('%i %s', async (status, _, host) => {
      const backend = await refusing();
      const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }), { timeouts: { headersMs: 500 } });
      const ended = running.nextRecord();
      // It does not end its own side when the other one does.
      const client = connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true });
      client.on('error', () => undefined);
      client.resume();
      client.write(`${handshake.replace('a.example', host)}\r\n`);
      expect(await ended).toMatchObject({ status, complete: true });
      expect(running.proxy.report().exchanges).toBe(0);
      while (running.proxy.report().connections > 0) await new Promise(setImmediate);
      client.destroy();
      await running.close();
      await backend.close();
    });

    it('and keeps nobody from draining', async () => {
      const backend = await refusing();
      const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
      for (const host of ['b.example', 'a.example', 'a,b']) await sendRaw(running.port, `${handshake.replace('a.example', host)}\r\n`);
      // It ends long before its time, or the test does not.
      await running.proxy.drain({ graceMs: 3_600_000 });
      await backend.close();
    });
  });
});
