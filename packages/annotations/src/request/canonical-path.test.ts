import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PathNormalization } from './canonical-path.ts';
import { canonicalizePath, isClean, recheckPath } from './canonical-path.ts';

const modes: readonly PathNormalization[] = ['base', 'hardened', 'nginx'];

function canonical(path: string, mode: PathNormalization): string {
  const result = canonicalizePath(path, mode);
  return result.ok ? result.path : '400';
}

/** Spellings of a guarded `/admin` (reliability.md A12) and their relatives, with the canonical path of each mode. */
const spellings: readonly (readonly [string, string, string, string])[] = [
  // path                     base                  hardened       nginx
  ['/admin', '/admin', '/admin', '/admin'],
  ['/x/../admin', '/admin', '/admin', '/admin'],
  ['/x/%2e%2e/admin', '/admin', '/admin', '/admin'],
  ['/x/%2E./admin', '/admin', '/admin', '/admin'],
  ['/./admin', '/admin', '/admin', '/admin'],
  ['/%2e/admin', '/admin', '/admin', '/admin'],
  // The twin does not merge slashes: a guard of /admin does not see this one there, and a backend that merges does.
  ['//admin', '//admin', '/admin', '/admin'],
  ['/%61dmin', '/admin', '/admin', '/admin'],
  ['/%61%64%6D%69%6e', '/admin', '/admin', '/admin'],
  ['/\\admin', '//admin', '400', '400'],
  ['/x\\..\\admin', '/admin', '400', '400'],
  ['/x/..\\admin', '/admin', '400', '400'],
  ['/%5cadmin', '/%5Cadmin', '400', '400'],
  ['/x%5c..%5cadmin', '400', '400', '400'],
  ['/x/..%5cadmin', '400', '400', '400'],
  ['/%2fadmin', '/%2Fadmin', '400', '/admin'],
  ['/x%2f..%2fadmin', '400', '400', '/admin'],
  ['/x/..%2fadmin', '400', '400', '/admin'],
  ['/admin;x', '/admin;x', '/admin;x', '/admin;x'],
  ['/x;y/../admin', '/admin', '/admin', '/admin'],
  ['/x/..;/admin', '400', '400', '400'],
  ['/x/..;a=b/admin', '400', '400', '400'],
  ['/x/%2e%2e;/admin', '400', '400', '400'],
  ['/x/..%3b/admin', '400', '400', '400'],
  ['/.;/admin', '400', '400', '400'],
  ['/x/%252e%252e/admin', '/x/%252e%252e/admin', '400', '/x/%252e%252e/admin'],
  ['/x/%25252e%25252e/admin', '/x/%25252e%25252e/admin', '400', '/x/%25252e%25252e/admin'],
  ['/x%252fadmin', '/x%252fadmin', '400', '/x%252fadmin'],
  ['/..', '400', '400', '400'],
  ['/../admin', '400', '400', '400'],
  ['/x/../../admin', '400', '400', '400'],
  ['/...', '/...', '/...', '/...'],
  ['/.hidden/..x', '/.hidden/..x', '/.hidden/..x', '/.hidden/..x'],
];

/** Everything else that the policy names. */
const others: readonly (readonly [string, string, string, string])[] = [
  ['/', '/', '/', '/'],
  ['//', '//', '/', '/'],
  ['/a/.', '/a/', '/a/', '/a/'],
  ['/a/..', '/', '/', '/'],
  ['/a/b/..', '/a/', '/a/', '/a/'],
  ['/a/b/../', '/a/', '/a/', '/a/'],
  ['/a//b/', '/a//b/', '/a/b/', '/a/b/'],
  // nginx merges slashes first, the others resolve first.
  ['/a//../b', '/a/b', '/a/b', '/b'],
  ['/a%20b', '/a%20b', '/a%20b', '/a%20b'],
  ['/a%7eb%2d', '/a~b-', '/a~b-', '/a~b-'],
  ['/a%3ab%26', '/a%3Ab%26', '/a%3Ab%26', '/a:b&'],
  ['/%c3%bc', '/%C3%BC', '/%C3%BC', '/%C3%BC'],
  ['/%0a%0D', '/%0A%0D', '/%0A%0D', '/%0A%0D'],
  ['/%25%3f%23', '/%25%3F%23', '/%25%3F%23', '/%25%3F%23'],
  ['/a"<>[]{}|^`', '/a"<>[]{}|^`', '/a"<>[]{}|^`', '/a"<>[]{}|^`'],
  ["/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~"],
  ...[
    '',
    'a',
    '*',
    '/a b',
    '/a\tb',
    '/a\rb',
    '/a\nb',
    '/a\0b',
    '/\u007f',
    '/ü',
    '/\ud800',
    '/a#b',
    '/a?b',
    '/%',
    '/%z',
    '/%zz',
    '/%2',
    '/%00',
    '/a%00b',
  ].map((path) => [path, '400', '400', '400'] as const),
];

describe('canonicalizePath', () => {
  it.each([...spellings, ...others])('%j: base %j, hardened %j, nginx %j', (path, base, hardened, nginx) => {
    expect(modes.map((mode) => canonical(path, mode))).toEqual([base, hardened, nginx]);
  });

  it('refuses what is longer than 8 KiB', () => {
    for (const mode of modes) {
      expect(canonical(`/${'a'.repeat(8192)}`, mode)).toBe('400');
      expect(canonical(`/${'%61'.repeat(2730)}`, mode)).toBe(`/${'a'.repeat(2730)}`);
    }
  });

  const pieces = [
    '/',
    '//',
    'a',
    'B',
    '.',
    '..',
    ';',
    '%2e',
    '%2E',
    '%2f',
    '%5c',
    '\\',
    '%25',
    '%61',
    '%7e',
    '%3b',
    '%20',
    '%c3',
    '%00',
    '%0a',
    '%',
    '2e',
    'x',
    '~',
    ' ',
    '?',
    '#',
    'ü',
    '\t',
  ];
  const paths = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => `/${parts.join('')}`);

  it('yields a safe path that it returns unchanged', () => {
    fc.assert(
      fc.property(paths, fc.constantFrom(...modes), (path, mode) => {
        const once = canonicalizePath(path, mode);
        if (!once.ok) return;
        expect(once.path).toMatch(/^\/[!-~]*$/);
        expect(once.path).not.toMatch(/[?#\\]/);
        expect(once.path.split('/')).not.toContain('.');
        expect(once.path.split('/')).not.toContain('..');
        expect(once.path).not.toMatch(/%(?:2e|2d|7e|61|41)/i);
        if (mode !== 'base') expect(once.path).not.toContain('//');
        expect(canonicalizePath(once.path, mode)).toEqual(once);
        // No reader who decodes once more, cuts parameters or takes backslashes for slashes finds a way up.
        const suspicious = decodeURIComponent(once.path.replaceAll(/%(?![01345-9A-F])|%[0189A-F][0-9A-F]/g, 'x')).split(/[/\\]/);
        expect(suspicious.map((segment) => segment.split(';', 1)[0])).not.toContain('..');
      }),
      { numRuns: 20_000 },
    );
  });

  it('has a fast path that agrees with the slow one', () => {
    fc.assert(
      fc.property(paths, fc.constantFrom(...modes), (path, mode) => {
        if (isClean(path, 0, path.length)) expect(canonical(path, mode)).toBe(path);
        // One escape more sends the path the slow way.
        const slow = canonicalizePath(`${path}/%61`, mode);
        const fast = canonicalizePath(`${path}/a`, mode);
        expect(slow).toEqual(fast);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('recheckPath', () => {
  it.each(modes)('lets ordinary results pass (%s)', (mode) => {
    for (const path of ['/', '/a', '/a/b/', '/a;x', '/a.b/..c', '/a%20b']) expect(recheckPath(path, mode)).toEqual({ ok: true, path });
    expect(recheckPath('/%7ea', mode)).toEqual({ ok: true, path: '/~a' });
    expect(recheckPath('/a//b', mode)).toEqual({ ok: true, path: '/a//b' });
  });

  it.each(modes)('refuses what points elsewhere (%s)', (mode) => {
    const bad = [
      '',
      'a',
      '//evil',
      '/\\evil',
      '//',
      '/../x',
      '/api/../x',
      '/..',
      '/.',
      '/a/.',
      '/a/./b',
      '/%2e%2e/x',
      '/a/%2e/b',
      '/a/..;/b',
      '/a/.;x',
      '/a/..%3bx/b',
      '/a%2f..%2fb',
      '/a%5c../b',
      '/..\\x',
      '/a b',
      '/a\r\nX: y',
      '/a\0',
      '/a?b',
      '/a#b',
      '/ü',
      '/%zz',
      '/%',
      '/%00',
      `/${'a'.repeat(9000)}`,
    ];
    for (const path of bad) expect(recheckPath(path, mode).ok, JSON.stringify(path.slice(0, 20))).toBe(false);
  });

  it('does not decode a second time what nginx mode had decoded', () => {
    expect(recheckPath('/a%2Fb', 'nginx')).toEqual({ ok: true, path: '/a%2Fb' });
    expect(recheckPath('/a%2Fb', 'base')).toEqual({ ok: true, path: '/a%2Fb' });
    expect(recheckPath('/a%2Fb', 'hardened').ok).toBe(false);
  });

  it('encodes in nginx mode what nginx does not leave as it is in a path of its own', () => {
    const path = '/a"<b>[c]{d}|e^f`g';
    expect(recheckPath(path, 'nginx')).toEqual({ ok: true, path: '/a%22%3Cb%3E[c]%7Bd%7D%7Ce%5Ef%60g' });
    expect(recheckPath(path, 'base')).toEqual({ ok: true, path });
  });

  it('never turns a canonical path into another', () => {
    const parts = fc.array(fc.constantFrom('a', '/', '.', '..', ';', '%2e', '%2F', '\\', '%41'), { maxLength: 10 });
    fc.assert(
      fc.property(parts, fc.constantFrom(...modes), (texts, mode) => {
        const checked = recheckPath(`/${texts.join('')}`, mode);
        if (!checked.ok) return;
        expect(recheckPath(checked.path, mode)).toEqual(checked);
        const again = canonicalizePath(checked.path, mode);
        if (!checked.path.includes('//') && !/%2F/.test(checked.path)) expect(again).toEqual(checked);
      }),
      { numRuns: 5_000 },
    );
  });
});
