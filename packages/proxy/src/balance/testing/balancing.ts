import type { Endpoint } from '../../endpoint.ts';
import type { BalanceHint, Balancer, Pick } from '../balancer.ts';

/** Ready endpoints 10.0.0.1:80, 10.0.0.2:80, … */
export const pods = (count: number, from = 1): Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ address: `10.0.0.${index + from}`, port: 80, ready: true }));

/** A clock and a seeded generator (mulberry32). */
export function world(seed = 1): { now: () => number; random: () => number; time: number } {
  const self = {
    time: 0,
    now: () => self.time,
    random: () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
  return self;
}

/** The pick; a refusal fails the test. */
export function take(balancer: Balancer, list: readonly Endpoint[], hint?: BalanceHint): Pick {
  const pick = balancer.pick(list, hint);
  if (typeof pick === 'string') throw new Error(pick);
  return pick;
}

/** Picks and ends each request at once; counts by endpoint. */
export function spread(
  balancer: Balancer,
  list: readonly Endpoint[],
  requests: number,
  hint?: (index: number) => BalanceHint,
): Map<string, number> {
  const counts = new Map<string, number>();
  for (let index = 0; index < requests; index++) {
    const pick = take(balancer, list, hint?.(index));
    counts.set(pick.key, (counts.get(pick.key) ?? 0) + 1);
    pick.release({ kind: 'answered', latencyMs: 5 });
  }
  return counts;
}
