import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

describe('a bounded map', () => {
  test('holds the half of its bound that was used last, and forgets what was not used', () => {
    const map = new BoundedMap<number>(4);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect([map.get('a'), map.size]).toEqual([1, 3]);
    map.set('d', 4);
    expect([map.get('a'), map.get('b'), map.get('d')]).toEqual([1, undefined, 4]);
    map.delete('a');
    expect(map.get('a')).toBeUndefined();
    expect(() => new BoundedMap(1)).toThrow(TypeError);
  });

  test('law: the values are those of a map, the last half is always there, and there are never more than the bound', () => {
    const step = fc.record({ key: fc.constantFrom(...'abcdefgh'), write: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 7 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
        const map = new BoundedMap<number>(most);
        const all = new Map<string, number>();
        let used: string[] = [];
        steps.forEach(({ key, write }, index) => {
          if (write) {
            map.set(key, index);
            all.set(key, index);
          } else {
            const value = map.get(key);
            if (value === undefined) expect(used.slice(0, Math.floor(most / 2))).not.toContain(key);
            else expect(value).toBe(all.get(key));
          }
          if (map.size > most) throw new Error(`${map.size} of ${most}`);
          if (map.get(key) !== undefined) used = [key, ...used.filter((other) => other !== key)];
        });
      }),
    );
  });
});
