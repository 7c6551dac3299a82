import { compilePattern, type Pattern } from '@ingresskit/annotations';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PatternEntry, PatternIndex } from './pattern-index.ts';

function patternOf(source: string): Pattern {
  const compiled = compilePattern(source, { end: 'open' });
  if (!compiled.ok) throw new Error(compiled.problem.message);
  return compiled.pattern;
}

function entriesOf(sources: readonly string[]): readonly PatternEntry[] {
  return sources.map((source, index) => ({ index, pattern: patternOf(source) }));
}

const source = fc
  .tuple(fc.array(fc.constantFrom('/', 'a', 'b', 'ab'), { maxLength: 4 }), fc.constantFrom('', '.*', '[ab]+', '(a|b)', '|/b', '?'))
  .map(([parts, end]) => `/${parts.join('')}${end}`);
const path = fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 6 }).map((parts) => `/${parts.join('')}`);

test('the first candidate that matches is the first pattern that matches', () => {
  fc.assert(
    fc.property(fc.array(source, { maxLength: 30 }), path, (sources, text) => {
      const entries = entriesOf(sources);
      const matches = ({ pattern }: PatternEntry): boolean => pattern.test(text);
      expect(new PatternIndex(entries).candidates(text).find(matches)?.index).toBe(entries.find(matches)?.index);
    }),
  );
});

test('of many patterns only those are looked at whose beginning the path has', () => {
  const entries = entriesOf(Array.from({ length: 1000 }, (_, number) => `/app-${number}/(.*)`));
  expect(new PatternIndex(entries).candidates('/app-7/x').map(({ index }) => index)).toEqual([7]);
  expect(new PatternIndex(entries).candidates('/other')).toEqual([]);
});
