import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Backend, type Echo, startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';

let backend: Backend;
let running: Running;

beforeAll(async () => {
  backend = await startBackend();
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web');
  running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
});

afterAll(async () => {
  await running.close();
  await backend.close();
});

it('forwards a GET', async () => {
  const answer = await sendRaw(running.port, 'GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nX-A: b\r\n\r\n');
  expect(answer.status).toBe(200);
  const echo = JSON.parse(answer.body) as Echo;
  expect(echo).toMatchObject({ method: 'GET', url: '/x?y=1', headers: { host: 'a.example', 'x-a': 'b', 'x-forwarded-for': '127.0.0.1' } });
});

it('forwards bodies, with a length and in chunks', async () => {
  const withLength = await sendRaw(running.port, 'POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello');
  expect(JSON.parse(withLength.body)).toMatchObject({ method: 'POST', body: 'hello' });
  const inChunks = await sendRaw(
    running.port,
    'POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n',
  );
  expect(JSON.parse(inChunks.body)).toMatchObject({ method: 'POST', body: 'abcde' });
});

it('serves several requests on one connection', async () => {
  const request = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
  const { text } = await sendRaw(running.port, request + request, { responses: 2 });
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

it('answers 404 for what it does not know', async () => {
  expect(await sendRaw(running.port, 'GET / HTTP/1.1\r\nHost: b.example\r\n\r\n')).toMatchObject({ status: 404 });
});

it('answers requests of the same process', async () => {
  const response = await running.proxy.fetch('http://a.example/from/here', { method: 'POST', body: 'text', headers: { 'x-b': '1' } });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ method: 'POST', url: '/from/here', body: 'text' });
});

it('a drain serves new connections until others have heard of it, then refuses them', async () => {
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web');
  const one = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
  const drained = one.proxy.drain({ graceMs: 3_000, propagationMs: 1_000 });
  expect(await sendRaw(one.port, 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n')).toMatchObject({ status: 200 });
  await drained;
  expect(await sendRaw(one.port, 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n')).toMatchObject({ status: 0, closed: true });
});

it('closing ends a drain that still waits', async () => {
  const one = await startProxy(compiled(''));
  const drained = one.proxy.drain({ graceMs: 1_000_000, propagationMs: 400_000 });
  await one.proxy.close();
  await drained;
});

it('a signal that is aborted already leaves nothing open', async () => {
  const signal = AbortSignal.abort(new Error('planned'));
  await expect(startProxy(compiled(''), { signal })).rejects.toBe(signal.reason);
  const closed = await startProxy(compiled(''));
  await closed.close();
  await expect(closed.proxy.listen()).rejects.toThrow('closed');
  closed.proxy.update(compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web')).table);
  expect((await closed.proxy.fetch('http://a.example/')).status).toBe(503);
});

it('a fetch ends with the reason of its signal', async () => {
  let asked = 0;
  let isAsked: (() => void) | undefined;
  const slow = await startBackend((_request, response) => {
    asked += 1;
    if (_request.url === '/stream') response.write('begun');
    isAsked?.();
  });
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web');
  const one = await startProxy(compiled(manifests, { 'default/web:80': [slow.endpoint] }));
  await expect(one.proxy.fetch('http://a.example/', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect([asked, one.records]).toEqual([0, []]);

  const controller = new AbortController();
  const arrived = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const answer = one.proxy.fetch('http://a.example/', { signal: controller.signal });
  await arrived;
  controller.abort();
  await expect(answer).rejects.toBe(controller.signal.reason);

  const other = new AbortController();
  const response = await one.proxy.fetch('http://a.example/stream', { signal: other.signal });
  other.abort(new Error('planned'));
  await expect(response.text()).rejects.toBe(other.signal.reason);
  expect(one.proxy.report().exchanges).toBe(0);
  await one.close();
  await slow.close();
});
