import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersistentMap } from './persistent-map.ts';

type Edit = readonly [key: string, value: number | undefined];

// Few keys make edits meet, many make maps split into shards; odd ones try prototypes.
const key = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map((n) => `key-${n}`),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', 'ä', '\ud800'),
);
const edit: fc.Arbitrary<Edit> = fc.tuple(key, fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 3 }));
const batch = fc.array(edit, { maxLength: 200 });

function applied(model: ReadonlyMap<string, number>, edits: readonly Edit[]): Map<string, number> {
  const next = new Map(model);
  for (const [name, value] of edits) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  return next;
}

function sorted(entries: Iterable<readonly [string, number]>): (readonly [string, number])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

describe('a persistent map', () => {
  it('is a Map in every version, and no version changes another', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
        const versions: { readonly map: PersistentMap<number>; readonly model: Map<string, number> }[] = [
          { map: PersistentMap.empty(), model: new Map() },
        ];
        for (const edits of batches) {
          const last = versions.at(-1) as (typeof versions)[number];
          versions.push({ map: last.map.withChanges(edits), model: applied(last.model, edits) });
        }
        for (const { map, model } of versions) {
          expect(map.size).toBe(model.size);
          expect(map.sortedEntries()).toEqual(sorted(model));
          expect(sorted(map)).toEqual(sorted(model));
          expect([...map.keys()].sort()).toEqual([...model.keys()].sort());
          expect([...map.values()].sort()).toEqual([...model.values()].sort());
          for (const name of ['key-1', '__proto__', 'toString', 'absent', ...model.keys()]) {
            expect(map.get(name)).toBe(model.get(name));
            expect(map.has(name)).toBe(model.has(name));
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('stays the same map where nothing changed', () => {
    fc.assert(
      fc.property(batch, batch, (first, second) => {
        const map = PersistentMap.from(first.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
        // The second batch, and then back to how it was.
        const back: Edit[] = second.map(([name]) => [name, map.get(name)]);
        expect(map.withChanges([...second, ...back])).toBe(map);
        const changed = map.withChanges(second);
        const same = [...applied(new Map(map), second)];
        const isSame = JSON.stringify(sorted(same)) === JSON.stringify(map.sortedEntries());
        expect(changed === map).toBe(isSame);
      }),
      { numRuns: 150 },
    );
  });

  it('has one empty form', () => {
    const big = PersistentMap.from(Array.from({ length: 500 }, (_, n) => [`k${n}`, n] as const));
    expect(big.size).toBe(500);
    expect(big.withChanges([...big.keys()].map((name) => [name, undefined] as const))).toBe(PersistentMap.empty());
    expect(PersistentMap.from<number>([])).toBe(PersistentMap.empty());
    expect(big.delete('absent')).toBe(big);
    expect(big.set('k1', 1)).toBe(big);
    expect(big.set('k1', 2).get('k1')).toBe(2);
    expect(big.delete('k1').has('k1')).toBe(false);
    expect(big.get('k1')).toBe(1);
  });

  it('lends its draft only for the time of the edit', () => {
    const map = PersistentMap.from([['a', 1]]);
    let leaked: { set(key: string, value: number): void } | undefined;
    const next = map.mutate((draft) => {
      leaked = draft;
      draft.set('b', 2);
      expect([draft.size, draft.get('b'), draft.has('a')]).toEqual([2, 2, true]);
      draft.delete('a');
      expect(draft.size).toBe(1);
    });
    expect(() => leaked?.set('c', 3)).toThrow(TypeError);
    expect(next.sortedEntries()).toEqual([['b', 2]]);
    expect(map.sortedEntries()).toEqual([['a', 1]]);
  });

  it('is left as it was by an edit that throws', () => {
    const map = PersistentMap.from([['a', 1]]);
    expect(() =>
      map.mutate((draft) => {
        draft.set('a', 2);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(map.get('a')).toBe(1);
  });
});
