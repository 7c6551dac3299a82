import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compilePattern, maxInputLength, maxOutputLength, maxPatternLength, type Pattern, type PatternOptions } from './index.ts';

function patternOf(source: string, options: PatternOptions = {}): Pattern {
  const compiled = compilePattern(source, options);
  if (!compiled.ok) throw new Error(`${source} ${compiled.problem.message}`);
  return compiled.pattern;
}

const atom = fc.constantFrom(
  'a',
  'b',
  '/',
  '.',
  '\\.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '(a)',
  '(?:b|c)',
  '(a|b)',
  '^',
  '$',
  'é',
  '\\/',
  'x{2}',
  '-',
);
const piece = fc
  .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '{1,2}', '*?'))
  .map(([text, times]) => (/^[\^$]$/.test(text) ? text : `${text.endsWith('}') ? text : text + times}`));
const source = fc
  .array(fc.oneof({ weight: 6, arbitrary: piece }, { weight: 1, arbitrary: fc.constant('|') }), { maxLength: 6 })
  .map((parts) => parts.join(''));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '/', '.', '1', 'x', 'é', 'A', '-'), maxLength: 12 });

describe('a pattern', () => {
  it('matches what the RE2 engine matches, in each of the three ways', () => {
    fc.assert(
      fc.property(source, text, fc.boolean(), (pattern, subject, ignoreCase) => {
        const engine = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
        const wanted = {
          search: engine.matcher(subject).find(),
          full: engine.matcher(subject).matches(),
          open: engine.matcher(subject).lookingAt(),
        };
        for (const end of ['search', 'full', 'open'] as const) {
          const compiled = patternOf(pattern, { end, ignoreCase });
          expect(compiled.test(subject), `${end} ${pattern} ${subject}`).toBe(wanted[end]);
          expect(compiled.exec(subject) !== undefined).toBe(wanted[end]);
        }
        const matcher = engine.matcher(subject);
        const groups = matcher.find()
          ? Array.from({ length: engine.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined)
          : undefined;
        expect(patternOf(pattern, { ignoreCase }).exec(subject)).toEqual(groups);
      }),
      { numRuns: 3000 },
    );
  });

  it('says of every match how it begins, if it says anything', () => {
    fc.assert(
      fc.property(source, text, fc.constantFrom('search' as const, 'full' as const, 'open' as const), (pattern, subject, end) => {
        const compiled = patternOf(pattern, { end });
        if (compiled.test(subject)) expect(subject.startsWith(compiled.literalPrefix), `${pattern} ${subject}`).toBe(true);
      }),
      { numRuns: 3000 },
    );
    const prefixOf = (pattern: string, end: 'open' | 'search' = 'open') => patternOf(pattern, { end }).literalPrefix;
    expect([
      prefixOf('/api/v1/.*'),
      prefixOf('/a\\.b'),
      prefixOf('/a|/b'),
      prefixOf('/ab?'),
      prefixOf('/ab+'),
      prefixOf('/a', 'search'),
      prefixOf('^/a', 'search'),
    ]).toEqual(['/api/v1/', '/a.b', '', '/a', '/ab', '', '/a']);
    expect(patternOf('/Ab.*', { ignoreCase: true, end: 'open' }).literalPrefix).toBe('/ab');
    // A repetition looks through what is not there: these may begin with no letter at all.
    expect(['K(?i)*', 'K(?i)(?s)?', 'K(?-s){0,2}', 'K\\Q\\E*', 'K+(?i)*'].map((pattern) => prefixOf(pattern))).toEqual([
      '',
      '',
      '',
      '',
      '',
    ]);
  });

  it('is cached: equal arguments give one object, other arguments another', () => {
    expect(compilePattern('/same')).toBe(compilePattern('/same'));
    const forms = new Set([
      compilePattern('/same'),
      compilePattern('/same', { end: 'open' }),
      compilePattern('/same', { end: 'full' }),
      compilePattern('/same', { ignoreCase: true }),
    ]);
    expect(forms.size).toBe(4);
  });
});

describe('replacing', () => {
  const rewrite = patternOf('/api(/|$)(.*)', { end: 'open' });
  it('the whole text fills the groups in; one that took no part is empty', () => {
    expect(rewrite.substitute('/api/v1/x', ['/', 2])).toBe('/v1/x');
    expect(rewrite.substitute('/api', ['/', 2, 9])).toBe('/');
    expect(rewrite.substitute('/other', ['/', 2])).toBeUndefined();
  });

  it('every match keeps the rest, and what matches nothing moves on', () => {
    expect(patternOf('b+').replaceAll('abbcab', ['-'])).toBe('a-ca-');
    expect(patternOf('(a)(x)?').replaceAll('aaxa', ['<', 1, 2, '>'])).toBe('<a><ax><a>');
    for (const subject of ['', 'a', 'ab', 'aab'])
      expect(patternOf('x*').replaceAll(subject, ['-'])).toBe(RE2JS.compile('x*').matcher(subject).replaceAll('-'));
    expect(patternOf('[0-9]|').replaceAll('1a', ['_'])).toBe('_a_');
    fc.assert(
      fc.property(source, text, (pattern, subject) => {
        // The engine's own replacement follows Java where a pattern can match nothing.
        fc.pre(!RE2JS.compile(pattern).matcher('').matches());
        expect(patternOf(pattern).replaceAll(subject, ['_'])).toBe(RE2JS.compile(pattern).matcher(subject).replaceAll('_'));
      }),
      { numRuns: 1500 },
    );
  });

  it('stops to grow', () => {
    expect(patternOf('a').replaceAll('a'.repeat(5000), ['x'.repeat(1000)]).length).toBeLessThan(maxOutputLength + 1000 + 5000 + 1);
  });
});

describe('bounds', () => {
  it('hold for the pattern, its program, its depth and the text', () => {
    expect(compilePattern(`[${'a'.repeat(maxPatternLength - 2)}]`).ok).toBe(true);
    for (const [bad, words] of [
      ['a'.repeat(maxPatternLength + 1), 'longer than'],
      ['a{900}b{900}', 'expensive'],
      ['(((a{10}){10}){10}){10}', ''],
      [`${'('.repeat(200)}a${')'.repeat(200)}`, 'deeply'],
      ['\ud800', 'surrogate'],
    ] as const) {
      const compiled = compilePattern(bad);
      expect(compiled.ok, bad.slice(0, 20)).toBe(false);
      if (!compiled.ok) expect(compiled.problem.message).toContain(words);
    }
    const any = patternOf('.*');
    expect(any.test('a'.repeat(maxInputLength))).toBe(true);
    expect(any.test('a'.repeat(maxInputLength + 1))).toBe(false);
    expect(any.exec('a'.repeat(maxInputLength + 1))).toBeUndefined();
    expect(any.replaceAll('a'.repeat(maxInputLength + 1), ['x'])).toBe('a'.repeat(maxInputLength + 1));
  });

  it('make hostile patterns as cheap as others: work grows with the text, not beyond', () => {
    // A backtracking engine takes longer than this test may for any of them.
    for (const hostile of ['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      const compiled = compilePattern(hostile);
      if (compiled.ok)
        expect(compiled.pattern.test(`${'a'.repeat(4000)}!`)).toBe(
          hostile === '(.*a){20}$' ? false : compiled.pattern.test(`${'a'.repeat(20)}!`),
        );
    }
  });
});

describe('what RE2 does not know', () => {
  it.each([
    ['(?=a)', 'looks ahead'],
    ['(?!a)', 'looks ahead'],
    ['(?<=a)b', 'looks behind'],
    ['(?<!a)b', 'looks behind'],
    ['(a)\\1', 'refers back'],
    ['(?P<n>a)\\k<n>', 'refers back'],
    ['(?P<n>a)(?P=n)', 'refers back'],
    ['(?>a)', 'atomic group'],
    ['a*+', 'possessive'],
    ['a{2}+', 'possessive'],
    ['(?#c)', 'comment'],
    ['(a)?(?(1)b)', 'condition'],
    ['(?R)', 'subroutine'],
    ['a\\Z', '\\Z'],
    ['(', 'missing closing )'],
    [')', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['*', 'missing argument'],
    ['a\\', 'trailing backslash'],
    ['a{1001}', 'invalid repeat count'],
    ['[z-a]', 'invalid character class range'],
  ])('%j is refused in words, with help', (bad, words) => {
    const compiled = compilePattern(bad);
    expect(compiled.ok).toBe(false);
    if (compiled.ok) return;
    expect(compiled.problem.message).toContain(words);
    expect(compiled.problem.help).toMatch(/\.$/);
  });

  it('nothing throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.string({
            unit: fc.constantFrom('(', ')', '[', ']', '{', '}', '*', '+', '?', '\\', '|', '^', '$', 'a', '1', ',', '-', ':', '<', '>', '='),
            maxLength: 14,
          }),
        ),
        (any) => typeof compilePattern(any).ok === 'boolean',
      ),
      { numRuns: 3000 },
    );
  });
});
