import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ring } from './ring.ts';
import { subsetsOf } from './subset.ts';

const members = fc.uniqueArray(
  fc.integer({ min: 0, max: 40 }).map((number) => `10.0.0.${number}:80`),
  { minLength: 1, maxLength: 12 },
);
const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);

describe('ring', () => {
  test('law: the order of members does not matter', () => {
    fc.assert(
      fc.property(members, (list) => {
        const [one, other] = [new Ring(list), new Ring(list.toReversed())];
        for (const key of keys) expect(one.ownerOf(key)).toBe(other.ownerOf(key));
      }),
    );
  });

  test('law: a member that joins or leaves moves no key between the others', () => {
    fc.assert(
      fc.property(members, (list) => {
        const last = list.at(-1) as string;
        const [before, after] = [new Ring(list.slice(0, -1)), new Ring(list)];
        for (const key of keys) if (after.ownerOf(key) !== last) expect(after.ownerOf(key)).toBe(before.ownerOf(key));
      }),
    );
  });

  test('law: from a key all members follow, each once, its owner first', () => {
    fc.assert(
      fc.property(members, fc.string(), (list, key) => {
        const ring = new Ring(list);
        const order = [...ring.from(key)];
        expect(order[0]).toBe(ring.ownerOf(key));
        expect(order.toSorted()).toEqual(list.toSorted());
      }),
    );
  });

  test('shares are even: each of ten members gets 6 to 14 of 100 keys', () => {
    const ring = new Ring(Array.from({ length: 10 }, (_, index) => `10.0.0.${index}:8080`));
    const counts = new Map<string, number>();
    for (let index = 0; index < 100_000; index++) {
      const owner = ring.ownerOf(`/path/${index}`) as string;
      counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(6_000);
      expect(count).toBeLessThan(14_000);
    }
  });

  test('an empty ring owns nothing', () => {
    expect(new Ring([]).ownerOf('a')).toBeUndefined();
    expect([...new Ring([]).from('a')]).toEqual([]);
  });
});

test('subsets have the size asked for, the last filled up from the start, no element twice', () => {
  expect(subsetsOf([1, 2, 3, 4, 5], 3)).toEqual([
    [1, 2, 3],
    [4, 5, 1],
  ]);
  expect(subsetsOf([1, 2], 3)).toEqual([[1, 2]]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }), (count, size) => {
      const list = Array.from({ length: count }, (_, index) => index);
      const groups = subsetsOf(list, size);
      expect(groups.length).toBe(Math.ceil(count / size));
      expect(new Set(groups.flat()).size).toBe(count);
      for (const group of groups) {
        expect(new Set(group).size).toBe(group.length);
        expect(group.length).toBe(Math.min(size, count));
      }
    }),
  );
});
