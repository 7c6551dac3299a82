import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Codec } from '../codec.ts';
import * as codecs from './index.ts';

const all: Readonly<Record<string, Codec<unknown>>> = {
  absolutePath: codecs.absolutePath(),
  bool: codecs.bool(),
  cidrList: codecs.cidrList(),
  'cidrList, lenient': codecs.cidrList({ strict: false }),
  cookieName: codecs.cookieName(),
  decimal: codecs.decimal({ min: 0 }),
  duration: codecs.duration(),
  headerMap: codecs.headerMap({ allow: ['host'] }),
  headerName: codecs.headerName(),
  headerNameList: codecs.headerNameList(),
  hostName: codecs.hostName(),
  hostNameList: codecs.hostNameList(),
  int: codecs.int({ min: 0, max: 10 }),
  labelSelector: codecs.labelSelector(),
  list: codecs.list(),
  'list of tokens': codecs.list({ items: 'token' }),
  onOff: codecs.onOff(),
  oneOf: codecs.oneOf(['HTTP', 'HTTPS'], { ignoreCase: true }),
  originList: codecs.originList(),
  pathTemplate: codecs.pathTemplate(),
  regex: codecs.regex(),
  seconds: codecs.seconds(),
  secretRef: codecs.secretRef(),
  serviceRef: codecs.serviceRef(),
  size: codecs.size(),
  starList: codecs.starList(),
  statusCodes: codecs.statusCodes(),
  text: codecs.text(),
  'text with lines': codecs.text({ lines: true, blank: true }),
  url: codecs.url({ allowRelative: true }),
  weight: codecs.weight(),
  weightedBackends: codecs.weightedBackends(),
};

const seeds = [
  '1',
  'true',
  ' ',
  '\n',
  '\t',
  ',',
  ', ',
  ':',
  '/',
  '//',
  '.',
  '..',
  '%',
  '%2e',
  '$',
  '$1',
  '\\',
  '"',
  "'",
  '(',
  ')*',
  '[a-',
  '{1000}',
  '*',
  '10.0.0.0/8',
  '::',
  'a',
  'A b',
  'http://',
  '@',
  '?',
  '#',
  ';',
  '\0',
  '\r',
  '\u001b',
  'ü',
  '٣',
  '\ud800',
  '😀',
  '__proto__',
  'host',
  '80%',
  '1h',
  'k',
];
const texts = fc.array(fc.oneof(fc.constantFrom(...seeds), fc.string({ maxLength: 4 })), { maxLength: 12 }).map((parts) => parts.join(''));

describe.each(Object.entries(all))('%s', (_, codec) => {
  it('never throws, explains what it refuses, and yields plain data', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const result = codec.parse(text);
        if (result.ok) {
          expect(JSON.parse(JSON.stringify(result.value))).toEqual(result.value);
          for (const problem of result.dropped ?? []) expect(problem.message).not.toMatch(/[\0-\x1f\x7f]/);
        } else {
          expect(result.problem.message).toMatch(/^[a-z]/);
          expect(result.problem.message).not.toMatch(/[\0-\x1f\x7f]|[.]$/);
          expect(result.problem.help).toMatch(/[.]$/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    'a',
    '1',
    ' ',
    '\n',
    ',',
    'a,',
    'a b\n',
    '10.0.0.0/8,',
    '/',
    '/..',
    '$1',
    '%2e',
    '(',
    '*',
    '1h',
    'a.',
    ':',
    '"',
    '\\',
    ' ,',
    '404,',
    'X-A 1\n',
    '1 ',
    'http://a',
    '\0',
    '٣',
  ])('ends on 256 KiB of %j, and says little', (unit) => {
    const text = unit.repeat(Math.ceil(262_144 / unit.length));
    // What takes time in proportion to the square of this length does not come back before the test's own limit.
    const result = codec.parse(text);
    expect(JSON.stringify(result).length).toBeLessThan(4 * text.length);
    if (!result.ok) expect(result.problem.message.length).toBeLessThan(800);
  });

  it('describes its grammar', () => {
    expect(codec.grammar).toMatch(/\S/);
    expect(codec.grammar).not.toMatch(/[.]$/);
  });
});
