import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { type Backend, startBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { selfSignedCertificates } from '../tls/self-signed.ts';

const request = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
let backend: Backend;
let running: Running;
const held: (() => void)[] = [];

beforeEach(async () => {
  backend = await startBackend((incoming, response) => {
    if (incoming.url === '/hold') held.push(() => response.end('held'));
    else response.end('ok');
  });
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web');
  running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }), {
    defaultCertificate: selfSignedCertificates('a.example'),
  });
});

afterEach(async () => {
  held.splice(0);
  await running.close();
  await backend.close();
});

/** A connection that reads along. */
function open(port: number): { readonly socket: Socket; readonly text: () => string; until(part: string): Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  socket.on('error', () => undefined);
  return {
    socket,
    text: () => text,
    until: async (part) => {
      while (!text.includes(part)) await once(socket, 'data');
    },
  };
}

const isRefused = async (port: number): Promise<boolean> => {
  const answer = await sendRaw(port, request);
  return answer.status === 0;
};

it('a place more and a place less: nobody is cut off', async () => {
  const { proxy, port } = running;
  const idle = open(port);
  idle.socket.write(request);
  await idle.until('ok');
  const busy = open(port);
  busy.socket.write('GET /hold HTTP/1.1\r\nHost: a.example\r\n\r\n');
  while (held.length === 0) await new Promise(setImmediate);

  const both = await proxy.setListeners([{ port }, { port: 0 }]);
  expect(both).toMatchObject([{ scheme: 'http', port }, { scheme: 'http' }]);
  const other = both[1]?.port ?? 0;
  expect([(await sendRaw(port, request)).status, (await sendRaw(other, request)).status]).toEqual([200, 200]);
  expect(idle.socket.destroyed).toBe(false);

  expect(await proxy.setListeners([{ port: other }])).toEqual([both[1]]);
  expect([await isRefused(port), (await sendRaw(other, request)).status]).toEqual([true, 200]);
  if (!idle.socket.destroyed) await once(idle.socket, 'close');
  held[0]?.();
  await once(busy.socket, 'close');
  expect(busy.text()).toMatch(/^HTTP\/1\.1 200 [\s\S]*held/);
  while (proxy.report().connections > 0) await new Promise(setImmediate);
});

it('HTTP/2 and WebSocket connections of a place that is gone finish what they do', async () => {
  const sockets = new WebSocketServer({ server: backend.server });
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${String(data)}`)));
  const { proxy, port } = running;
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/hold', ':authority': 'a.example' });
  let body = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    body += piece;
  });
  while (held.length === 0) await new Promise(setImmediate);
  const tunnel = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'a.example' } });
  await once(tunnel, 'open');

  const leaving = once(session, 'goaway');
  expect(await proxy.setListeners([])).toEqual([]);
  await leaving;
  held[0]?.();
  await once(session, 'close');
  expect(body).toBe('held');
  tunnel.send('still here');
  const [message] = (await once(tunnel, 'message')) as [Buffer];
  expect(String(message)).toBe('echo still here');
  tunnel.close();
  await once(tunnel, 'close');
  sockets.close();
});

it('a place that stays changes its terms for the next connection', async () => {
  const { proxy, port } = running;
  const before = open(port);
  before.socket.write(request);
  await before.until('ok');
  expect(await proxy.setListeners([{ port, tls: true }])).toMatchObject([{ scheme: 'https', port }]);
  const secure = connectTls({ port, host: '127.0.0.1', servername: 'a.example', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  await once(secure, 'secureConnect');
  secure.setEncoding('utf8').write(request);
  const [text] = (await once(secure, 'data')) as [string];
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  secure.destroy();
  before.socket.write('GET /again HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const [again] = (await once(before.socket, 'data')) as [string];
  expect(again).toMatch(/^HTTP\/1\.1 200 /);
  before.socket.destroy();
  await proxy.setListeners([{ port, proxyProtocol: ['127.0.0.0/8'] }]);
  expect((await sendRaw(port, `PROXY TCP4 203.0.113.9 192.0.2.1 1 2\r\n${request}`)).status).toBe(200);
  expect(running.records.at(-1)?.clientAddress).toBe('203.0.113.9');
});

it('a place that cannot be opened changes nothing', async () => {
  const { proxy, port } = running;
  const taken = Number(backend.endpoint.port);
  await expect(proxy.setListeners([{ port: 0 }, { port: taken }])).rejects.toThrow('EADDRINUSE');
  expect((await sendRaw(port, request)).status).toBe(200);
  // Changes that overlap are made one after the other.
  const [, last] = await Promise.all([proxy.setListeners([{ port: 0 }]), proxy.setListeners([{ port }, { port: 0 }])]);
  expect((await sendRaw(last[0]?.port ?? 0, request)).status).toBe(200);
  await proxy.close();
  await expect(proxy.setListeners([{ port }])).rejects.toThrow('closed');
});
