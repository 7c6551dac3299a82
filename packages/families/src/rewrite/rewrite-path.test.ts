import type { PathTemplate } from '@ingresskit/annotations';
import { pathTemplate } from '@ingresskit/annotations';
import type { PathMatch } from '@ingresskit/route-table';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathByPrefix, pathByTarget } from './rewrite-path.ts';

function template(text: string): PathTemplate {
  const result = pathTemplate().parse(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
const prefix = (value: string): PathMatch => ({ kind: 'prefix', value });
const pattern = (value: string, more: Partial<PathMatch> = {}): PathMatch => ({ kind: 'regex', value, end: 'open', ...more });

describe('a target', () => {
  test.each([
    ['/test', { kind: 'exact', value: '/test' }, '/dev', '/dev'],
    ['/foo/bar', prefix('/foo'), '/new', '/new/bar'],
    ['/foo', prefix('/foo'), '/new', '/new'],
    ['/foo/x/foo', prefix('/foo'), '/new', '/new/x/new'],
    ['/foo/foobar', prefix('/foo'), '/new', '/new/newbar'],
    ['/foo/bar', prefix('/foo'), '/', '//bar'],
    ['/x', prefix('/'), '/t', '/tx'],
    ['/FOO/Bar', { ...prefix('/foo'), ignoreCase: true }, '/new', '/new/Bar'],
    ['/v1/a/b', pattern('/v1/(.*)'), '/$1', '/a/b'],
    ['/v1/a', pattern('/v1/(.*)'), '\\1', 'a'],
    ['/app', pattern('/app(/|$)(.*)'), '/$2', '/'],
    ['/a/1/rest', pattern('/a/([0-9])'), '/b/$1', '/b/1'],
    ['/A/x', pattern('/a/(.*)', { ignoreCase: true }), '/$1', '/x'],
    ['/a/x', pattern('/a/(x)(y)?', { end: 'full' }), '/$1$2$3', '/x'],
  ] as const)('makes of %s', (path, match, target, expected) => {
    expect(pathByTarget(path, match, template(target), 'occurrences')).toBe(expected);
  });

  test('replaces all of a plain path where the gateway says so', () => {
    expect(pathByTarget('/foo/bar', prefix('/foo'), template('/new'), 'whole')).toBe('/new');
    expect(pathByTarget('/x', prefix('/'), template('/t'), 'whole')).toBe('/t');
  });

  test('has no characters of its own to the text it replaces', () => {
    expect(pathByTarget('/foo/a', prefix('/foo'), template('/$&'.replace('$&', '%24%26')), 'occurrences')).toBe('/%24%26/a');
    expect(pathByTarget('/foo/a', prefix('/foo'), template('/a$'), 'occurrences')).toBe('/a$/a');
  });

  test('does not grow without bound', () => {
    const result = pathByTarget('/a'.repeat(4000), prefix('/a'), template(`/${'b'.repeat(1000)}`), 'occurrences');
    expect(result.length).toBeGreaterThan(8192);
    expect(result.length).toBeLessThan(80_000);
  });
});

describe('a new prefix', () => {
  test.each([
    ['/foo', prefix('/foo'), '/new', '/new'],
    ['/foo/', prefix('/foo'), '/new', '/new/'],
    ['/foo/x/foo', prefix('/foo'), '/new', '/new/x/foo'],
    ['/foo', prefix('/foo'), '/new/', '/new/'],
    ['/foo/x', prefix('/foo'), '/new/', '/new/x'],
    ['/foo/x', prefix('/foo/'), '/new', '/new/x'],
    ['/x', prefix('/'), '/new', '/new/x'],
    ['/x', prefix('/'), '/', '/x'],
    ['/a/1/b', pattern('/a/[0-9]'), '/new', '/new'],
    ['/test', { kind: 'exact', value: '/test' }, '/new', '/new'],
  ] as const)('makes of %s', (path, match, replacement, expected) => {
    expect(pathByPrefix(path, match, replacement)).toBe(expected);
  });

  const segments = fc.array(fc.stringMatching(/^[a-z0-9~-]{1,4}$/), { maxLength: 4 });

  test('keeps the rest and never doubles a slash', () => {
    fc.assert(
      fc.property(segments, segments, segments, fc.boolean(), (own, rest, other, slash) => {
        const match = prefix(`/${own.join('/')}`);
        const path = `/${[...own, ...rest].join('/')}`;
        const replacement = `/${other.join('/')}${slash && other.length > 0 ? '/' : ''}`;
        const result = pathByPrefix(path, match, replacement);
        expect(result.split('/').filter((part) => part !== '')).toEqual([...other, ...rest]);
        expect(result).toMatch(/^\/(?!\/)/);
        expect(result.slice(1)).not.toContain('//');
      }),
    );
  });
});
