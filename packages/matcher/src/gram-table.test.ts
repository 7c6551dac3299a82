import { compilePattern } from '@ingresskit/annotations';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GramTable, gramsOf } from './gram-table.ts';
import type { PatternEntry } from './pattern-entry.ts';

const compiled = compilePattern('a');
if (!compiled.ok) throw new Error(compiled.problem.message);
const { pattern } = compiled;

const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', ' ', '~'), maxLength: 12 });

test('finds the runs that a text holds, and no others', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 40 }), text, (pieces, subject) => {
      const table = new GramTable(pieces.length);
      const wanted = new Set<number>();
      pieces.forEach((piece, index) => {
        const [gram] = gramsOf(piece);
        if (gram === undefined) return;
        table.add(gram, { index, pattern });
        if (subject.includes(piece.slice(0, 4))) wanted.add(index);
      });
      const found = [...(table.listsIn(subject) ?? [])].flat().map(({ index }: PatternEntry) => index);
      expect(found.sort()).toEqual([...wanted].sort());
    }),
    { numRuns: 2000 },
  );
});

test('runs are of two to four characters, and of printable ASCII', () => {
  expect(['', 'a', 'ab', 'abc', 'abcd', 'abcdef', 'abé', 'ab\n'].map((piece) => gramsOf(piece).length)).toEqual([0, 0, 1, 1, 1, 3, 0, 0]);
  expect(new Set(['ab', 'abc', 'abcd', ' ab', 'bcd'].flatMap(gramsOf)).size).toBe(5);
});

test('says nothing of a text that is not printable ASCII', () => {
  const table = new GramTable(0);
  expect(['/é', '/\n', '/\u007f', '/\u212a'].map((subject) => table.listsIn(subject))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(table.listsIn('/ ~')?.size).toBe(0);
});
