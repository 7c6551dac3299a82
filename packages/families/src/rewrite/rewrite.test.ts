import type { PathTemplate, RouteDraft } from '@ingresskit/annotations';
import { pathTemplate } from '@ingresskit/annotations';
import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { RewriteSettings } from './rewrite.ts';
import { rewrite } from './rewrite.ts';

const nginx: RewriteSettings = { impliesPattern: 'other-target', replaces: 'whole', ignoresEqualTarget: true };

function template(text: string): PathTemplate {
  const result = pathTemplate().parse(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function shaped(
  pathText: string,
  target: string,
  settings: RewriteSettings,
  draft: Partial<RouteDraft> = {},
): { path: RouteDraft['path']; reports: string[]; dropped: boolean } {
  const reports: string[] = [];
  const context = {
    settings,
    report: (name: string) => reports.push(name),
    drop: (name: string) => {
      reports.push(name);
      return { dropped: {} };
    },
  };
  const whole: RouteDraft = {
    pathText,
    pathType: 'Prefix',
    path: { kind: 'prefix', value: pathText },
    predicates: undefined,
    backends: [],
    ...draft,
  };
  const result = rewrite.shape?.({ target: template(target) }, whole, context as never);
  return { path: whole.path, reports, dropped: result !== undefined };
}

describe('a target makes a pattern of the path', () => {
  const twin = rewrite.settings as unknown as RewriteSettings;

  test.each([
    ['/foo', '/new', 'prefix'],
    ['/foo-bar_~', '/new', 'prefix'],
    ['/v1.0', '/new', 'regex'],
    ['/a(b)', '/new', 'regex'],
    ['/foo', '/$1', 'regex'],
    ['/foo', '/\\1', 'regex'],
  ] as const)('%s with %s: %s', (path, target, kind) => {
    expect(shaped(path, target, twin).path.kind).toBe(kind);
  });

  test.each([
    ['/foo', '/new', 'regex'],
    ['/foo', '/foo', 'prefix'],
  ] as const)('in ingress-nginx wherever the two differ: %s with %s is %s', (path, target, kind) => {
    expect(shaped(path, target, nginx).path.kind).toBe(kind);
  });

  test('unless it is one already', () => {
    const path = { kind: 'regex', value: '/a.*', end: 'full' } as const;
    expect(shaped('/a.*', '/new', twin, { path })).toEqual({ path, reports: [], dropped: false });
  });

  test('and names what may surprise', () => {
    expect(shaped('/v1.0', '/new', twin).reports).toEqual(['dot-is-pattern']);
    expect(shaped('/v1', '/new', twin, { pathType: 'Exact', path: { kind: 'exact', value: '/v1' } }).reports).toEqual([]);
    expect(shaped('/v(1)', '/new', twin, { pathType: 'Exact' }).reports).toEqual(['exact-ignored']);
    expect(shaped('/v(1)$', '/new', twin, { pathType: 'Exact' }).reports).toEqual([]);
    expect(shaped('/v(1)', '/$2', twin).reports).toEqual(['missing-group']);
    expect(shaped('/foo', '/new/', twin).reports).toEqual(['double-slash']);
    expect(shaped('/', '/new/', twin).reports).toEqual([]);
    expect(shaped('/foo', '/', nginx).reports).toEqual([]);
    expect(shaped('/v(1', '/new', twin)).toMatchObject({ reports: ['invalid-pattern'], dropped: true });
  });
});

describe('a request', () => {
  function rewritten(url: string, target: string, settings: object): string | undefined {
    const { exchange } = exchangeOf({ url }, { path: '/foo', settings });
    let path: string | undefined;
    expect(rewrite.request?.({ target: template(target) }, { ...exchange, setUpstreamPath: (made) => void (path = made) })).toBeUndefined();
    return path;
  }

  test('keeps its path where the target equals that of the route, if the gateway says so', () => {
    expect(rewritten('http://a.example/foo/x', '/foo', nginx)).toBeUndefined();
    expect(rewritten('http://a.example/foo/x', '/foo', { ...nginx, ignoresEqualTarget: false })).toBe('/foo');
  });

  test('gets a new one otherwise', () => {
    expect(rewritten('http://a.example/foo/x?q', '/new', rewrite.settings)).toBe('/new/x');
    expect(rewritten('http://a.example/foo/x', '/new', nginx)).toBe('/new');
  });
});
