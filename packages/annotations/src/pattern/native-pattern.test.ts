import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { isPlainText, nativePattern } from './native-pattern.ts';

const ends = ['open', 'full', 'search'] as const;

/** Rows of what the reading takes, and of what it does not. */
const single = fc.constantFrom(
  'a',
  'b',
  '/',
  '-',
  '.',
  '\\.',
  '\\/',
  '[ab]',
  '[^/]',
  '[a-c/]',
  '[^a-c]',
  '\\d',
  '\\w',
  '[\\w.-]',
  'A',
  '1',
  '_',
);
const piece = fc.tuple(single, fc.constantFrom('', '', '', '*', '+', '?', '{1}', '{3}')).map(([text, sign]) => text + sign);
const row = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''));
const group = fc
  .tuple(fc.constantFrom('(', '(?:'), fc.array(fc.oneof(row, fc.constant('$'), fc.constant('')), { minLength: 1, maxLength: 3 }))
  .map(([open, rows]) => `${open}${rows.join('|')})`);
/** Groups that stop what stands in front of them. */
const stop = fc.constantFrom('([^/]+)(/|$)', '[ab]+(?:-|/|$)', '([^/]*)((/|/a)|$)', '[^a-c]+(a|b|$)');
const source = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.array(fc.oneof({ weight: 3, arbitrary: row }, group, stop), { maxLength: 4 }),
    fc.constantFrom('', '', '$', '(.*)'),
  )
  .map(([start, parts, end]) => start + parts.join('') + end);
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', '/', '/', '.', '-', '_', '1', ' '), maxLength: 14 });

describe('a pattern for the native engine', () => {
  it('finds what RE2 finds, with the same groups, in each of the three ways', () => {
    let taken = 0;
    fc.assert(
      fc.property(source, text, fc.constantFrom(...ends), fc.boolean(), (pattern, subject, end, ignoreCase) => {
        const native = nativePattern(pattern, end, ignoreCase);
        if (native === undefined) return;
        taken += 1;
        const matcher = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0).matcher(subject);
        const found = end === 'search' ? matcher.find() : end === 'full' ? matcher.matches() : matcher.lookingAt();
        const groups = found
          ? Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? undefined)
          : undefined;
        expect(native.exec(subject)?.slice(), `${end} ${pattern} ${JSON.stringify(subject)}`).toEqual(groups);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(2_000);
  });

  it.each([
    '/api(/|$)(.*)',
    '/users/([^/]+)/orders/([^/]+)',
    '/v[0-9]+/.*',
    '/(.*)',
    '/a/(.*)/b',
    '/static/[\\w.-]+\\.js',
    '/a(b|c)d',
    '/x/(.*)/y/(.*)',
    '/users/([^/]+)(/|$)',
    '/users/([^/]+)(/|$)(.*)',
    '/([^/]+)(?:/a|/b|$)',
    '/([^/]+)((/|/-)|$)',
    '/.*[a-c][0-9]{4}-[0-9]{2}/',
  ])('is made of %s', (pattern) => {
    expect(nativePattern(pattern, 'open', false)).toBeInstanceOf(RegExp);
  });

  it.each([
    ['(a+)+$', 'a group repeats'],
    ['(a|a)*$', 'a group repeats'],
    ['.*a.*b', 'two repetitions can be gone back into'],
    ['a*a*b', 'the one takes what the other takes'],
    ['(.*)a([^/]+)/x', 'each beginning of the second is tried'],
    ['[^/]*a?[^/]*b', 'what stands between them may be nothing'],
    ['([^/]+|x)/y', 'a repetition in an alternative'],
    ['/([^/]+)(/|a)', 'one of the ways does not stop what stands in front'],
    ['/([^/]+)(/|)', 'one of the ways is nothing'],
    ['/([^/]+)(/|b?/|$)', 'one of the ways may begin with what it takes'],
    ['a?b?c?d?e?f?g?', 'too many options'],
    ['a{0}', 'counts of nothing'],
    ['a{2,}', 'counts without an end'],
    ['a{1,2}', 'counts from one to another'],
    ['a{2}?', 'lazy'],
    ['a{2}{2}', 'counts of counts'],
    ['(a){2}', 'a group repeats'],
    ['[ab]{40}c[ab]{30}', 'more counted than each place should look at'],
    ['a*?', 'lazy'],
    ['a|b', 'alternatives of the whole'],
    ['(?i)a', 'flags'],
    ['(?P<name>a)', 'names'],
    ['\\bfoo', 'boundaries'],
    ['[[:alpha:]]', 'classes by name'],
    ['\\pL', 'classes of Unicode'],
    ['é', 'more than ASCII'],
    ['[A-z]', 'ranges over more than letters'],
    ['\\Qa.b\\E', 'quotations'],
  ])('is not made of %s: %s', (pattern) => {
    expect(nativePattern(pattern, 'open', false)).toBeUndefined();
  });

  it('begins where the text begins', () => {
    expect(nativePattern('a', 'search', false)).toBeUndefined();
    expect(nativePattern('^a', 'search', false)).toEqual(/^a/);
    expect(nativePattern('^a', 'open', false)).toEqual(/^(?:a)/);
    expect(nativePattern('a', 'full', true)).toEqual(/^(?:a)$/i);
  });

  it('runs on printable ASCII', () => {
    expect(['/a b~', '', '/é', 'a\nb', '\u212a'].map(isPlainText)).toEqual([true, true, false, false, false]);
  });
});
