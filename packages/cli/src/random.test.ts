import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';

function numbers(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
}

describe('seededRandom', () => {
  it('repeats itself for one seed and differs between seeds', () => {
    expect(numbers(7, 50)).toEqual(numbers(7, 50));
    expect(numbers(7, 5)).not.toEqual(numbers(8, 5));
    expect(numbers(-1, 5)).not.toEqual(numbers(1, 5));
  });

  it('stays in [0, 1) and fills it evenly', () => {
    const drawn = numbers(1, 20_000);
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = drawn.filter((number) => Math.floor(number * 10) === tenth).length / drawn.length;
      expect(share).toBeGreaterThan(0.09);
      expect(share).toBeLessThan(0.11);
    }
  });
});
