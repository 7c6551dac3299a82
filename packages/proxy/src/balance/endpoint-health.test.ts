import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import type { Balancer } from './balancer.ts';
import { createBalancer } from './create-balancer.ts';
import { pods, spread, take, world } from './testing/balancing.ts';

describe('warm-up', () => {
  test('a new endpoint starts with a small share that grows to an equal one', () => {
    const clock = world();
    const balancer = createBalancer({ warmUpMs: 10_000 }, clock);
    spread(balancer, pods(3), 30);
    clock.time = 60_000;
    spread(balancer, pods(3), 30);
    const list = pods(4);
    expect(spread(balancer, list, 310).get('10.0.0.4:80')).toBe(10);
    clock.time += 5_000;
    expect(spread(balancer, list, 350).get('10.0.0.4:80')).toBe(50);
    clock.time += 5_000;
    expect(spread(balancer, list, 400).get('10.0.0.4:80')).toBeGreaterThanOrEqual(99);
  });

  test('an endpoint that comes back warms up again', () => {
    const clock = world();
    const balancer = createBalancer({ warmUpMs: 10_000 }, clock);
    spread(balancer, pods(2), 10);
    clock.time = 60_000;
    spread(balancer, pods(1), 10);
    const count = spread(balancer, pods(2), 110).get('10.0.0.2:80') ?? 0;
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(11);
  });
});

describe('passive health', () => {
  const fail = (balancer: Balancer, list: readonly Endpoint[], key: string, times: number): void => {
    for (let left = times; left > 0; ) {
      const pick = take(balancer, list);
      if (pick.key === key) left -= 1;
      pick.release(pick.key === key ? { kind: 'connect-failure' } : { kind: 'answered', latencyMs: 1 });
    }
  };

  test('ejections grow, end, and shrink again after health', () => {
    const clock = world();
    const balancer = createBalancer({ health: { failures: 3, baseMs: 1_000 } }, clock);
    const list = pods(3);
    const key = '10.0.0.1:80';
    const isOut = (): boolean => balancer.report().some((report) => report.key === key && report.ejected);
    fail(balancer, list, key, 2);
    expect(isOut()).toBe(false);
    fail(balancer, list, key, 1);
    expect(isOut()).toBe(true);
    expect(spread(balancer, list, 30).get(key)).toBeUndefined();
    clock.time += 1_000;
    expect(isOut()).toBe(false);
    fail(balancer, list, key, 1);
    clock.time += 1_999;
    expect(isOut()).toBe(true);
    clock.time += 2_001;
    spread(balancer, list, 30);
    expect(isOut()).toBe(false);
    // It has been well for as long as the last ejection, so the next one is short again.
    fail(balancer, list, key, 3);
    clock.time += 999;
    expect(isOut()).toBe(true);
    clock.time += 1;
    expect(isOut()).toBe(false);
  });

  test('when most endpoints fail, all are used', () => {
    const balancer = createBalancer({ health: { failures: 1 } }, world());
    const list = pods(3);
    fail(balancer, list, '10.0.0.1:80', 1);
    expect(spread(balancer, list, 30).size).toBe(2);
    fail(balancer, list, '10.0.0.2:80', 1);
    expect(spread(balancer, list, 30).size).toBe(3);
  });

  test('an ejection outlives a short absence from the list', () => {
    const balancer = createBalancer({ health: { failures: 1, baseMs: 30_000 } }, world());
    fail(balancer, pods(3), '10.0.0.1:80', 1);
    spread(balancer, pods(2, 2), 4);
    expect(spread(balancer, pods(3), 30).size).toBe(2);
  });
});

describe('bounds', () => {
  test('a full endpoint is passed over, a full backend overflows', () => {
    const balancer = createBalancer({ mostActive: 3 }, world());
    const list = pods(2);
    const [first] = [take(balancer, list), take(balancer, list), take(balancer, list)];
    expect(balancer.pick(list)).toBe('overflow');
    first?.release({ kind: 'abandoned' });
    expect(take(balancer, list).key).toBeTypeOf('string');
    const narrow = createBalancer({ mostActivePerEndpoint: 1 }, world());
    const held = take(narrow, list);
    take(narrow, list);
    expect(narrow.pick(list)).toBe('overflow');
    held.release({ kind: 'abandoned' });
    expect(take(narrow, list).key).toBe(held.key);
  });
});
