import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { RateAnswer, RateLimitQuestion } from '@ingresskit/families';
import { afterEach, describe, expect, test } from 'vitest';
import type { ConnectLimitStoreOptions } from './connect-limit-store.ts';
import { connectLimitStore } from './connect-limit-store.ts';
import type { RedisCommands } from './redis-commands.ts';
import { RedisLimitStore, type StoreOutcome } from './redis-limit-store.ts';
import { FakeRespServer } from './testing/fake-resp-server.ts';
import { concurrencyQuestion, rateQuestion } from './testing/questions.ts';

const passed = '*2\r\n:0\r\n:0\r\n';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function server(reply?: FakeRespServer['reply']): Promise<FakeRespServer> {
  const fake = new FakeRespServer(reply);
  await fake.start();
  closers.push(() => fake.stop());
  return fake;
}

/** A store, and how its questions ended so far. */
function store(url: string, options: Partial<ConnectLimitStoreOptions> = {}): { store: RedisLimitStore; outcomes: StoreOutcome[] } {
  const outcomes: StoreOutcome[] = [];
  const created = connectLimitStore({ url, deadlineMs: 5_000, onOutcome: (outcome) => outcomes.push(outcome), ...options });
  closers.push(() => created.close());
  return { store: created, outcomes };
}

/** The connection stands as soon as a question reaches the server. */
async function untilShared(one: RedisLimitStore): Promise<void> {
  while (!one.isShared) await new Promise(setImmediate);
}

describe('with a server that answers', () => {
  test('asks once for all shared counters, by digest; the others are counted here', async () => {
    const fake = await server(() => passed);
    const { store: one, outcomes } = store(fake.url);
    await untilShared(one);
    expect(await one.count(rateQuestion(['a', 'b']))).toEqual({ verdict: 'passes' });
    expect(one.count(rateQuestion(['a'], { counted: 'replica' }))).toEqual({ verdict: 'passes' });
    expect(fake.commands).toHaveLength(1);
    const [name, , keys, first, second, ...values] = fake.commands[0] as string[];
    expect([name, keys]).toEqual(['EVALSHA', '2']);
    expect(first).toMatch(/^ingresskit:rate:[\w-]{43}$/);
    expect(second).not.toBe(first);
    expect(values).toEqual(['200000', '4', '200000', '4']);
    expect(outcomes).toEqual(['ok']);
  });

  test('a server that does not know the script gets its text', async () => {
    const fake = await server(([name]) => (name === 'EVALSHA' ? '-NOSCRIPT No matching script.\r\n' : passed));
    const { store: one } = store(fake.url);
    await untilShared(one);
    expect(await one.count(rateQuestion(['a']))).toEqual({ verdict: 'passes' });
    expect(fake.commands.map(([name]) => name)).toEqual(['EVALSHA', 'EVAL']);
    expect(fake.commands[1]?.[1]).toContain("redis.call('TIME')");
  });

  test('a full counter is not asked about again before there is room', async () => {
    let time = 0;
    const fake = await server(() => '*2\r\n:2\r\n:50000\r\n');
    const { store: one, outcomes } = store(fake.url, { now: () => time });
    await untilShared(one);
    expect(await one.count(rateQuestion(['a', 'b']))).toEqual({ verdict: 'exceeds', index: 1, retryAfterMs: 50 });
    time = 20;
    expect(one.count(rateQuestion(['c', 'b']))).toEqual({ verdict: 'exceeds', index: 1, retryAfterMs: 30 });
    time = 50;
    fake.reply = () => passed;
    expect(await one.count(rateQuestion(['b']))).toEqual({ verdict: 'passes' });
    expect(outcomes).toEqual(['over-limit', 'local', 'ok']);
  });

  test('places are taken and given back', async () => {
    const fake = await server(() => ':0\r\n');
    const { store: one } = store(fake.url);
    await untilShared(one);
    const { answer, leave } = await one.enter(concurrencyQuestion('a', 3));
    expect(answer).toEqual({ verdict: 'passes' });
    leave();
    leave();
    await one.enter(concurrencyQuestion('b', 3));
    expect(fake.commands.map(([name]) => name)).toEqual(['EVALSHA', 'ZREM', 'EVALSHA']);
    expect(fake.commands[1]?.[2]).toBe(fake.commands[0]?.[4]);
    fake.reply = () => ':1\r\n';
    expect((await one.enter(concurrencyQuestion('a', 3))).answer).toEqual({ verdict: 'exceeds', index: 0 });
  });
});

describe('with a server that does not', () => {
  const limitOfTwo = rateQuestion(['a'], { algorithm: 'leaky-bucket', requests: 1, perMs: 60_000, burst: 1 });

  test('silence: the request waits for the deadline and is counted here; after some nobody waits', async () => {
    const fake = await server(() => undefined);
    const { store: one, outcomes } = store(fake.url, { deadlineMs: 5, circuit: { failures: 2, baseMs: 60_000, longestMs: 60_000 } });
    await untilShared(one);
    expect([await one.count(limitOfTwo), await one.count(limitOfTwo)]).toEqual([{ verdict: 'passes' }, { verdict: 'passes' }]);
    // The local store still limits, and answers at once.
    expect(one.count(limitOfTwo)).toMatchObject({ verdict: 'exceeds', index: 0 });
    expect(outcomes).toEqual(['timeout', 'timeout', 'local']);
    expect(fake.commands).toHaveLength(2);
  });

  test('it was this process that was late: an answer that has arrived meanwhile counts', async () => {
    // An immediate stands for what a socket brings: asked for from one, it comes behind the timers that are due by then, and before what those put off.
    const client: RedisCommands = { isReady: true, sendCommand: () => new Promise((resolve) => setImmediate(() => resolve([0, 0]))) };
    await new Promise(setImmediate);
    const outcomes: StoreOutcome[] = [];
    const one = new RedisLimitStore({ client, deadlineMs: 1, onOutcome: (outcome) => outcomes.push(outcome) });
    const answer = one.count(limitOfTwo);
    const until = performance.now() + 5;
    while (performance.now() < until);
    expect(await answer).toEqual({ verdict: 'passes' });
    expect(outcomes).toEqual(['ok']);
  });

  test('an answer that comes too late gives its places back', async () => {
    let answerLate = (): void => undefined;
    const late = new Promise<string>((resolve) => {
      answerLate = () => resolve(':0\r\n');
    });
    const removed = new Promise<void>((resolve) => {
      closers.push(() => Promise.resolve());
      void server(([name]) => {
        if (name === 'ZREM') resolve();
        return name === 'ZREM' ? ':1\r\n' : late;
      }).then(async (fake) => {
        const { store: one } = store(fake.url, { deadlineMs: 5 });
        await untilShared(one);
        expect((await one.enter(concurrencyQuestion('a', 1))).answer).toEqual({ verdict: 'passes' });
        answerLate();
      });
    });
    await removed;
  });

  test('errors: counted here, and a probe brings the store back', async () => {
    let time = 0;
    const fake = await server(() => '-LOADING Redis is loading the dataset in memory\r\n');
    const { store: one, outcomes } = store(fake.url, { now: () => time, circuit: { failures: 1, baseMs: 100 } });
    await untilShared(one);
    await one.count(limitOfTwo);
    one.count(limitOfTwo);
    time = 100;
    fake.reply = () => passed;
    await one.count(limitOfTwo);
    await one.count(limitOfTwo);
    expect(outcomes).toEqual(['error', 'local', 'ok', 'ok']);
  });

  test('a connection that breaks in the middle of an answer', async () => {
    const fake = await server();
    fake.reply = async () => {
      await fake.stop();
      return undefined;
    };
    const errors: Error[] = [];
    const { store: one, outcomes } = store(fake.url, { onError: (error) => errors.push(error) });
    await untilShared(one);
    expect(await one.count(limitOfTwo)).toEqual({ verdict: 'passes' });
    expect(one.count(limitOfTwo)).toEqual({ verdict: 'passes' });
    expect(one.count(limitOfTwo)).toMatchObject({ verdict: 'exceeds' });
    expect(outcomes).toEqual(['error', 'local', 'local']);
    fake.reply = () => passed;
    await fake.start();
    await untilShared(one);
    expect(errors.length).toBeGreaterThan(0);
    expect((await one.count(rateQuestion(['b']))).verdict).toBe('passes');
    expect(outcomes.at(-1)).toBe('ok');
  });

  test('nobody listens: everything is counted here, and the part of each replica is its own', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    const { store: one } = store(`redis://:p4ssw0rd@127.0.0.1:${port}`, { replicas: 2 });
    const answers = Array.from({ length: 4 }, () => one.count(rateQuestion(['a'], { requests: 5 })) as RateAnswer);
    expect(answers.map(({ verdict }) => verdict)).toEqual(['passes', 'passes', 'exceeds', 'exceeds']);
    const places = [one.enter(concurrencyQuestion('a', 4)), one.enter(concurrencyQuestion('a', 4)), one.enter(concurrencyQuestion('a', 4))];
    expect(places.map((place) => (place instanceof Promise ? undefined : place.answer.verdict))).toEqual(['passes', 'passes', 'exceeds']);
  });

  test.each([
    ['nothing', '$-1\r\n'],
    ['a word', '+OK\r\n'],
    ['a counter that is none', '*2\r\n:7\r\n:1000\r\n'],
    ['half an answer', '*1\r\n:1\r\n'],
    ['words for numbers', '*2\r\n$1\r\nx\r\n$1\r\ny\r\n'],
    ['a time before now', '*2\r\n:1\r\n:-5\r\n'],
  ])('%s instead of a rate: counted here', async (_, reply) => {
    const fake = await server(() => reply);
    const { store: one, outcomes } = store(fake.url);
    await untilShared(one);
    expect([await one.count(limitOfTwo), await one.count(limitOfTwo)]).toEqual([{ verdict: 'passes' }, { verdict: 'passes' }]);
    expect(await one.count(limitOfTwo)).toMatchObject({ verdict: 'exceeds', index: 0 });
    expect(outcomes).toEqual(['error', 'error', 'error']);
  });

  test.each([
    ['nothing', '$-1\r\n'],
    ['a list', '*1\r\n:0\r\n'],
    ['a counter that is none', ':7\r\n'],
    ['a negative number', ':-1\r\n'],
  ])('%s instead of places: counted here, and what may have been taken is given back', async (_, reply) => {
    const fake = await server(([name]) => (name === 'ZREM' ? ':1\r\n' : reply));
    const { store: one, outcomes } = store(fake.url);
    await untilShared(one);
    const first = await one.enter(concurrencyQuestion('a', 1));
    expect(first.answer).toEqual({ verdict: 'passes' });
    expect((await one.enter(concurrencyQuestion('a', 1))).answer).toEqual({ verdict: 'exceeds', index: 0 });
    first.leave();
    expect((await one.enter(concurrencyQuestion('a', 1))).answer).toEqual({ verdict: 'passes' });
    expect(outcomes).toEqual(['error', 'error', 'error']);
    expect(fake.commands.filter(([name]) => name === 'ZREM').length).toBeGreaterThanOrEqual(2);
  });

  describe('and what becomes of requests then', () => {
    const away = async (whenAway: ConnectLimitStoreOptions['whenAway']): Promise<RedisLimitStore> => {
      const fake = await server(() => '-LOADING Redis is loading the dataset in memory\r\n');
      const { store: one } = store(fake.url, whenAway === undefined ? {} : { whenAway });
      await untilShared(one);
      return one;
    };
    const tight = { algorithm: 'leaky-bucket', requests: 1, perMs: 60_000, burst: 0 } as const;
    const rates = async (one: RedisLimitStore, counter = 'a'): Promise<string[]> => [
      (await one.count(rateQuestion([counter], tight))).verdict,
      (await one.count(rateQuestion([counter], tight))).verdict,
    ];
    const places = async (one: RedisLimitStore): Promise<string[]> => [
      (await one.enter(concurrencyQuestion('a', 1))).answer.verdict,
      (await one.enter(concurrencyQuestion('a', 1))).answer.verdict,
    ];

    test.each([
      [undefined, ['passes', 'exceeds']],
      ['local', ['passes', 'exceeds']],
      ['pass', ['passes', 'passes']],
      ['refuse', ['uncounted', 'uncounted']],
    ] as const)('%s', async (whenAway, verdicts) => {
      const one = await away(whenAway);
      // The first three ask in vain; the others find the circuit open.
      expect([await rates(one), await places(one)]).toEqual([verdicts, verdicts]);
      expect([await rates(one, 'b')]).toEqual([verdicts]);
    });

    test.each(['local', 'pass', 'refuse'] as const)('%s: what each replica counts is counted all the same', async (whenAway) => {
      const one = await away(whenAway);
      const mixed = (): RateLimitQuestion => {
        const [shared, own] = [rateQuestion(['shared']), rateQuestion(['own'], { ...tight, counted: 'replica' })];
        return { ...shared, counters: [...shared.counters, ...own.counters] };
      };
      const expected = whenAway === 'refuse' ? ['uncounted', 'uncounted'] : ['passes', 'exceeds'];
      const answers = [await one.count(mixed()), await one.count(mixed())];
      expect(answers.map(({ verdict }) => verdict)).toEqual(expected);
      if (whenAway !== 'refuse') expect(answers[1]).toMatchObject({ index: 1 });
    });

    test('one limit this way, another that way', async () => {
      const one = await away((counter) => (counter.startsWith('login') ? 'refuse' : counter.startsWith('free') ? 'pass' : 'local'));
      expect(await rates(one, 'login a')).toEqual(['uncounted', 'uncounted']);
      expect(await rates(one, 'free a')).toEqual(['passes', 'passes']);
      expect(await rates(one, 'other')).toEqual(['passes', 'exceeds']);
      expect(await one.count(rateQuestion(['free a', 'other'], tight))).toMatchObject({ verdict: 'exceeds', index: 1 });
      expect(await one.count(rateQuestion(['free a', 'login a'], tight))).toMatchObject({ verdict: 'uncounted' });
    });
  });

  test('rubbish instead of RESP', async () => {
    const fake = await server(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');
    const { store: one } = store(fake.url, { deadlineMs: 50 });
    await untilShared(one);
    expect((await one.count(limitOfTwo)).verdict).toBe('passes');
  });
});
