import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

/** More than the kernel holds of a connection on its way. */
const large = 60_000_000;

async function get(buffering: Readonly<Record<string, string>>, bytes: number): Promise<{ isOver(): boolean; rest(): Promise<number> }> {
  let isOver = false;
  const web = await stage.backend((_request, response) => {
    response.setHeader('content-length', String(bytes));
    response.on('finish', () => {
      isOver = true;
    });
    response.end(Buffer.alloc(bytes));
  });
  const running = await stage.serve({
    annotations: buffering,
    endpoints: { 'default/web:80': [web.endpoint] },
    profile: 'ingress-nginx',
  });
  const socket = stage.connect(running.port);
  socket.write('GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n');
  await until(() => web.seen.length > 0);
  return {
    isOver: () => isOver,
    async rest() {
      let size = 0;
      socket.on('data', (chunk: Buffer) => {
        size += chunk.length;
      });
      await once(socket, 'end');
      return size;
    },
  };
}

it('proxy-buffering: the backend is let go before the client has read a byte', async () => {
  const answer = await get({ 'proxy-buffering': 'on', 'proxy-buffers-number': '256', 'proxy-buffer-size': '64k' }, 16_000_000);
  await until(() => answer.isOver());
  expect(await answer.rest()).toBeGreaterThan(16_000_000);
});

it('and never more than the buffers hold is taken ahead', async () => {
  const answer = await get({ 'proxy-buffering': 'on', 'proxy-buffers-number': '4', 'proxy-buffer-size': '64k' }, large);
  // Requests of others come and go meanwhile.
  for (let count = 0; count < 20; count++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(answer.isOver()).toBe(false);
  expect(await answer.rest()).toBeGreaterThan(large);
});
