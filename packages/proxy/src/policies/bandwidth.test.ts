import { afterEach, expect, it } from 'vitest';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it('limit-rate: while no time passes, no more comes than the first second allows', async () => {
  const size = 4_000_000;
  const web = await stage.backend((request, response) => void response.end(request.url === '/long' ? Buffer.alloc(size) : 'ok'));
  const running = await stage.serve({
    annotations: { 'limit-rate': '1', 'limit-rate-after': '100', 'proxy-buffering': 'on' },
    endpoints: { 'default/web:80': [web.endpoint] },
    profile: 'ingress-nginx',
    options: { now: () => 0 },
  });
  const socket = stage.connect(running.port);
  let received = 0;
  socket.on('data', (piece: Buffer) => (received += piece.length));
  socket.write('GET /long HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await until(() => received > 100_000);
  // Meanwhile others are served from beginning to end.
  for (let index = 0; index < 200; index++) await (await running.proxy.fetch('http://a.example/')).text();
  expect(received).toBeLessThan(size / 2);
});
