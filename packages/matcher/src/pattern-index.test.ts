import { compilePattern, type PatternOptions } from '@ingresskit/annotations';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PatternEntry } from './pattern-entry.ts';
import { PatternIndex } from './pattern-index.ts';

function entriesOf(sources: readonly string[], options: PatternOptions = {}): readonly PatternEntry[] {
  return sources.map((source, index) => entryOf(index, source, { end: 'open', ...options }));
}

function entryOf(index: number, source: string, options: PatternOptions): PatternEntry {
  const compiled = compilePattern(source, options);
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return { index, pattern: compiled.pattern };
}

const piece = fc.constantFrom(
  '/',
  'a',
  'b',
  'ab',
  'abc',
  'Ab',
  'k',
  '.*',
  '[ab]+',
  '(a|b)',
  '(/|/ab)',
  '(abc|bca|cab)',
  '|/b',
  '?',
  'é',
  '{2}',
  'a{3}',
);
const source = fc
  .tuple(fc.constantFrom('', '/', '^', '/ab'), fc.array(piece, { maxLength: 5 }))
  .map(([start, parts]) => start + parts.join(''));
const options = fc.record({ end: fc.constantFrom('open' as const, 'full' as const, 'search' as const), ignoreCase: fc.boolean() });
const patterns = fc
  .array(fc.tuple(source, options), { maxLength: 60 })
  .map((all) => all.flatMap(([text, how]) => (compilePattern(text, how).ok ? [[text, how] as const] : [])));
const text = fc
  .array(fc.constantFrom('/', 'a', 'b', 'c', 'A', 'B', 'k', '\u212a', 'é', '.'), { maxLength: 10 })
  .map((parts) => `/${parts.join('')}`);
/** As short as most, or as long as a path may be, with what matters at either end. */
const path = fc.oneof(
  { weight: 3, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc
      .tuple(text, fc.constantFrom('x', 'ab', '/a'), text)
      .map(([start, middle, end]) => (start + middle.repeat(4096)).slice(0, 8192 - end.length) + end),
  },
);

describe('the patterns that may match a path', () => {
  it('are in order, each once, and all that match are among them', () => {
    let matched = 0;
    fc.assert(
      fc.property(patterns, fc.array(path, { maxLength: 3 }), (all, paths) => {
        const entries = all.map(([own, how], index) => entryOf(index, own, how));
        const index = new PatternIndex(entries);
        for (const subject of paths) {
          const candidates = index.candidates(subject);
          const places = candidates.map((entry) => entry.index);
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
          const matches = ({ pattern }: PatternEntry): boolean => pattern.test(subject);
          const wanted = entries.filter(matches);
          matched += wanted.length;
          expect(candidates.filter(matches)).toEqual(wanted);
        }
      }),
      { numRuns: 300 },
    );
    expect(matched).toBeGreaterThan(100);
  });

  it('of many have the beginning of the path', () => {
    const entries = entriesOf(Array.from({ length: 1000 }, (_, number) => `/app-${number}/(.*)`));
    expect(new PatternIndex(entries).candidates('/app-7/x').map(({ index }) => index)).toEqual([7]);
    expect(new PatternIndex(entries).candidates('/other')).toEqual([]);
    const anyCase = new PatternIndex(
      entriesOf(
        Array.from({ length: 1000 }, (_, number) => `/App-${number}/(.*)`),
        { ignoreCase: true },
      ),
    );
    expect(anyCase.candidates('/aPP-7/x').map(({ index }) => index)).toEqual([7]);
    expect(anyCase.candidates('/\u212a')).toHaveLength(1000);
  });

  describe.each([
    ['anything in front', (number: number) => `/.*[a-c]x${number}/y$`, (number: number) => `/zcx${number}/y`],
    ['a group in front', (number: number) => `(/|/v1)/foo${number}/(.*)`, (number: number) => `//foo${number}/y`],
    ['alternatives', (number: number) => `/[^/]+/(get${number}|put${number})(/|$)`, (number: number) => `/users/put${number}/y`],
    ['the same beginning', (number: number) => `/users/([^/]+)/order${number}(/|$)`, (number: number) => `/users/a/order${number}/y`],
  ])('of many with %s', (_, patternOf, pathOf) => {
    const sources = Array.from({ length: 1000 }, (_, number) => patternOf(number));

    it.each([false, true])('have a piece of it in the path, also of one of 8 KiB (ignoring case: %s)', (ignoreCase) => {
      const index = new PatternIndex(entriesOf(sources, { ignoreCase }));
      const asked = pathOf(777);
      const places = index.candidates(ignoreCase ? asked.toUpperCase() : asked).map((entry) => entry.index);
      expect(places).toContain(777);
      expect(places.length).toBeLessThan(10);
      expect(index.candidates(`/${'abc/'.repeat(2047)}`)).toEqual([]);
      expect(index.candidates('/other')).toEqual([]);
    });
  });

  it('are all of them where nothing is known of any', () => {
    const entries = entriesOf(Array.from({ length: 100 }, (_, number) => `.{${number}}[ab]`));
    expect(new PatternIndex(entries).candidates('/x')).toHaveLength(100);
  });

  it('are no more than a path has room for', () => {
    const entries = entriesOf(Array.from({ length: 5000 }, (_, number) => `/.*[0-9]x${1000 + number}/y$`));
    const path = `/${Array.from({ length: 5000 }, (_, number) => `zx${1000 + number}/y`).join('')}`.slice(0, 8192);
    const { length } = new PatternIndex(entries).candidates(path);
    expect(length).toBeGreaterThan(500);
    expect(length).toBeLessThan(8192 / 4);
  });
});
