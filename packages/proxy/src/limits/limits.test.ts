import type { ConcurrencyQuestion, RateLimit, RateLimitQuestion } from '@ingresskit/families';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Circuit } from './circuit.ts';
import { MemoryLimitStore } from './memory-limit-store.ts';

const limit: RateLimit = {
  name: 'rate-limit',
  algorithm: 'leaky-bucket',
  requests: 10,
  perMs: 1_000,
  burst: 4,
  scope: 'route',
  counted: 'replica',
  answer: { status: 429, headers: {}, body: '' },
};
const ask = (...counters: string[]): RateLimitQuestion => ({
  kind: 'rate-limit',
  at: undefined,
  counters: counters.map((counter) => ({ counter, limit })),
});
const places = (most: number, ...counters: string[]): ConcurrencyQuestion => ({
  kind: 'concurrency-limit',
  at: undefined,
  durationMs: 1,
  counters: counters.map((counter) => ({ counter, most, counted: 'replica' })),
});

describe('the store in memory', () => {
  test('burst + 1 at once, then the rate', () => {
    let time = 0;
    const store = new MemoryLimitStore({ now: () => time });
    const passes = (): number =>
      Array.from({ length: 20 }, () => store.count(ask('a')).verdict).filter((verdict) => verdict === 'passes').length;
    expect(passes()).toBe(5);
    time = 1_000;
    expect(passes()).toBe(5);
    time = 1_200;
    expect(passes()).toBe(2);
  });

  test('a request above one limit is counted against none', () => {
    const store = new MemoryLimitStore({ now: () => 0 });
    for (let index = 0; index < 5; index++) store.count(ask('full'));
    expect(store.count(ask('free', 'full'))).toMatchObject({ verdict: 'exceeds', index: 1 });
    expect(Array.from({ length: 5 }, () => store.count(ask('free')).verdict)).toEqual(Array(5).fill('passes'));
    expect(store.peek(ask('free')).verdict).toBe('exceeds');
  });

  test('a million keys do not fill the memory (A48)', () => {
    const store = new MemoryLimitStore({ now: () => 0, mostCounters: 1_000 });
    for (let index = 0; index < 1_000_000; index++) store.count(ask(`key ${index}`));
    expect(store.size.rates).toBeGreaterThanOrEqual(500);
    expect(store.size.rates).toBeLessThanOrEqual(1_000);
  });

  test('law: never more in flight than there are places, and everybody who leaves makes room', () => {
    const step = fc.record({ counters: fc.subarray(['a', 'b', 'c'], { minLength: 1 }), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, most) => {
        const store = new MemoryLimitStore({ now: () => 0 });
        const inside: { counters: readonly string[]; leave: () => void }[] = [];
        for (const { counters, leaves } of steps) {
          if (leaves) {
            const last = inside.pop();
            last?.leave();
            last?.leave();
          }
          const full = counters.findIndex((counter) => inside.filter((other) => other.counters.includes(counter)).length >= most);
          const { answer, leave } = store.enter(places(most, ...counters));
          expect(answer).toEqual(full < 0 ? { verdict: 'passes' } : { verdict: 'exceeds', index: full });
          if (full < 0) inside.push({ counters, leave });
          else leave();
        }
        for (const { leave } of inside) leave();
        expect(store.size.inFlight).toBe(0);
      }),
    );
  });
});

describe('circuit', () => {
  test('opens after failures in a row, lets one request find out, and closes when it succeeds', () => {
    let time = 0;
    const circuit = new Circuit(() => time, { failures: 2, baseMs: 100 });
    circuit.failed();
    circuit.succeeded();
    circuit.failed();
    expect(circuit.enter()).toBe(true);
    circuit.failed();
    expect(circuit.enter()).toBe(false);
    time = 100;
    expect([circuit.enter(), circuit.enter()]).toEqual([true, false]);
    circuit.failed();
    time = 299;
    expect(circuit.enter()).toBe(false);
    time = 300;
    expect(circuit.enter()).toBe(true);
    circuit.succeeded();
    expect([circuit.enter(), circuit.enter(), circuit.state]).toEqual([true, true, 'closed']);
  });

  test('late failures do not lengthen a pause', () => {
    let time = 0;
    const circuit = new Circuit(() => time, { failures: 1, baseMs: 100 });
    for (let index = 0; index < 20; index++) circuit.failed();
    time = 100;
    expect(circuit.state).toBe('half-open');
  });
});
