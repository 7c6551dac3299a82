import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { GatewayMetrics } from '@ingresskit/proxy';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { fakeIo } from '../testing/fake-io.ts';
import { type LimitStoreChoice, openLimitStore } from './limit-store.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Answers everything with one reply. */
async function serverOf(reply: string): Promise<number> {
  const server: Server = createServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => undefined).on('data', () => socket.write(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const question = {
  kind: 'rate-limit',
  at: undefined,
  counters: [
    {
      counter: 'rate-limit default/web',
      limit: {
        name: 'rate-limit',
        algorithm: 'slot-window',
        requests: 1,
        perMs: 1_000,
        burst: 0,
        scope: 'route',
        counted: 'gateway',
        answer: { status: 429, headers: {}, body: '' },
      },
    },
  ],
} as const;

async function open(choice: LimitStoreChoice, env: Readonly<Record<string, string>> = {}) {
  const io = { ...fakeIo(), env };
  const metrics = new GatewayMetrics();
  closers.push(() => metrics.close());
  const store = await openLimitStore(choice, metrics, io);
  closers.push(() => store?.close());
  return { store, io, metrics };
}

describe('the store of limits', () => {
  it('is none unless somebody asks for one', async () => {
    expect((await open({})).store).toBeUndefined();
    expect((await open({}, { INGRESSKIT_LIMIT_STORE: '' })).store).toBeUndefined();
  });

  it.each([
    [['serve', '--limit-store'], {}],
    [['gateway', '--kubeconfig', '/none', '--limit-store'], {}],
    [['serve'], { INGRESSKIT_LIMIT_STORE: 'http://:s3cret@a.example' }],
    [['gateway', '--kubeconfig', '/none'], { INGRESSKIT_LIMIT_STORE: 'http://:s3cret@a.example' }],
  ])('%j with a URL that cannot be used ends with status 2, and does not repeat it', async (words, env) => {
    const io = { ...fakeIo(), env };
    const isFlag = words.at(-1) === '--limit-store';
    expect(await run([...words, ...(isFlag ? ['http://:s3cret@a.example'] : [])], io)).toBe(2);
    expect(io.err()).toContain(`${isFlag ? '--limit-store' : '$INGRESSKIT_LIMIT_STORE'}: the URL of the store of limits must be redis://`);
    expect(io.out() + io.err()).not.toContain('s3cret');
  });

  it.each(['local', 'pass', 'refuse'] as const)('that is away is said once without its password; limits act as %s says', async (what) => {
    const port = await serverOf("-ERR unknown command 'AUTH', with args beginning with: 's3cret'\r\n");
    const { store, io, metrics } = await open({ limitStoreAway: what }, { INGRESSKIT_LIMIT_STORE: `redis://:s3cret@127.0.0.1:${port}` });
    const answers = [await store?.count(question), await store?.count(question)].map((answer) => answer?.verdict);
    expect(answers).toEqual({ local: ['passes', 'exceeds'], pass: ['passes', 'passes'], refuse: ['uncounted', 'uncounted'] }[what]);
    expect(io.err()).toMatch(/^ingresskit: the store of limits is away \(.*\[redacted\].*\); .* until it is back\.\n$/);
    expect(io.err() + io.out()).not.toContain('s3cret');
    expect(await metrics.text()).toContain('mseingress_ratelimit_backend_total{outcome="local"} 2');
  });

  it('on the command line comes before the environment', async () => {
    const [flag, environment] = [await serverOf('-ERR flag\r\n'), await serverOf('-ERR environment\r\n')];
    const { io } = await open(
      { limitStore: `redis://:x@127.0.0.1:${flag}` },
      { INGRESSKIT_LIMIT_STORE: `redis://:x@127.0.0.1:${environment}` },
    );
    expect(io.err()).toContain('(ERR flag)');
  });
});
