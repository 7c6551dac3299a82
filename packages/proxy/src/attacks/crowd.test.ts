import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../testing/certificates.ts';
import { nodeHello } from '../testing/client-hello.ts';
import type { Running } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { SlowClients, type Slowness } from '../testing/slow-clients.ts';
import { Stage } from '../testing/stage.ts';
import { request } from './guarded.ts';

/** What reliability.md §2.7 asks for, or what this process may open: some connections go on to a backend, which stands here as well. */
const crowd = Math.min(10_000, Math.floor(openFiles() / 1.7));
const large = Buffer.alloc(10_000_000);
const get = request([], '', 'GET');

const stage = new Stage();
afterEach(() => stage.close());

/** Descriptors that a process may have. */
function openFiles(): number {
  const report = process.report.getReport() as unknown as { readonly userLimits: { readonly open_files: { readonly soft: unknown } } };
  const { soft } = report.userLimits.open_files;
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY;
}

/** A proxy with a plain listener and one for TLS; all its deadlines are the same. */
async function serve(limitMs: number): Promise<Running> {
  const backend = await stage.backend((incoming, response) => {
    incoming.on('end', () => void response.end(incoming.url === '/large' ? large : 'ok')).resume();
  });
  return await stage.serve({
    endpoints: { 'default/web:80': [backend.endpoint] },
    options: {
      defaultCertificate: await (await createAuthority()).issue('default.example'),
      listeners: [{ port: 0 }, { port: 0, tls: true }],
      timeouts: {
        tlsHandshakeMs: limitMs,
        headersMs: limitMs,
        bodyIdleMs: limitMs,
        keepAliveMs: limitMs,
        streamIdleMs: limitMs,
        clientStallMs: limitMs,
      },
    },
  });
}

/** So many clients, slow in every way. Most say little or nothing, since they are the cheapest for who sends them. */
async function slownesses({ port, tlsPort }: Running, total: number): Promise<readonly Slowness[]> {
  const hello = (await nodeHello('a.example')).toString('latin1');
  const ways: readonly (readonly [share: number, way: Omit<Slowness, 'count'>])[] = [
    [0.2, { port, opening: 'GET / HTTP/1.1\r\nHost: a.exa', reads: true }],
    [0.1, { port, opening: 'GET / HTTP/1.1\r\nHost: a.example\r\nX: ', piece: 'y', reads: true }],
    [0.01, { port, opening: request(['Content-Length: 100000']), reads: true }],
    [0.01, { port, opening: request(['Content-Length: 100000']), piece: 'y', reads: true }],
    [0.02, { port, opening: get, reads: true }],
    [0.01, { port: tlsPort, opening: hello, reads: true }],
    [0.01, { port: tlsPort, opening: hello.slice(0, 20), reads: true }],
    // The system takes megabytes of what one of them does not read.
    [0.001, { port, opening: request([], '', 'GET', '/large'), reads: false }],
  ];
  const some = ways.map(([share, way]) => ({ ...way, count: Math.floor(share * total) }));
  return [...some, { port, opening: '', reads: true, count: total - some.reduce((sum, { count }) => sum + count, 0) }];
}

async function withClients(kinds: readonly Slowness[], run: (clients: SlowClients) => Promise<void>): Promise<void> {
  const clients = new SlowClients(kinds);
  try {
    await run(clients);
  } finally {
    await clients.close();
  }
}

async function alone({ proxy }: Running): Promise<void> {
  while (proxy.report().connections > 0) await new Promise(setImmediate);
}

// Nothing here is timed; a connection that the proxy forgets runs into the limit of the test.
describe(`A17: ${crowd} clients that take their time`, () => {
  it('at once take less than 200 MB, and do not keep others from being served', async () => {
    const running = await serve(3_600_000);
    // What the first of them cost is paid once.
    await withClients(await slownesses(running, 500), async (clients) => void (await clients.full()));
    await alone(running);
    const before = process.memoryUsage.rss();
    await withClients(await slownesses(running, crowd), async (clients) => {
      expect(await clients.full()).toBe(crowd);
      while (running.proxy.report().connections < crowd) await new Promise(setImmediate);
      for (let round = 0; round < 100; round++) {
        expect(await sendRaw(running.port, get)).toMatchObject({ status: 200, body: 'ok' });
        expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
      }
      expect(running.proxy.report().connections).toBeGreaterThanOrEqual(crowd);
    });
    await alone(running);
    expect(running.errors).toEqual([]);
  });

  it('are all closed when their time is over', async () => {
    const running = await serve(1_000);
    // Who does not read does not see either that nobody writes any more.
    const kinds = (await slownesses(running, crowd)).filter(({ reads }) => reads);
    await withClients(kinds, async (clients) => {
      const opened = clients.full();
      for (let isFull = false; !isFull; ) {
        isFull = await Promise.race([opened.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 50, false))]);
        expect(await sendRaw(running.port, get)).toMatchObject({ status: 200, body: 'ok' });
      }
      await clients.ended();
    });
    await alone(running);
    expect(running.proxy.report().exchanges).toEqual(0);
    expect(running.errors).toEqual([]);
  });
});
