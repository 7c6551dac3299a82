import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divide, sum } from './shares.ts';

describe('divide', () => {
  test.each([
    [100, [80, 20], [80, 20]],
    [100, [1, 1, 1], [34, 33, 33]],
    [100, [7], [100]],
    [50, [30, 70], [15, 35]],
    [7, [1, 1], [4, 3]],
    [0, [1, 2], [0, 0]],
    [100, [0, 0], [100, 0]],
  ])('%i by %j', (whole, weights, shares) => {
    expect(divide(whole, weights)).toEqual(shares);
  });

  test('what rounding leaves never goes to an arm of weight 0', () => {
    expect(divide(100, [0, 33, 33, 33])).toEqual([0, 34, 33, 33]);
  });

  test('integers stay exact where a 32-bit or 64-bit fraction would be truncated one too low', () => {
    for (const share of [29, 53, 57, 58, 59]) expect(divide(100, [100 - share, share])).toEqual([100 - share, share]);
  });

  test('shares are whole, never negative, and sum to the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 12 }),
        (whole, weights) => {
          const shares = divide(whole, weights);
          expect(shares).toHaveLength(weights.length);
          expect(sum(shares)).toBe(whole);
          for (const share of shares) expect(Number.isInteger(share) && share >= 0).toBe(true);
        },
      ),
    );
  });

  test('an arm is never more than one rounding away from its exact share, except the first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 6 }), (weights) => {
        const total = sum(weights);
        divide(100, weights).forEach((share, index) => {
          const exact = ((weights[index] ?? 0) * 100) / total;
          if (index > 0) expect(exact - share).toBeLessThan(1);
          expect(share).toBeGreaterThanOrEqual(Math.floor(exact));
        });
      }),
    );
  });
});
