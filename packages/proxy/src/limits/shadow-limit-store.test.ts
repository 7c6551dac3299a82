import type { RateLimitQuestion } from '@ingresskit/families';
import { describe, expect, test } from 'vitest';
import { concurrencyQuestion, rateQuestion } from '../redis/testing/questions.ts';
import type { LimitStore } from './limit-store.ts';
import { MemoryLimitStore } from './memory-limit-store.ts';
import { ShadowLimitStore, type ShadowLimitStoreOptions } from './shadow-limit-store.ts';

const once = { algorithm: 'leaky-bucket', requests: 1, perMs: 60_000, burst: 0 } as const;

function shadow(options: Partial<ShadowLimitStoreOptions> = {}): {
  readonly store: ShadowLimitStore;
  readonly memory: MemoryLimitStore;
  readonly above: string[];
} {
  const above: string[] = [];
  const memory = new MemoryLimitStore({ now: () => 0 });
  return { store: new ShadowLimitStore({ store: memory, onExceeds: (counter) => above.push(counter), ...options }), memory, above };
}

test('requests above a limit are counted and reported, and none is refused', async () => {
  const { store, memory, above } = shadow();
  expect(await store.count(rateQuestion(['a'], once))).toEqual({ verdict: 'passes' });
  expect(await store.count(rateQuestion(['a'], once))).toEqual({ verdict: 'passes', above: 0 });
  const first = await store.enter(concurrencyQuestion('b', 1));
  const second = await store.enter(concurrencyQuestion('b', 1));
  expect([first.answer, second.answer]).toEqual([{ verdict: 'passes' }, { verdict: 'passes', above: 0 }]);
  expect(above).toEqual(['a', 'b']);
  second.leave();
  expect(memory.size.inFlight).toBe(1);
  first.leave();
  first.leave();
  expect(memory.size.inFlight).toBe(0);
});

describe('of two limits one is only watched', () => {
  const isShadow = (counter: string): boolean => counter.startsWith('watched');
  const question = (requests: number): RateLimitQuestion => ({
    ...rateQuestion([]),
    counters: [...rateQuestion(['watched'], once).counters, ...rateQuestion(['enforced'], { ...once, burst: requests - 1 }).counters],
  });

  test('the other holds, and counts requests above the watched one', async () => {
    const { store, above } = shadow({ isShadow });
    const answers = [await store.count(question(2)), await store.count(question(2)), await store.count(question(2))];
    expect(answers).toMatchObject([{ verdict: 'passes' }, { verdict: 'passes', above: 0 }, { verdict: 'exceeds', index: 1 }]);
    expect(above).toEqual(['watched']);
  });

  test('places of both are given back', async () => {
    const { store, memory } = shadow({ isShadow });
    const places = {
      ...concurrencyQuestion('watched', 2),
      counters: [...concurrencyQuestion('watched', 2).counters, ...concurrencyQuestion('enforced', 1).counters],
    };
    const inside = await store.enter(places);
    expect((await store.enter(places)).answer).toEqual({ verdict: 'exceeds', index: 1 });
    expect(memory.size.inFlight).toBe(2);
    inside.leave();
    expect(memory.size.inFlight).toBe(0);
  });
});

test('a store that fails refuses nothing that is only watched, and what is enforced stays its matter', async () => {
  const failing: LimitStore = {
    count: () => Promise.reject(new Error('down')),
    enter: () => Promise.reject(new Error('down')),
    close: () => Promise.resolve(),
  };
  const { store } = shadow({ store: failing });
  expect(await store.count(rateQuestion(['a']))).toEqual({ verdict: 'passes' });
  expect((await store.enter(concurrencyQuestion('a', 1))).answer).toEqual({ verdict: 'passes' });
  await expect(shadow({ store: failing, isShadow: () => false }).store.count(rateQuestion(['a']))).rejects.toThrow('down');
});
