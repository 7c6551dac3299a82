import { once } from 'node:events';
import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { addressSet } from '@ingresskit/annotations';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProxyProtocolOptions } from './accept-proxied.ts';
import { acceptProxied } from './accept-proxied.ts';
import { ConnectionPlaces } from './connection-places.ts';

const header = 'PROXY TCP4 203.0.113.9 198.51.100.7 5555 443\r\n';
const everyone: ProxyProtocolOptions = { trusted: addressSet(['127.0.0.0/8']) };

const open: (Server | Socket)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    if ('destroy' in one) one.destroy();
    else one.close();
  }
});

/** A listener that takes headers off and gives connections to a server. */
async function listen(
  target: { emit(event: 'connection', socket: Socket): boolean },
  options = everyone,
): Promise<{ port: number; places: ConnectionPlaces }> {
  const places = new ConnectionPlaces();
  const server = createServer((socket) => {
    open.push(socket);
    acceptProxied(socket, options, (proxied) => {
      places.remember(socket, proxied);
      target.emit('connection', socket);
    });
  });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, places };
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

describe('accepting connections behind a proxy', () => {
  test('HTTP/1: the header in one write with the request, or byte by byte; the connection lives on', async () => {
    let places: ConnectionPlaces | undefined;
    const http = createHttpServer((request, response) => response.end(JSON.stringify(places?.of(request.socket)?.source)));
    const listener = await listen(http);
    places = listener.places;
    const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    const last = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

    const atOnce = await dial(listener.port);
    atOnce.write(header + request + last);
    expect((await readAll(atOnce)).match(/"203\.0\.113\.9","port":5555/g)).toHaveLength(2);

    const drip = await dial(listener.port);
    drip.setNoDelay(true);
    for (const byte of header + request) {
      drip.write(byte);
      await new Promise(setImmediate);
    }
    drip.write(last);
    expect((await readAll(drip)).match(/"203\.0\.113\.9","port":5555/g)).toHaveLength(2);
  });

  test('HTTP/1 with a body far larger than a buffer', async () => {
    const http = createHttpServer((request, response) => {
      let size = 0;
      request.on('data', (piece: Buffer) => {
        size += piece.length;
      });
      request.on('end', () => response.end(String(size)));
    });
    const { port } = await listen(http);
    const socket = await dial(port);
    socket.write(header);
    const request = httpRequest({ method: 'POST', createConnection: () => socket, headers: { 'content-length': 5_000_000, host: 'a' } });
    request.end(Buffer.alloc(5_000_000, 'x'));
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    let answer = '';
    for await (const piece of response) answer += String(piece);
    expect(answer).toBe('5000000');
  });

  test('TLS: found from the TLS socket', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'a.example' }], { keySize: 2048 });
    let places: ConnectionPlaces | undefined;
    const tls = createTlsServer({ key, cert }, (socket) => socket.end(JSON.stringify(places?.of(socket)?.source)));
    const listener = await listen(tls);
    places = listener.places;
    const socket = await dial(listener.port);
    socket.write(header);
    const secure = tlsConnect({ socket, rejectUnauthorized: false });
    expect(await readAll(secure)).toBe('{"address":"203.0.113.9","port":5555}');
  });

  test('HTTP/2 with prior knowledge', async () => {
    let places: ConnectionPlaces | undefined;
    const http2 = createHttp2Server((request, response) => response.end(places?.of(request.socket)?.source.address ?? ''));
    const listener = await listen(http2);
    places = listener.places;
    const socket = await dial(listener.port);
    socket.write(header);
    const session = connectHttp2('http://a', { createConnection: () => socket });
    const stream = session.request({ ':path': '/' });
    let answer = '';
    for await (const piece of stream) answer += String(piece);
    session.close();
    expect(answer).toBe('203.0.113.9');
  });

  test('peers that are not trusted are served as they are, and their header is not understood', async () => {
    const http = createHttpServer((_, response) => response.end('served'));
    const { port } = await listen(http, { trusted: addressSet(['10.0.0.0/8']) });
    const plain = await dial(port);
    plain.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await readAll(plain)).toContain('served');
    const liar = await dial(port);
    liar.write(header);
    expect(await readAll(liar)).toContain('400 Bad Request');
  });

  test.each([
    ['no header', 'GET / HTTP/1.1\r\n\r\n', /does not begin/],
    ['silence', '', /in time/],
    ['half a header', 'PROXY TCP4 1.1.', /in time/],
  ])('%s: closed, and told', async (_, sent, problem) => {
    const refused = deferred<string>();
    const { port } = await listen(createHttpServer(), { ...everyone, timeoutMs: 50, onRefused: refused.resolve });
    const socket = await dial(port);
    if (sent !== '') socket.write(sent);
    expect(await refused.promise).toMatch(problem);
    expect(await readAll(socket).catch(() => '')).toBe('');
  });

  test('a connection that ends within the header is closed', async () => {
    const refused = deferred<string>();
    const { port } = await listen(createHttpServer(), { ...everyone, onRefused: refused.resolve });
    (await dial(port)).end('PROXY ');
    expect(await refused.promise).toMatch(/ended/);
  });

  test('a closed connection is forgotten', async () => {
    const connections = deferred<Socket>();
    const { port, places } = await listen({ emit: (_, socket) => connections.resolve(socket) === undefined });
    const client = await dial(port);
    client.write(header);
    const socket = await connections.promise;
    const address = {
      remoteAddress: socket.remoteAddress,
      remotePort: socket.remotePort,
      localAddress: socket.localAddress,
      localPort: socket.localPort,
    };
    expect(places.of(address)).toBeDefined();
    socket.destroy();
    await once(socket, 'close');
    expect(places.of(address)).toBeUndefined();
  });
});
