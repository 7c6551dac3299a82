import { admit } from '@ingresskit/families';
import fc from 'fast-check';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectLimitStore } from './connect-limit-store.ts';
import { runScript } from './redis-commands.ts';
import { RedisLimitStore } from './redis-limit-store.ts';
import { rateScript } from './scripts.ts';
import { concurrencyQuestion, rateQuestion } from './testing/questions.ts';
import { type RealServer, startRealServer } from './testing/real-server.ts';

const createDirect = () => createClient({ url, RESP: 2, maintNotifications: 'disabled' });

let server: RealServer | undefined;
let url: string;
let direct: ReturnType<typeof createDirect>;
const stores: RedisLimitStore[] = [];

beforeAll(async () => {
  server = await startRealServer(['--enable-debug-command', 'yes']);
  url = `redis://127.0.0.1:${server.port}`;
  direct = createDirect();
  await direct.connect();
});

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await direct.flushAll();
});

afterAll(async () => {
  direct?.destroy();
  await server?.stop();
});

async function open(leaseMs?: number): Promise<RedisLimitStore> {
  const store = connectLimitStore({ url, deadlineMs: 5_000, ...(leaseMs === undefined ? {} : { leaseMs }) });
  stores.push(store);
  while (!store.isShared) await new Promise(setImmediate);
  return store;
}

describe('rates', () => {
  test('two gateways together let no more pass than one limit, and everything is counted once', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const question = rateQuestion(['a'], { requests: 20, perMs: 3_600_000 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? one : other).count(question)));
    expect(answers.filter(({ verdict }) => verdict === 'passes')).toHaveLength(20);
    const refused = answers.find((answer) => answer.verdict === 'exceeds');
    expect(refused).toMatchObject({ index: 0 });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(170_000);
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(180_000);
  });

  test('a request above one counter is counted in none', async () => {
    const one = await open();
    const limit = { requests: 2, perMs: 3_600_000 };
    await one.count(rateQuestion(['full'], limit));
    await one.count(rateQuestion(['full'], limit));
    expect(await one.count(rateQuestion(['free', 'full'], limit))).toMatchObject({ verdict: 'exceeds', index: 1 });
    const free = [
      await one.count(rateQuestion(['free'], limit)),
      await one.count(rateQuestion(['free'], limit)),
      await one.count(rateQuestion(['free'], limit)),
    ];
    expect(free.map(({ verdict }) => verdict)).toEqual(['passes', 'passes', 'exceeds']);
  });

  test('counters vanish when their bucket is full again', async () => {
    const one = await open();
    await one.count(rateQuestion(['a'], { requests: 10, perMs: 1_000 }));
    const [key] = await direct.keys('ingresskit:rate:*');
    const left = await direct.pTTL(key as string);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(102);
  });

  test('scripts that were flushed come back', async () => {
    const one = await open();
    await one.count(rateQuestion(['a']));
    await direct.scriptFlush();
    expect((await one.count(rateQuestion(['a']))).verdict).toBe('passes');
  });

  test('law: the script admits what `admit` admits', async () => {
    // The server's clock runs, so intervals are long and only the number of admissions from a given state is compared.
    const hour = 3_600_000_000;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 20 }), async (burst, requests) => {
        await direct.flushAll();
        let state: number | undefined;
        for (let index = 0; index < requests; index++) {
          const [position] = (await runScript(
            { isReady: true, sendCommand: (args) => direct.sendCommand(args) },
            rateScript,
            ['k'],
            [String(hour), String(burst)],
          )) as [number];
          const counted = admit({ intervalMs: hour / 1000, burst }, state, 0);
          expect(position === 0).toBe(counted.ok);
          if (counted.ok) state = counted.state;
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a schedule far in the future, as after a clock that was set back, waits no longer than a full bucket', async () => {
    await direct.set('k', String(9e15));
    const reply = await runScript({ isReady: true, sendCommand: (args) => direct.sendCommand(args) }, rateScript, ['k'], ['1000000', '4']);
    expect(reply).toEqual([1, 1_000_000]);
  });
});

describe('places', () => {
  test('two gateways share them, and who leaves makes room for the other', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const admissions = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).enter(concurrencyQuestion('a', 4))),
    );
    const inside = admissions.filter(({ answer }) => answer.verdict === 'passes');
    expect(inside).toHaveLength(4);
    for (const { leave } of admissions) leave();
    // Both connections have carried the releases out when they answer again.
    await Promise.all([one.count(rateQuestion(['x'])), other.count(rateQuestion(['x']))]);
    expect((await direct.keys('ingresskit:in-flight:*')).length).toBe(0);
    expect((await one.enter(concurrencyQuestion('a', 4))).answer.verdict).toBe('passes');
  });

  test('the places of a gateway that died come back by themselves, those of a living one stay', async () => {
    let isAlive = true;
    const dying = new RedisLimitStore({
      client: {
        get isReady() {
          return isAlive;
        },
        sendCommand: (args) => direct.sendCommand(args),
      },
      deadlineMs: 5_000,
      leaseMs: 300,
    });
    stores.push(dying);
    const living = await open(300);
    await dying.enter(concurrencyQuestion('dead', 1));
    await living.enter(concurrencyQuestion('alive', 1));
    // From now on it neither renews nor gives back.
    isAlive = false;
    const third = await open(300);
    let refused = 0;
    while ((await third.enter(concurrencyQuestion('dead', 1))).answer.verdict !== 'passes') {
      refused += 1;
      await new Promise(setImmediate);
    }
    expect(refused).toBeGreaterThan(0);
    expect((await third.enter(concurrencyQuestion('alive', 1))).answer.verdict).toBe('exceeds');
  });
});
