import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativePattern } from './native-pattern.ts';

/** Tries a rest of the pattern at a place of the text. */
type Rest = (at: number) => boolean;

/** A backtracking engine for what the reading takes, which counts how many characters it looks at. */
function stepsOf(pattern: string, text: string): number {
  let steps = 0;
  const parts = pattern.match(/\(\?:|\{2\}|\[\^?\]?[^\]]*\]|\\.|./g) ?? [];
  let next = 0;

  /** Reads rows up to a `)` or the end; gives what runs them in front of a rest. */
  function rows(): (rest: Rest) => Rest {
    const all = [row()];
    while (parts[next] === '|') {
      next += 1;
      all.push(row());
    }
    return (rest) => {
      const ways = all.map((one) => one(rest));
      return (at) => ways.some((way) => way(at));
    };
  }

  function row(): (rest: Rest) => Rest {
    const elements: ((rest: Rest) => Rest)[] = [];
    while (next < parts.length && parts[next] !== '|' && parts[next] !== ')') elements.push(element());
    return (rest) => elements.reduceRight((following, one) => one(following), rest);
  }

  function element(): (rest: Rest) => Rest {
    const part = parts[next++] as string;
    if (part === '(' || part === '(?:') {
      const inner = rows();
      next += 1;
      return inner;
    }
    if (part === '$') return (rest) => (at) => ++steps > 0 && at === text.length && rest(at);
    const taken = new RegExp(`^${part}$`);
    const takes = (at: number): boolean => ++steps > 0 && at < text.length && taken.test(text[at] as string);
    const sign = parts[next];
    if (sign === '{2}') {
      next += 1;
      return (rest) => (at) => takes(at) && takes(at + 1) && rest(at + 2);
    }
    if (sign !== '*' && sign !== '+' && sign !== '?') return (rest) => (at) => takes(at) && rest(at + 1);
    next += 1;
    return (rest) => (at) => {
      let end = at;
      while ((sign !== '?' || end === at) && takes(end)) end += 1;
      for (; end >= at + (sign === '+' ? 1 : 0); end--) if (rest(end)) return true;
      return false;
    };
  }

  rows()(() => true)(0);
  return steps;
}

/** Whether a text of four times the length takes more than about four times the steps. */
function growsFaster(pattern: string, start: string, middle: string, end: string): boolean {
  const [short, long] = [50, 200].map((times) => stepsOf(pattern, start + middle.repeat(times) + end)) as [number, number];
  return long > 6 * short + 100;
}

const single = fc.constantFrom('a', 'b', '/', '-', '.', '[ab]', '[^/]', '[^a]', '[a-c/]');
const row = fc.array(
  fc.tuple(single, fc.constantFrom('', '', '*', '+', '?', '{2}')).map(([text, sign]) => text + sign),
  { maxLength: 3 },
);
const joined = row.map((pieces) => pieces.join(''));
const group = fc
  .array(fc.oneof({ weight: 3, arbitrary: joined }, fc.constantFrom('$', '/', '/a', '', '(/|$)')), { minLength: 1, maxLength: 3 })
  .map((rows) => `(${rows.join('|')})`);
const pattern = fc
  .tuple(
    fc.array(fc.oneof(joined, group, fc.constantFrom('([^/]+)', '/', '[^/]+(/|$)', '[^/]+(/|a|$)', '[^/]*b')), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.constantFrom('', '$'),
  )
  .map(([parts, end]) => parts.join('') + end);
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-'), maxLength: 3 });

describe('the steps of a backtracking engine', () => {
  it('grow with the length of the text and no faster, in the patterns that are taken', () => {
    let taken = 0;
    fc.assert(
      fc.property(pattern, text, text, text, (source, start, middle, end) => {
        if (nativePattern(source, 'open', false) === undefined) return;
        taken += 1;
        expect(growsFaster(source, start, middle, end), source).toBe(false);
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it.each([
    ['.*a.*b', '', 'a', ''],
    ['(.*)a([^/]+)/x', '', 'a', ''],
    ['[^/]*a?[^/]*b', '', 'a', ''],
    ['[^/]+(/|a|$)[^/]+b', '', 'a', ''],
  ])('grow faster in %s, which is not', (source, start, middle, end) => {
    expect(nativePattern(source, 'open', false)).toBeUndefined();
    expect(growsFaster(source, start, middle, end)).toBe(true);
  });
});
