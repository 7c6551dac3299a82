import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './compile-pattern.ts';
import { isPlainText } from './native-pattern.ts';
import { requiredLiterals } from './required-literals.ts';

/** A pattern, or a part of one, and a text that it most likely matches. */
interface Sample {
  readonly source: string;
  readonly text: string;
}

const atom: fc.Arbitrary<Sample> = fc
  .constantFrom(
    ...['a a', 'b b', 'c c', 'a A', 'K K', 'K k', 'K \u212a', '/ /', 'é é', '😀 😀', '. x', '\\. .', '\\d 1', '{ {', '} }', '] ]'],
    ...[
      '[ab] a',
      '[]a] ]',
      '[^/] a',
      '[^]a] b',
      '[[:alpha:]] b',
      '[\\]|] |',
      '\\pL c',
      '\\x61 a',
      '\\Qa|\\E a|',
      '(?i) ',
      '^ ',
      '$ ',
      '\\b ',
    ],
  )
  .map((pair) => ({ source: pair.slice(0, pair.lastIndexOf(' ')), text: pair.slice(pair.lastIndexOf(' ') + 1) }));
const ordinary: fc.Arbitrary<Sample> = fc.constantFrom(...'abc/.').map((text) => ({ source: text, text }));
const times = fc.constantFrom<readonly [string, number]>(
  ...([
    ['*', 0],
    ['*', 2],
    ['+', 1],
    ['+', 3],
    ['?', 0],
    ['?', 1],
    ['{2}', 2],
    ['{0}', 0],
    ['{1,2}', 2],
    ['{2,}', 3],
  ] as const),
  ...([
    ['{9}', 9],
    ['{10,12}', 11],
    ['+?', 2],
    ['{,2}', 1],
  ] as const),
);
const { rows: pattern } = fc.letrec<{ rows: Sample; row: Sample; piece: Sample }>((tie) => ({
  rows: fc.oneof(
    { weight: 2, arbitrary: tie('row') },
    {
      weight: 1,
      arbitrary: fc.array(tie('row'), { minLength: 2, maxLength: 3 }).map((rows) => ({
        source: rows.map(({ source }) => source).join('|'),
        text: rows[0]?.text ?? '',
      })),
    },
  ),
  row: fc.array(tie('piece'), { minLength: 1, maxLength: 5 }).map((pieces) => ({
    source: pieces.map(({ source }) => source).join(''),
    text: pieces.map(({ text }) => text).join(''),
  })),
  piece: fc.oneof(
    { depthSize: 'small' },
    { weight: 6, arbitrary: ordinary },
    { weight: 1, arbitrary: atom },
    { weight: 2, arbitrary: fc.tuple(fc.oneof(ordinary, atom), times).map(repeated) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('(', '(', '(?:', '(?P<n>', '(?i:'), tie('rows'), fc.oneof(fc.constant(['', 1] as const), times))
        .map(([open, { source, text }, often]) => repeated([{ source: `${open}${source})`, text }, often])),
    },
  ),
}));

function repeated([{ source, text }, [sign, count]]: readonly [Sample, readonly [string, number]]): Sample {
  return { source: source + sign, text: text.repeat(count) };
}

describe('what every match of a pattern holds', () => {
  it('is in each text that matches, in each of the three ways and in either case', () => {
    let told = 0;
    fc.assert(
      fc.property(pattern, fc.constantFrom('open', 'full', 'search'), fc.boolean(), ({ source, text: subject }, end, ignoreCase) => {
        const compiled = compilePattern(source, { end, ignoreCase });
        if (!compiled.ok || !compiled.pattern.test(subject)) return;
        if (ignoreCase && !isPlainText(subject)) return;
        const sought = ignoreCase ? subject.toLowerCase() : subject;
        const lists = compiled.pattern.requiredLiterals();
        expect(sought.startsWith(compiled.pattern.literalPrefix), `${source} ${JSON.stringify(subject)}`).toBe(true);
        for (const list of lists) {
          told += 1;
          expect(
            list.some((one) => sought.includes(one)),
            `${end} ${source} ${JSON.stringify(subject)} ${JSON.stringify(list)}`,
          ).toBe(true);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(told).toBeGreaterThan(1_500);
  });

  it.each([
    ['/.*[a-c]x7/y$', [['x7/y']]],
    ['(/|/v1)/foo7/(.*)', [['/foo7/']]],
    ['/(v1|v2)/foo(/|$)', [['v1', 'v2'], ['/foo']]],
    ['/(?:a(?P<b>bc)d+)e', [['bc']]],
    ['ab+cd?ef', [['ab'], ['bc'], ['ef']]],
    ['ab{2,3}c', [['abb'], ['bbc']]],
    ['ab{2}c', [['abbc']]],
    ['a^b\\bc', [['abc']]],
    ['(ab)?(cd)*(ef){0,2}gh', [['gh']]],
    ['[ab]c.de\\.f', [['de.f']]],
    ['aéb', []],
    ['a(?i)bc', []],
    ['ab\\pLcd', []],
    ['ab{,2}', []],
    ['(ab|c)', []],
    [`(${Array.from({ length: 20 }, (_, number) => `a${number}`).join('|')})`, []],
  ])('is, for %s, %j', (source, wanted) => {
    expect(requiredLiterals(source)).toEqual(wanted);
  });

  it('is in lower case where the pattern ignores case', () => {
    const compiled = compilePattern('/(.*)/Foo/K', { ignoreCase: true, end: 'open' });
    expect(compiled.ok && compiled.pattern.requiredLiterals()).toEqual([['/foo/k']]);
  });
});
