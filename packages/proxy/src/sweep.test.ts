import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Expirable, Sweeper } from './sweep.ts';

class Item implements Expirable {
  slot = -1;
  turns = 0;
  onSweep: (() => void) | undefined;

  sweep(): void {
    this.turns += 1;
    this.onSweep?.();
  }
}

test('law: whoever is in has one turn each sweep, whoever left has none', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ item: fc.nat(7), joins: fc.boolean() }), { maxLength: 60 }), (steps) => {
      const sweeper = new Sweeper(() => 0);
      const items = Array.from({ length: 8 }, () => new Item());
      const inside = new Set<Item>();
      for (const { item, joins } of steps) {
        const one = items[item] as Item;
        if (joins) {
          sweeper.add(one);
          inside.add(one);
        } else {
          sweeper.delete(one);
          inside.delete(one);
        }
      }
      sweeper.sweep();
      sweeper.close();
      expect(sweeper.size).toBe(inside.size);
      expect(items.map(({ turns }) => turns)).toEqual(items.map((one) => (inside.has(one) ? 1 : 0)));
    }),
  );
});

test('one that leaves in its turn takes no other one’s turn away', () => {
  const sweeper = new Sweeper(() => 0);
  const items = Array.from({ length: 6 }, () => new Item());
  for (const item of items) {
    item.onSweep = () => sweeper.delete(item);
    sweeper.add(item);
  }
  sweeper.sweep();
  sweeper.close();
  expect([items.map(({ turns }) => turns), sweeper.size]).toEqual([[1, 1, 1, 1, 1, 1], 0]);
});
