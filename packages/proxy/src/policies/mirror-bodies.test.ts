import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../proxy-options.ts';
import type { Backend } from '../testing/backend.ts';
import type { Running } from '../testing/harness.ts';
import { serviceYaml } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const annotations = { 'mse.ingress.kubernetes.io/mirror-target-service': 'shadow:80' };

interface Mirrored {
  readonly running: Running;
  readonly web: Backend;
  /** Lengths of the bodies that came to the backend and to the mirror. */
  readonly got: { readonly web: string[]; readonly shadow: string[] };
}

async function mirrored(options: ProxyOptions = {}, more: Readonly<Record<string, string>> = {}): Promise<Mirrored> {
  const got = { web: [] as string[], shadow: [] as string[] };
  const listener =
    (list: string[]): Parameters<Stage['backend']>[0] =>
    (request, response) => {
      let size = 0;
      request.on('data', (piece: Buffer) => (size += piece.length));
      request.on('end', () => {
        list.push(`${size} ${request.headers['content-length'] ?? request.headers['transfer-encoding']}`);
        response.end('ok');
      });
    };
  const [web, shadow] = await Promise.all([stage.backend(listener(got.web)), stage.backend(listener(got.shadow))]);
  const running = await stage.serve({
    annotations: { ...annotations, ...more },
    endpoints: { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow.endpoint] },
    more: serviceYaml('shadow'),
    options,
  });
  return { running, web, got };
}

const settled = ({ running: { proxy } }: Mirrored): Promise<void> =>
  until(() => {
    const { sent, failed, dropped } = proxy.report().mirrors;
    return sent + failed + dropped > 0 && proxy.report().exchanges === 0;
  });

function post(framing: string, body: string): string {
  return `POST / HTTP/1.1\r\nHost: a.example\r\n${framing}\r\n\r\n${body}`;
}

function chunked(sizes: readonly number[]): string {
  return `${sizes.map((size) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`).join('')}0\r\n\r\n`;
}

describe('bodies that stream are copied', () => {
  it.each([
    ['chunked', post('Transfer-Encoding: chunked', chunked([5, 1, 70_000])), 70_006],
    ['byte by byte', post('Transfer-Encoding: chunked', chunked(new Array<number>(3_000).fill(1))), 3_000],
    ['longer than what retries hold', post('Content-Length: 300000', 'x'.repeat(300_000)), 300_000],
    ['as long as may be', post('Content-Length: 1048576', 'x'.repeat(1_048_576)), 1_048_576],
  ])('%s', async (_name, request, size) => {
    const play = await mirrored();
    expect((await sendRaw(play.running.port, request)).status).toBe(200);
    await settled(play);
    expect(play.got.shadow).toEqual([`${size} ${size}`]);
    expect(play.running.proxy.report().mirrors).toEqual({ sent: 1, failed: 0, dropped: 0 });
  });

  it.each([
    ['on', 5_000],
    ['off', 5_000],
    ['on', 200_000],
  ])('with proxy-request-buffering %s, %d bytes', async (value, size) => {
    const [web, shadow] = await Promise.all([stage.backend(), stage.backend()]);
    const { port, proxy } = await stage.serve({
      annotations: { 'proxy-request-buffering': value, 'mirror-target': `http://shadow.example:${shadow.endpoint.port}/` },
      endpoints: { 'default/web:80': [web.endpoint] },
      profile: 'ingress-nginx',
      options: { allowAddress: () => true, resolver: { resolve: () => Promise.resolve(['127.0.0.1']) } },
    });
    expect((await sendRaw(port, post('Transfer-Encoding: chunked', chunked([size])))).status).toBe(200);
    await until(() => proxy.report().mirrors.sent + proxy.report().mirrors.failed + proxy.report().mirrors.dropped > 0);
    expect([proxy.report().mirrors.sent, shadow.seen[0]?.headers['content-length']]).toEqual([1, String(size)]);
  });

  it('over HTTP/2 of a client as well', async () => {
    const play = await mirrored();
    const body = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 10; index++) controller.enqueue(Buffer.alloc(10_000));
        controller.close();
      },
    });
    await play.running.proxy.fetch('http://a.example/', { method: 'POST', body, duplex: 'half' } as RequestInit);
    await settled(play);
    expect(play.got.shadow).toEqual(['100000 100000']);
  });
});

describe('a copy is dropped and counted, and the request goes on,', () => {
  it.each([
    ['where the body says that it is too long', post('Content-Length: 1048577', 'x'.repeat(1_048_577)), {}, 1_048_577],
    ['where it turns out to be too long', post('Transfer-Encoding: chunked', chunked([1_000_000, 48_577])), {}, 1_048_577],
    ['where it is longer than the options allow', post('Transfer-Encoding: chunked', chunked([101])), { mostBodyBytes: 100 }, 101],
    ['where the queue has no memory left', post('Transfer-Encoding: chunked', chunked([101])), { mostBytes: 100 }, 101],
    ['where the queue has no memory for what is held', post('Content-Length: 101', 'x'.repeat(101)), { mostBytes: 100 }, 101],
  ])('%s', async (_name, request, mirrors, size) => {
    const play = await mirrored({ mirrors });
    expect((await sendRaw(play.running.port, request)).status).toBe(200);
    await settled(play);
    expect([play.got.web.map((line) => line.split(' ')[0]), play.got.shadow]).toEqual([[String(size)], []]);
    expect(play.running.proxy.report().mirrors).toEqual({ sent: 0, failed: 0, dropped: 1 });
  });

  it('where the client breaks off, and the memory comes back', async () => {
    const play = await mirrored({ mirrors: { mostBytes: 10 } });
    const socket = stage.connect(play.running.port);
    socket.write(post('Transfer-Encoding: chunked', '9\r\n123456789\r\n'));
    await until(() => play.web.seen.length > 0);
    socket.destroy();
    await settled(play);
    expect([play.got.shadow, play.running.proxy.report().mirrors]).toEqual([[], { sent: 0, failed: 0, dropped: 1 }]);
    expect((await sendRaw(play.running.port, post('Transfer-Encoding: chunked', chunked([10])))).status).toBe(200);
    await until(() => play.got.shadow.length > 0);
  });
});

it('a request with a mirror reaches its backend before its body is complete', async () => {
  const play = await mirrored();
  const socket = stage.connect(play.running.port);
  socket.write(post('Content-Length: 40000', 'x'));
  await until(() => play.web.seen.length > 0);
  socket.write('x'.repeat(39_999));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toContain('200 OK');
  await settled(play);
  expect(play.got.shadow).toEqual(['40000 40000']);
});

it('a copy is sent once, however often its request is tried', async () => {
  const shadow = await stage.backend();
  const web = await stage.backend((_request, response) => void response.writeHead(503).end());
  const { proxy } = await stage.serve({
    annotations: { ...annotations, 'proxy-next-upstream': 'http_503', 'proxy-next-upstream-tries': '3' },
    endpoints: { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow.endpoint] },
    more: serviceYaml('shadow'),
  });
  expect((await proxy.fetch('http://a.example/')).status).toBe(503);
  await until(() => proxy.report().mirrors.sent > 0);
  expect([web.seen.length, shadow.seen.length]).toEqual([3, 1]);
});
