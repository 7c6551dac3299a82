import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { closedByPeer, closedEndpoint, startBackend } from '../testing/backend.ts';
import { FastCgiBench } from '../testing/fastcgi-bench.ts';
import { answer, endRequest, stdout } from '../testing/fastcgi-responder.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const off = { 'proxy-next-upstream': 'off' };

test('a process that breaks the protocol: 502, and nothing of it reaches the client', async () => {
  const responder = await bench.responder(() => Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'));
  const running = await bench.serveFastCgi([responder.endpoint], off);
  const ended = running.nextRecord();
  expect(await sendRaw(running.port, get)).toMatchObject({ status: 502, body: '' });
  expect(await ended).toMatchObject({ flags: ['UPE'], upstreamFailure: 'FCGI_VERSION', tries: 1 });
  await closedByPeer(responder.connections[0]);
});

test('in the middle of an answer: the client sees that it is cut', async () => {
  const responder = await bench.responder((_, socket) => {
    socket.write(stdout('X: 1\r\n\r\nhello'));
    return undefined;
  });
  const running = await bench.serveFastCgi([responder.endpoint], off);
  const ended = running.nextRecord();
  const client = connect(running.port, '127.0.0.1');
  let text = '';
  client.on('error', () => undefined).write(get);
  client.on('data', (chunk: Buffer) => {
    const had = text.includes('hello');
    text += chunk.toString('latin1');
    if (!had && text.includes('hello')) responder.connections[0]?.write(endRequest(3));
  });
  await new Promise((resolve) => client.once('close', resolve));
  expect(text).toMatch(/^HTTP\/1.1 200 /);
  expect(text).not.toMatch(/\r\n0\r\n/);
  expect(await ended).toMatchObject({ complete: false, flags: ['UPE'] });
});

test('a process that is overloaded has seen nothing: another one is asked, whatever the method', async () => {
  let count = 0;
  const listener = (): Buffer => (++count === 1 ? endRequest(2) : answer('X: 1\r\n\r\nok'));
  const responders = [await bench.responder(listener), await bench.responder(listener)];
  const running = await bench.serveFastCgi(
    responders.map(({ endpoint }) => endpoint),
    { 'proxy-body-size': '1m' },
  );
  const ended = running.nextRecord();
  const { status } = await sendRaw(running.port, 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi');
  expect([status, (await ended).tries]).toEqual([200, 2]);
  expect(responders.map(({ seen }) => seen.length)).toEqual([1, 1]);
});

test('a dead process is passed over, as retries say', async () => {
  const responder = await bench.responder(() => answer('X: 1\r\n\r\nok'));
  const { port } = await bench.serveFastCgi([await closedEndpoint(), responder.endpoint]);
  for (let round = 0; round < 4; round++) expect((await sendRaw(port, get)).status).toBe(200);
});

test('nobody is there: 503', async () => {
  const running = await bench.serveFastCgi([await closedEndpoint()], off);
  const ended = running.nextRecord();
  expect((await sendRaw(running.port, get)).status).toBe(503);
  expect(await ended).toMatchObject({ flags: ['UF'], upstreamFailure: 'ECONNREFUSED' });
});

test('a process that never answers is given up', async () => {
  const responder = await bench.responder(() => undefined);
  const running = await bench.serveFastCgi([responder.endpoint], { ...off, 'proxy-read-timeout': '1' });
  const ended = running.nextRecord();
  expect((await sendRaw(running.port, get)).status).toBe(504);
  expect((await ended).flags).toEqual(['UT']);
  await closedByPeer(responder.connections[0]);
});

test('a client that goes away takes its request with it', async () => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const responder = await bench.responder((_, socket) => {
    socket.write(stdout('X: 1\r\n\r\nhel'));
    arrive();
    return undefined;
  });
  const running = await bench.serveFastCgi([responder.endpoint]);
  const ended = running.nextRecord();
  const client = connect(running.port, '127.0.0.1');
  client.on('error', () => undefined).write(get);
  await arrived;
  client.destroy();
  await closedByPeer(responder.connections[0]);
  expect(await ended).toMatchObject({ flags: ['DC'], complete: false });
});

test('an error page comes from its own service, over HTTP', async () => {
  const responder = await bench.responder(() => answer('Status: 503 No\r\n\r\nbroken'));
  const sorry = await startBackend();
  bench.closes(() => sorry.close());
  const manifests =
    ingressYaml(
      'php',
      'a.example',
      { '/': 'php' },
      { 'backend-protocol': 'FCGI', 'default-backend': 'sorry', 'custom-http-errors': '503', ...off },
    ) +
    serviceYaml('php') +
    serviceYaml('sorry');
  const endpoints = { 'default/php:80': [responder.endpoint], 'default/sorry:80': [sorry.endpoint] };
  const running = await startProxy(compiled(manifests, endpoints, 'ingress-nginx'));
  bench.closes(() => running.close());
  const { status, body } = await sendRaw(running.port, get);
  expect([status, JSON.parse(body)]).toMatchObject([200, { method: 'GET', headers: { 'x-code': '503' } }]);
});
