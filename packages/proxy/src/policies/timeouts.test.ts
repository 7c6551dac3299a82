import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it('proxy-read-timeout: a backend that says nothing for so long is given up', async () => {
  let now = 0;
  let asked = false;
  const web = await stage.backend(() => {
    asked = true;
  });
  const running = await stage.serve({
    annotations: { 'proxy-read-timeout': '70', 'proxy-next-upstream': 'off' },
    endpoints: { 'default/web:80': [web.endpoint] },
    profile: 'ingress-nginx',
    options: { now: () => now },
  });
  const answer = running.proxy.fetch('http://a.example/');
  await until(() => asked);
  // Less than what holds for a stream without the annotation.
  now = 70_001;
  expect((await answer).status).toBe(504);
  expect(running.records).toMatchObject([{ flags: ['UT'], details: 'response_timeout' }]);
});

it('proxy-send-timeout: a client that stops in the middle of its body is given up', async () => {
  let now = 0;
  const web = await stage.backend(() => undefined);
  const running = await stage.serve({
    annotations: { 'proxy-send-timeout': '20', 'proxy-request-buffering': 'off' },
    endpoints: { 'default/web:80': [web.endpoint] },
    profile: 'ingress-nginx',
    options: { now: () => now },
  });
  const socket = stage.connect(running.port);
  socket.write('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100000\r\n\r\nhello');
  await until(() => web.seen.length > 0);
  // Less than what holds without the annotation.
  now = 21_000;
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toContain('HTTP/1.1 408');
});

it('proxy-connect-timeout: an endpoint that takes no connection is given up', async () => {
  const silent = await stage.raw(() => undefined);
  const running = await stage.serve({
    // The connection stands when TLS does, and this server never says a word.
    annotations: { 'backend-protocol': 'HTTPS', 'proxy-connect-timeout': '1', 'proxy-next-upstream': 'off' },
    endpoints: { 'default/web:80': [silent.endpoint] },
    profile: 'ingress-nginx',
    options: { timeouts: { upstreamConnectMs: 600_000 } },
  });
  const ended = running.nextRecord();
  expect((await running.proxy.fetch('http://a.example/')).status).toBe(504);
  expect(await ended).toMatchObject({ flags: ['UF'], details: 'upstream_connect_timeout', upstreamFailure: 'CONNECT_TIMEOUT' });
});
