import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathNormalization } from './canonical-path.ts';
import { canonicalize } from './canonicalize.ts';
import type { CanonicalRequest, RequestInput } from './request-types.ts';

function accept(input: RequestInput, pathNormalization: PathNormalization = 'base'): CanonicalRequest {
  const result = canonicalize(input, { pathNormalization });
  if (!result.ok) throw new Error(`${result.status} ${result.problem}`);
  return result.request;
}

function statusOf(input: RequestInput): number {
  const result = canonicalize(input, { pathNormalization: 'base' });
  if (!result.ok) expect(result.problem).toMatch(/^[a-z].*[^.]$/);
  return result.ok ? 200 : result.status;
}

describe('the URL', () => {
  it('is taken apart by hand', () => {
    expect(accept({ url: 'https://Shop.Example.:8443/a%62/../c?x=1&y' })).toMatchObject({
      method: 'GET',
      scheme: 'https',
      host: 'shop.example',
      authority: 'Shop.Example.:8443',
      path: '/c',
      rawPath: '/a%62/../c',
      query: 'x=1&y',
      clientAddress: '127.0.0.1',
      sni: 'shop.example',
      clientCertificate: undefined,
      at: undefined,
    });
    expect(accept({ url: 'HTTP://a' })).toMatchObject({ scheme: 'http', path: '/', rawPath: '/', query: undefined, sni: undefined });
    expect(accept({ url: 'http://a?' })).toMatchObject({ path: '/', query: '' });
    expect(accept({ url: 'http://a/b?c?d=/../e' })).toMatchObject({ path: '/b', query: 'c?d=/../e' });
    expect(accept({ url: 'http://a//evil.example/x' })).toMatchObject({ host: 'a', path: '//evil.example/x' });
  });

  it.each([
    '',
    '/',
    'a',
    'a/b',
    'ftp://a/',
    'http:/a',
    'http:a',
    'https//a',
    'http://',
    'http:///a',
    'http://?a',
    'http://u@a/',
    'http://u:p@a/',
    'http://a b/',
    'http://a:x/',
    'http://a:99999/',
    'http://a:/',
    'http://[::1/',
    'http://[fe80::1%25e]/',
    'http://a\\b/',
    'http://a\\@b/',
    'http://a,b/',
    'http://a#b',
    'http://a/#b',
    'http://a/?#b',
    'http://a/ b',
    'http://a/\tb',
    'http://a/b\r\n',
    'http://a/ü',
    'http://a/%zz',
    'http://a/%00',
    'http://a/?b c',
    'http://a/?b\r\n',
    'http://a/?ü',
    ' http://a/',
  ])('%j is a bad request', (url) => {
    expect(statusOf({ url })).toBe(400);
  });

  it('may have 8 KiB', () => {
    const head = 'http://a/';
    expect(statusOf({ url: head + 'b'.repeat(8192 - head.length) })).toBe(200);
    expect(statusOf({ url: head + 'b'.repeat(8193 - head.length) })).toBe(414);
    expect(statusOf({ url: `${head}?${'b'.repeat(8192)}` })).toBe(414);
  });

  it('is normalised as the profile says, and the raw text is kept', () => {
    const url = 'http://a/x%2Fy//z%3Ab';
    expect(accept({ url }, 'base')).toMatchObject({ path: '/x%2Fy//z%3Ab', rawPath: '/x%2Fy//z%3Ab' });
    expect(accept({ url }, 'nginx')).toMatchObject({ path: '/x/y/z:b', rawPath: '/x%2Fy//z%3Ab' });
    expect(canonicalize({ url }, { pathNormalization: 'hardened' })).toMatchObject({ ok: false, status: 400 });
  });
});

describe('the Host header', () => {
  it('overrides the URL', () => {
    expect(accept({ url: 'https://a:8443/', headers: { Host: 'B.example:80' } })).toMatchObject({
      host: 'b.example',
      authority: 'B.example:80',
      sni: 'a',
    });
    expect(accept({ url: 'http://a/', headers: { host: ['b'] } })).toMatchObject({ host: 'b' });
    expect(accept({ url: 'http://a:81/' }).header('host')).toBe('a:81');
    expect(accept({ url: 'http://a/', headers: { host: 'b:1' } }).header('host')).toBe('b:1');
  });

  const refused: readonly (string | readonly string[])[] = [
    ['a', 'a'],
    ['a', 'b'],
    [],
    '',
    ' ',
    'a b',
    'a@b',
    'a/x',
    'a,b',
    'a:80x',
    'a:99999',
    '[fe80::1%eth0]',
    'a\r\nb',
    ' a',
  ];
  it.each(refused.map((host) => ({ host })))('$host is a bad request (A07)', ({ host }) => {
    expect(statusOf({ url: 'http://a/', headers: { host } })).toBe(400);
  });

  it('in two spellings is two Host headers', () => {
    expect(statusOf({ url: 'http://a/', headers: { host: 'a', Host: 'a' } })).toBe(400);
  });
});

describe('the method', () => {
  it.each([
    [undefined, 200],
    ['GET', 200],
    ['PATCH', 200],
    ['PROPFIND', 200],
    ['M-SEARCH', 200],
    ['TRACE', 405],
    ['CONNECT', 405],
    ['get', 400],
    ['Get', 400],
    ['trace', 400],
    ['', 400],
    ['G ET', 400],
    ['GET\r\n', 400],
    ['GÉT', 400],
    ['X'.repeat(65), 400],
    ['FOO', 501],
    ['PRI', 501],
    ['__PROTO__', 501],
  ])('%j gives %d', (method, status) => {
    expect(statusOf({ url: 'http://a/', ...(method === undefined ? {} : { method }) })).toBe(status);
  });
});

describe('headers', () => {
  const url = 'http://a/';

  it('are found by lower-case name, lines joined', () => {
    const request = accept({
      url,
      headers: { 'X-One': ' 1\t', 'x-two': ['a', ' b '], Cookie: 'a=1', cookie: ['b=2', 'a=3'], 'x-ONE': '2', none: [] },
    });
    expect(request.header('x-one')).toBe('1, 2');
    expect(request.header('x-two')).toBe('a, b');
    expect(request.header('cookie')).toBe('a=1; b=2; a=3');
    expect(request.header('X-One')).toBeUndefined();
    expect(request.header('none')).toBeUndefined();
    expect(request.header('absent')).toBeUndefined();
  });

  it('are no place for inherited names (A36, A37)', () => {
    const request = accept({ url, headers: JSON.parse('{"__proto__": "1", "X-A": "2"}') });
    expect(request.header('__proto__')).toBe('1');
    expect(request.header('constructor')).toBeUndefined();
    expect(accept({ url, headers: { a: '1' } }).header('tostring')).toBeUndefined();
    expect(accept({ url }).header('constructor')).toBeUndefined();
    expect(accept({ url, headers: { a: '1' } }).header('hasOwnProperty')).toBeUndefined();
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it('are not copied when their names are lower case', () => {
    const headers = { 'x-a': '1' };
    expect((accept({ url, headers }) as unknown as { headers: unknown }).headers).toBe(headers);
  });

  it.each(['', ' ', 'a b', 'a:', ':path', 'ä', 'a\r\n', 'a\0', '"a"', 'a,b', 'a(b)'])('cannot be named %j', (name) => {
    expect(statusOf({ url, headers: { [name]: '1' } })).toBe(400);
  });

  it.each(['a\rb', 'a\nb', 'a\r\n b', 'a\0', '\u001b[1m', '\u007f', '☃', '\ud800'])('cannot hold %j', (value) => {
    expect(statusOf({ url, headers: { 'x-a': value } })).toBe(400);
    expect(statusOf({ url, headers: { 'X-A': ['1', value] } })).toBe(400);
  });

  it('may hold tabs and Latin-1', () => {
    expect(accept({ url, headers: { 'x-a': 'a\tb é' } }).header('x-a')).toBe('a\tb é');
  });

  it('have limits', () => {
    expect(statusOf({ url, headers: { 'x-a': 'a'.repeat(100_000) } })).toBe(431);
    expect(statusOf({ url, headers: { 'x-a': 'a'.repeat(16_000) } })).toBe(200);
    expect(statusOf({ url, headers: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`x-${index}`, '1'])) })).toBe(431);
    expect(statusOf({ url, headers: { cookie: Array.from({ length: 256 }, (_, index) => `c${index}=1`) } })).toBe(200);
    expect(statusOf({ url, headers: { cookie: Array.from({ length: 257 }, (_, index) => `c${index}=1`) } })).toBe(431);
    expect(statusOf({ url, headers: { 'x-a': Array.from({ length: 50 }, () => 'a'.repeat(2000)) } })).toBe(431);
  });
});

describe('cookies', () => {
  it('are read raw, the first of a name', () => {
    const request = accept({ url: 'http://a/', headers: { cookie: ['a=1; b="q" ;a=2;bare; =x', 'c=d=e'] } });
    expect(request.cookie('a')).toBe('1');
    expect(request.cookie('b')).toBe('"q"');
    expect(request.cookie('c')).toBe('d=e');
    expect(request.cookie('bare')).toBeUndefined();
    expect(request.cookie('constructor')).toBeUndefined();
    expect(accept({ url: 'http://a/' }).cookie('a')).toBeUndefined();
  });
});

describe('query parameters', () => {
  it('are read undecoded, the first of a name', () => {
    const request = accept({ url: 'http://a/?a=%31&b&a=2&c=d=e&%62=f&__proto__=g' });
    expect(request.queryParameter('a')).toBe('%31');
    expect(request.queryParameter('b')).toBe('');
    expect(request.queryParameter('c')).toBe('d=e');
    expect(request.queryParameter('%62')).toBe('f');
    expect(request.queryParameter('__proto__')).toBe('g');
    expect(request.queryParameter('constructor')).toBeUndefined();
    expect(accept({ url: 'http://a/' }).queryParameter('a')).toBeUndefined();
  });
});

describe('the SNI', () => {
  it('is the host of an https URL unless told otherwise', () => {
    expect(accept({ url: 'https://A.example./', sni: 'B.example' }).sni).toBe('b.example');
    expect(accept({ url: 'https://192.0.2.1/' }).sni).toBeUndefined();
    expect(accept({ url: 'https://[::1]/' }).sni).toBeUndefined();
    for (const sni of ['', 'a b', 'a:443', 'a'.repeat(300), 'a\0']) expect(statusOf({ url: 'https://a/', sni }), sni).toBe(400);
  });
});

describe('any input', () => {
  it('of the right shape never makes it throw, and the view is safe', () => {
    const piece = fc.constantFrom(
      'http://',
      'https://',
      'a',
      '/',
      '.',
      '..',
      ':',
      '80',
      '?',
      '#',
      '@',
      '%2e',
      '%',
      '\\',
      ' ',
      '\r\n',
      'ü',
      '[',
      ']',
      ';',
      '=',
      '&',
    );
    const url = fc.array(piece, { maxLength: 12 }).map((parts) => `http://a${parts.join('')}`);
    const headers = fc.dictionary(
      fc.oneof(fc.constantFrom('host', 'Host', 'cookie', '__proto__', 'x-a', 'X-A'), fc.string({ maxLength: 3 })),
      fc.oneof(fc.string({ maxLength: 5 }), fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 })),
    );
    fc.assert(
      fc.property(url, headers, fc.constantFrom('base', 'hardened', 'nginx'), (text, given, mode) => {
        const result = canonicalize({ url: text, headers: given }, { pathNormalization: mode });
        if (!result.ok) return;
        const { host, path, query } = result.request;
        expect(host).toMatch(/^[a-z0-9_.[\]:-]+$/);
        expect(path).toMatch(/^\/[!-~]*$/);
        expect(path.split('/')).not.toContain('..');
        expect(query ?? '').toMatch(/^[!-~]*$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('of a wrong shape is a bad request', () => {
    const wrong = [
      {},
      { url: 1 },
      { url: 'http://a/', method: 1 },
      { url: 'http://a/', headers: { a: 1 } },
      { url: 'http://a/', headers: { a: [1] } },
      { url: 'http://a/', headers: null },
      { url: 'http://a/', headers: 'x' },
      { url: 'http://a/', clientAddress: 1 },
      { url: 'http://a/', sni: 1 },
    ];
    for (const input of wrong) expect(statusOf(input as unknown as RequestInput), JSON.stringify(input)).toBe(400);
  });
});
