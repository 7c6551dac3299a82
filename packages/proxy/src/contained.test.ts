import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { parseManifests } from '@ingresskit/resources/yaml';
import { compile, defineFamily, field, int, profiles } from 'ingresskit';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import { startBackend, startRawBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';
import { withEndpoints } from './with-endpoints.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const boom = (): never => {
  throw new Error('boom');
};

/** A proxy of a profile with one more family, whose answer half is the given one. */
async function serveWith(response: () => unknown, protocol: string, endpoint: Endpoint): Promise<Running> {
  const family = defineFamily({
    name: 'acme/faulty',
    title: 'Fails',
    scope: 'route',
    phase: 'forward',
    settings: {},
    fields: { on: field('on', int({ min: 0 }), { doc: 'Any.', example: '1', badExample: 'x', risk: 'Low' }) },
    resolvesWhenAbsent: () => true,
    resolve: () => ({ on: 1 }),
    response: response as never,
  });
  const profile = { ...profiles.mse, name: 'acme', families: [...profiles.mse.families, family] };
  const { resources } = parseManifests(
    ingressYaml('web', 'a.example', { '/': 'web' }, { 'backend-protocol': protocol }) + serviceYaml('web'),
    {
      file: 'test.yaml',
    },
  );
  const result = compile(resources, { profile });
  const table = withEndpoints(result.table, new Map([['default/web:80', [endpoint]]]));
  const running = await startProxy(
    { ...result, table, snapshot: result.snapshot, diagnostics: [] },
    { profile, answerers: { q: async () => 1 } },
  );
  opened.unshift(running);
  return running;
}

async function backendOf(protocol: string): Promise<Endpoint> {
  if (protocol === 'HTTP') {
    const backend = await startBackend();
    opened.push(backend);
    return backend.endpoint;
  }
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return { address: '127.0.0.1', port: (server.address() as AddressInfo).port, ready: true };
}

describe.each(['HTTP', 'HTTP2'])('an answer half that throws, behind %s', (protocol) => {
  it.each([
    ['at once', boom],
    ['after a question', () => ({ kind: 'ask', question: { kind: 'q' }, resume: boom })],
  ])('%s: the request gets 500, the error is reported, the process lives', async (_when, response) => {
    const running = await serveWith(response, protocol, await backendOf(protocol));
    expect((await running.proxy.fetch('http://a.example/')).status).toBe(500);
    expect(running.errors.map(String)).toEqual(['Error: boom']);
    expect(running.records[0]).toMatchObject({ status: 500, details: 'internal-error' });
  });
});

it('a backend that stops reading the request is given up', async () => {
  const backend = await startRawBackend((socket) => void socket.pause());
  opened.push(backend);
  const annotations = { 'proxy-send-timeout': '1', 'proxy-read-timeout': '1', 'proxy-body-size': '0' };
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }, 'ingress-nginx'));
  opened.unshift(running);
  const socket = connect(running.port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 50000000\r\n\r\n');
  socket.write(Buffer.alloc(50_000_000, 'x'));
  const record = await running.nextRecord();
  expect(record).toMatchObject({ status: 504, flags: ['UT'] });
  socket.destroy();
});

it('a response that is held to a rate is not cut for silence', async () => {
  const backend = await startBackend((_request, response) => void response.end(Buffer.alloc(200_000, 'x')));
  opened.push(backend);
  // Each pause of the limit is longer than the backend may be silent.
  const annotations = { 'limit-rate': '60', 'proxy-read-timeout': '1' };
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }, 'ingress-nginx'));
  opened.unshift(running);
  const answer = await sendRaw(running.port, 'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n');
  expect(answer.body.length).toBe(200_000);
  expect(running.records[0]?.flags).toEqual([]);
});

it('the head of a WebSocket is edited like any other', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\nSet-Cookie: a=b; Path=/one\r\n\r\n',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  const annotations = { affinity: 'cookie', 'session-cookie-name': 'S', 'proxy-cookie-path': '/one /two' };
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const endpoint = { address: '127.0.0.1', port: (server.address() as AddressInfo).port, ready: true };
  const running = await startProxy(compiled(manifests, { 'default/web:80': [endpoint] }, 'ingress-nginx'));
  opened.unshift(running);
  const socket = connect(running.port, '127.0.0.1');
  socket.write(
    'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /);
  expect(head.toString()).toContain('a=b; Path=/two\r\n');
  expect(head.toString()).toMatch(/set-cookie: S=/i);
  socket.destroy();
});
