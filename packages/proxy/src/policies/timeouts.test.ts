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

it('proxy-send-timeout: a backend that does not take the body is given up', async () => {
  let now = 0;
  const web = await stage.raw((socket) => void socket.pause());
  const running = await stage.serve({
    annotations: { 'proxy-send-timeout': '20', 'proxy-body-size': '0', 'proxy-request-buffering': 'off', 'proxy-next-upstream': 'off' },
    endpoints: { 'default/web:80': [web.endpoint] },
    profile: 'ingress-nginx',
    options: { now: () => now },
  });
  const socket = stage.connect(running.port);
  socket.write('POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 50000000\r\n\r\n');
  socket.write(Buffer.alloc(50_000_000));
  await until(() => web.connections.length > 0);
  // Time goes on to less than what holds without the annotation.
  const clock = setInterval(() => {
    if (now < 60_000) now += 2_000;
  }, 100);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  clearInterval(clock);
  expect(String(answer)).toContain('HTTP/1.1 504');
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
  expect(await ended).toMatchObject({ flags: ['UF'], details: 'upstream_connect_timeout', upstreamFailure: 'UND_ERR_CONNECT_TIMEOUT' });
});
