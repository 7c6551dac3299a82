import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { endpointKey } from '../endpoint.ts';
import type { Pick } from './balancer.ts';
import type { BalancerOptions } from './create-balancer.ts';
import { createBalancer } from './create-balancer.ts';
import { pods, spread, take, world } from './testing/balancing.ts';

describe('any algorithm', () => {
  const algorithms: BalancerOptions[] = [
    { algorithm: 'round_robin' },
    { algorithm: 'least_conn', warmUpMs: 30_000 },
    { algorithm: 'random' },
    { algorithm: 'ewma' },
    { hash: {} },
    { hash: { boundedLoad: 1.25 } },
    { hash: { subsetSize: 2 } },
    { affinity: { mode: 'balanced', backend: 'a' } },
    { affinity: { mode: 'persistent', backend: 'a', changeOnFailure: true } },
  ];
  const step = fc.record({
    list: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 6 }),
    key: fc.string({ maxLength: 4 }),
    outcome: fc.constantFrom('answered', 'connect-failure', 'failed', 'abandoned', 'held'),
    wait: fc.integer({ min: 0, max: 5_000 }),
  });

  test('an endpoint of the list is chosen whenever there is one, whatever failed before; counts return to nought', () => {
    fc.assert(
      fc.property(fc.constantFrom(...algorithms), fc.array(step, { maxLength: 60 }), fc.integer(), (options, steps, seed) => {
        const clock = world(seed);
        const balancer = createBalancer(options, clock);
        const held: Pick[] = [];
        for (const { list, key, outcome, wait } of steps) {
          clock.time += wait;
          const endpoints = list.flatMap((number) => pods(1, number));
          const pick = balancer.pick(endpoints, { hashKey: key, cookie: key });
          if (endpoints.length === 0) {
            expect(pick).toBe('no-endpoints');
            continue;
          }
          if (typeof pick === 'string') throw new Error(pick);
          expect(endpoints).toContain(pick.endpoint);
          if (outcome === 'held') held.push(pick);
          else pick.release(outcome === 'answered' ? { kind: outcome, latencyMs: wait } : { kind: outcome });
        }
        for (const pick of held) {
          pick.release({ kind: 'abandoned' });
          pick.release({ kind: 'abandoned' });
        }
        expect(balancer.report().every(({ active }) => active === 0)).toBe(true);
      }),
    );
  });

  test.each(algorithms.filter(({ affinity }) => affinity === undefined))('a retry avoids what was tried, while it can: %o', (options) => {
    const balancer = createBalancer(options, world());
    const list = pods(4);
    for (let round = 0; round < 50; round++) {
      const tried = new Set<string>();
      for (let attempt = 0; attempt < 4; attempt++) tried.add(take(balancer, list, { tried, hashKey: 'k' }).key);
      expect(tried.size).toBe(4);
      expect(take(balancer, list, { tried }).key).toBeTypeOf('string');
    }
  });
});

describe('round robin', () => {
  test('600 requests to 3 endpoints: 200 each', () => {
    expect([...spread(createBalancer({}, world()), pods(3), 600).values()]).toEqual([200, 200, 200]);
  });

  test('law: in any window of requests an endpoint is within one turn of its share', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), fc.nat(40), (weights, skip) => {
        const list = pods(weights.length).map((pod, index) => ({ ...pod, weight: weights[index] as number }));
        const balancer = createBalancer({}, world());
        spread(balancer, list, skip);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const counts = spread(balancer, list, total);
        expect(list.map((pod) => counts.get(endpointKey(pod)) ?? 0)).toEqual(weights);
      }),
    );
  });

  test('weights mix instead of coming in a row', () => {
    const list = pods(3).map((pod, index) => ({ ...pod, weight: [5, 1, 1][index] as number }));
    const balancer = createBalancer({}, world());
    const order = Array.from({ length: 7 }, () => {
      const pick = take(balancer, list);
      pick.release({ kind: 'answered', latencyMs: 1 });
      return pick.endpoint.address.at(-1);
    });
    expect(order.join('')).toBe('1121311');
  });

  test('an endpoint that comes and goes makes no burst', () => {
    const balancer = createBalancer({}, world());
    spread(balancer, pods(2), 1_001);
    const counts = spread(balancer, pods(3), 30);
    expect([...counts.values()].every((count) => count >= 9 && count <= 11)).toBe(true);
  });

  test('weight 0 gets nothing beside others, and everything alone', () => {
    const [first, second] = pods(2) as [Endpoint, Endpoint];
    const none = { ...second, weight: 0 };
    expect(spread(createBalancer({}, world()), [first, none], 10).get(endpointKey(none))).toBeUndefined();
    expect(spread(createBalancer({}, world()), [none], 10).get(endpointKey(none))).toBe(10);
  });
});

describe('least request', () => {
  test('an endpoint with many requests in flight gets few', () => {
    const balancer = createBalancer({ algorithm: 'least_conn' }, world());
    const list = pods(3);
    for (let index = 0; index < 300; index++) take(balancer, list);
    const active = balancer.report().map(({ active }) => active);
    expect(Math.max(...active) - Math.min(...active)).toBeLessThanOrEqual(3);
  });
});

describe('ewma', () => {
  test('a slow endpoint gets less than the fast ones, and is tried again after a while', () => {
    const clock = world();
    const balancer = createBalancer({ algorithm: 'ewma' }, clock);
    const list = pods(3);
    const counts = new Map<string, number>();
    const run = (requests: number, slow: number): void => {
      counts.clear();
      for (let index = 0; index < requests; index++) {
        clock.time += 10;
        const pick = take(balancer, list);
        counts.set(pick.key, (counts.get(pick.key) ?? 0) + 1);
        pick.release({ kind: 'answered', latencyMs: pick.key === '10.0.0.1:80' ? slow : 10 });
      }
    };
    run(1_000, 400);
    expect(counts.get('10.0.0.1:80') ?? 0).toBeLessThan(60);
    for (let round = 0; round < 4; round++) run(3_000, 10);
    expect(counts.get('10.0.0.1:80') ?? 0).toBeGreaterThan(700);
  });
});

describe('ring hash', () => {
  it('gives a key one endpoint; six pods, one URI, one pod', () => {
    expect(spread(createBalancer({ hash: {} }, world()), pods(6), 100, () => ({ hashKey: '/one' })).size).toBe(1);
  });

  it('gives a key exactly its subset of three over a hundred requests', () => {
    expect(spread(createBalancer({ hash: { subsetSize: 3 } }, world()), pods(6), 100, () => ({ hashKey: '/one' })).size).toBe(3);
    expect(spread(createBalancer({ hash: { subsetSize: 3 } }, world()), pods(2), 100, () => ({ hashKey: '/one' })).size).toBe(2);
  });

  it('never loads an endpoint above the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 1, max: 3, noNaN: true }),
        (count, requests, bound) => {
          const balancer = createBalancer({ hash: { boundedLoad: bound } }, world());
          const list = pods(count);
          for (let index = 1; index <= requests; index++) {
            take(balancer, list, { hashKey: 'hot' });
            const most = Math.max(...balancer.report().map(({ active }) => active));
            expect(most).toBeLessThanOrEqual(Math.ceil((bound * index) / count));
          }
        },
      ),
    );
  });
});
