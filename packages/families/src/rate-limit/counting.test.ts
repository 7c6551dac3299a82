import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { admit } from './gcra.ts';
import { addToBucket, leakRate } from './leaky-bucket.ts';
import { countSliding } from './sliding-window.ts';
import { countInWindow } from './slot-window.ts';
import type { Counted } from './token-bucket.ts';
import { takeToken } from './token-bucket.ts';

/** Which of some requests pass, their times in milliseconds. */
function passes<S>(count: (state: S | undefined, now: number) => Counted<S>, times: readonly number[]): readonly boolean[] {
  let state: S | undefined;
  return times.map((now) => {
    const counted = count(state, now);
    if (counted.ok) state = counted.state;
    return counted.ok;
  });
}

const arrivals = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }).map((times) => times.sort((a, b) => a - b));

describe('token bucket', () => {
  const count = (state: Parameters<typeof takeToken>[1], now: number) =>
    takeToken({ capacity: 4, perFill: 2, intervalMs: 1000 }, state, now);

  it('starts full and is filled in steps, counted from the first request', () => {
    expect(passes(count, [100, 100, 100, 100, 100, 1099, 1100, 1100, 1100])).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('holds no more than its capacity, however long nobody came', () => {
    expect(passes(count, [0, 90_000, 90_000, 90_000, 90_000, 90_000])).toEqual([true, true, true, true, true, false]);
  });

  it('says when there is room', () => {
    expect(count({ tokens: 0, filledAt: 0 }, 400)).toEqual({ ok: false, retryAfterMs: 600 });
  });

  it('gets nothing from a clock that runs backwards', () => {
    expect(count({ tokens: 0, filledAt: 5000 }, 0)).toEqual({ ok: false, retryAfterMs: 6000 });
  });
});

describe('leaky bucket of nginx', () => {
  const bucket = { requests: 10, perMs: 1000, burst: 50 };

  it('takes burst and one at once, then one every tenth of a second', () => {
    const at = (state: Parameters<typeof addToBucket>[1], now: number) => addToBucket(bucket, state, now);
    const burst = Array.from({ length: 52 }, () => 0);
    expect(passes(at, burst).lastIndexOf(true)).toBe(50);
    expect(passes(at, [...burst, 99, 100, 100]).slice(-3)).toEqual([false, true, false]);
  });

  it('leaks whole thousandths, so one a minute is a little less', () => {
    expect(leakRate({ requests: 1, perMs: 60_000, burst: 0 })).toBe(16);
    expect(leakRate(bucket)).toBe(10_000);
    const minute = (state: Parameters<typeof addToBucket>[1], now: number) =>
      addToBucket({ requests: 1, perMs: 60_000, burst: 0 }, state, now);
    expect(passes(minute, [0, 60_000, 62_499, 62_500])).toEqual([true, false, false, true]);
  });

  it('says when there is room', () => {
    expect(addToBucket(bucket, { excess: 50_000, last: 0 }, 0)).toEqual({ ok: false, retryAfterMs: 100 });
  });
});

test('law: GCRA with a burst admits what a continuously filled bucket of burst + 1 tokens admits', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 500 }), (times, burst, intervalMs) => {
      // The bucket is counted in thousandths of a token times the interval, so that both sides stay whole numbers.
      const full = (burst + 1) * intervalMs;
      const bucket = (state: readonly [number, number] | undefined, now: number): Counted<readonly [number, number]> => {
        const [level, last] = state ?? [full, now];
        const filled = Math.min(full, level + now - last);
        return filled >= intervalMs ? { ok: true, state: [filled - intervalMs, now] } : { ok: false, retryAfterMs: intervalMs - filled };
      };
      expect(passes((state: number | undefined, now) => admit({ intervalMs, burst }, state, now), times)).toEqual(passes(bucket, times));
    }),
  );
});

test('law: a slot window never lets more than its limit pass in nine tenths of its length', () => {
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 10 }), (times, requests) => {
      const passed = times.filter(
        (_, index) =>
          passes((state: Parameters<typeof countInWindow>[1], now) => countInWindow({ requests, windowMs: 1000 }, state, now), times)[
            index
          ],
      );
      for (const time of passed)
        expect(passed.filter((other) => other >= time && other <= time + 900).length).toBeLessThanOrEqual(requests);
    }),
    { numRuns: 40 },
  );
});

test('law: what is refused passes at the time that the refusal names', () => {
  const leaky = { requests: 3, perMs: 1000, burst: 2 };
  fc.assert(
    fc.property(arrivals, (times) => {
      const check = <S>(count: (state: S | undefined, now: number) => Counted<S>): void => {
        let state: S | undefined;
        for (const now of times) {
          const counted = count(state, now);
          if (counted.ok) state = counted.state;
          else expect(count(state, now + counted.retryAfterMs).ok).toBe(true);
        }
      };
      check((state: Parameters<typeof takeToken>[1], now) => takeToken({ capacity: 6, perFill: 3, intervalMs: 1000 }, state, now));
      check((state: Parameters<typeof addToBucket>[1], now) => addToBucket(leaky, state, now));
      check((state: number | undefined, now) => admit({ intervalMs: 300, burst: 2 }, state, now));
      check((state: Parameters<typeof countInWindow>[1], now) => countInWindow({ requests: 4, windowMs: 1000 }, state, now));
      check((state: Parameters<typeof countSliding>[1], now) => countSliding({ requests: 4, windowMs: 1000 }, state, now));
    }),
  );
});

describe('sliding window', () => {
  it('weighs the window before by the part that is still covered', () => {
    const count = (state: Parameters<typeof countSliding>[1], now: number) => countSliding({ requests: 4, windowMs: 1000 }, state, now);
    // Four in the first window; in the middle of the second half of them still counts.
    expect(passes(count, [0, 0, 0, 0, 999, 1500, 1500, 1500])).toEqual([true, true, true, true, false, true, true, false]);
    expect(passes(count, [0, 0, 0, 0, 2000, 2000, 2000, 2000, 2000])).toEqual([true, true, true, true, true, true, true, true, false]);
  });
});
