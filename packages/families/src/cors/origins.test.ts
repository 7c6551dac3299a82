import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllowedOrigins, OriginComparison } from './origins.ts';
import { isAllowedOrigin, originList } from './origins.ts';

const comparison: OriginComparison = { wildcardDepth: 'any', originIgnoresCase: false };

function read(text: string): { origins: AllowedOrigins; dropped: number } | string {
  const result = originList.parse(text);
  return result.ok ? { origins: result.value, dropped: result.dropped?.length ?? 0 } : result.problem.message;
}

function allows(text: string, origin: string, how: Partial<OriginComparison> = {}): boolean {
  const result = originList.parse(text);
  return result.ok && isAllowedOrigin(result.value, origin, { ...comparison, ...how });
}

describe('reading the list', () => {
  test('keeps origins, wildcards with their scheme and port, and null', () => {
    expect(
      read('https://a.example, http://b.example:8080,https://*.c.example , https://*.d.example:8443, null, http://[::1]:3000'),
    ).toEqual({
      origins: [
        { kind: 'exact', origin: 'https://a.example' },
        { kind: 'exact', origin: 'http://b.example:8080' },
        { kind: 'wildcard', scheme: 'https', suffix: '.c.example' },
        { kind: 'wildcard', scheme: 'https', suffix: '.d.example', port: '8443' },
        { kind: 'exact', origin: 'null' },
        { kind: 'exact', origin: 'http://[::1]:3000' },
      ],
      dropped: 0,
    });
  });

  test('a star among the items is everybody', () => {
    expect(read('https://a.example, *')).toEqual({ origins: 'any', dropped: 0 });
  });

  test.each([
    '*.foo.com',
    'http://a.*.com',
    'https://*',
    'https://*foo.com',
    'https://*.foo.com:*',
    '*://foo.com',
    'https://foo.com/',
    'https://foo.com/path',
    'https://user@foo.com',
    'foo.com',
    'https://',
    'https://fóo.com',
    'https://foo.com\r\nx: y',
    '**',
    'Null',
  ])('%j is left out and allows nobody', (item) => {
    expect(read(item)).toEqual({ origins: [], dropped: 1 });
    expect(read(`https://a.example,${item}`)).toEqual({ origins: [{ kind: 'exact', origin: 'https://a.example' }], dropped: 1 });
  });

  test.each(['', ' , ', ',,'])('%j names no origin', (text) => {
    expect(read(text)).toBe('names no origin');
  });

  test('a wildcard without scheme is told how to become one', () => {
    expect(originList.parse('*.foo.com')).toMatchObject({ dropped: [{ help: 'Write "https://*.foo.com".' }] });
  });
});

describe('comparing origins', () => {
  test.each([
    ['https://a.example', 'https://a.example', true],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example', 'https://a.example:8443', false],
    ['https://a.example', 'https://A.example', false],
    ['https://a.example', 'xhttps://a.example', false],
    ['https://a.example', 'https://a.example.evil', false],
    ['https://*.a.example', 'https://x.a.example', true],
    ['https://*.a.example', 'https://y.x.a.example', true],
    ['https://*.a.example', 'https://a.example', false],
    ['https://*.a.example', 'https://.a.example', false],
    ['https://*.a.example', 'https://evila.example', false],
    ['https://*.a.example', 'http://x.a.example', false],
    ['https://*.a.example', 'https://x.a.example:8443', false],
    ['https://*.a.example', 'https://x.a.example.evil', false],
    ['https://*.a.example', 'https://evil/x.a.example', false],
    ['https://*.a.example', 'https://evil#.a.example', false],
    ['https://*.a.example:8443', 'https://x.a.example:8443', true],
    ['https://*.a.example:8443', 'https://x.a.example', false],
    ['https://*.a.example', 'null', false],
    ['null', 'null', true],
    ['*', 'null', true],
    ['*', 'https://anything.example', true],
    ['*', '', false],
    ['*', 'https://a.example\r\nset-cookie: a=b', false],
    ['*', 'https://a.example, https://b.example', false],
  ])('%j and %j: %j', (list, origin, expected) => {
    expect(allows(list, origin)).toBe(expected);
  });

  test('a gateway may take one label only, or ignore case', () => {
    expect(allows('https://*.a.example', 'https://y.x.a.example', { wildcardDepth: 'single' })).toBe(false);
    expect(allows('https://*.a.example', 'https://x.a.example', { wildcardDepth: 'single' })).toBe(true);
    expect(allows('https://a.Example', 'https://A.example', { originIgnoresCase: true })).toBe(true);
    expect(allows('HTTPS://*.a.example', 'https://X.A.example', { originIgnoresCase: true })).toBe(true);
  });

  test('whatever the list says without a star, an origin of another site is not allowed', () => {
    const item = fc.oneof(fc.string(), fc.constantFrom('https://a.example', 'https://*.a.example', '*.a.example', 'https://*', 'null', ''));
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const list = items.filter((text) => !text.split(',').some((part) => part.trim() === '*')).join(',');
        expect(allows(list, 'https://attacker.test')).toBe(list.split(',').some((part) => part.trim() === 'https://attacker.test'));
      }),
    );
  });
});
