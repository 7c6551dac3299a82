import type { PathRules } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import type { PathMatch, Route } from '@ingresskit/route-table';
import { expect, test } from 'vitest';
import { inPatternMode } from './pattern-mode.ts';

const rules: PathRules = {
  implementationSpecific: 'prefix',
  regexScope: 'host',
  regexIgnoresCase: true,
  wildcardSuffix: false,
  trimPrefixSlash: false,
  duplicateKey: ['kind', 'path'],
};

function route(name: string, path: PathMatch, origin: 'path' | 'family' = 'path'): Route {
  const provenance = { origin, ingress: { kind: 'Ingress', namespace: 'default', name }, rule: 0, path: 0, annotations: {} } as const;
  return { path, pathType: path.kind === 'exact' ? 'Exact' : 'Prefix', pathText: path.value, backends: [], policies: {}, provenance };
}
const plain = route('plain', { kind: 'prefix', value: '/foo' });
const exact = route('plain', { kind: 'exact', value: '/v1.0' });
const pattern = route('pattern', { kind: 'regex', value: '/a/[0-9]+', end: 'open' });
const added = route('pattern', { kind: 'exact', value: '/' }, 'family');

function run(routes: readonly Route[], changed: Partial<PathRules> = {}): { paths: PathMatch[]; diagnostics: string[]; same: boolean } {
  const diagnostics: Diagnostic[] = [];
  const result = inPatternMode('a.example', routes, { ...rules, ...changed }, diagnostics);
  return {
    paths: result.map(({ path }) => path),
    diagnostics: diagnostics.map(({ code, object }) => `${code} ${object?.name}`),
    same: result === routes,
  };
}

test('a host without patterns, and a profile that keeps them to their route, stay as they are', () => {
  expect(run([plain, exact])).toMatchObject({ same: true, diagnostics: [] });
  expect(run([plain, pattern], { regexScope: 'route' })).toMatchObject({ same: true, diagnostics: [] });
});

test('one pattern makes patterns of all paths, and each Ingress whose plain paths change is named once', () => {
  expect(run([added, plain, exact, pattern])).toEqual({
    paths: [
      { kind: 'exact', value: '/' },
      { kind: 'regex', value: '/foo', end: 'open', ignoreCase: true },
      { kind: 'regex', value: '/v1.0', end: 'open', ignoreCase: true },
      { kind: 'regex', value: '/a/[0-9]+', end: 'open', ignoreCase: true },
    ],
    diagnostics: ['route/read-as-pattern plain'],
    same: false,
  });
  expect(run([pattern], { regexIgnoresCase: false }).paths).toEqual([{ kind: 'regex', value: '/a/[0-9]+', end: 'open' }]);
});

test('a plain prefix leaves itself to an exact path of the same text, and keeps what lies below it', () => {
  const twin = route('plain', { kind: 'exact', value: '/foo' });
  expect(run([plain, twin, pattern]).paths.map(({ value }) => value)).toEqual(['/foo/', '/foo', '/a/[0-9]+']);
  const slashed = route('plain', { kind: 'prefix', value: '/foo/' });
  expect(run([slashed, route('plain', { kind: 'exact', value: '/foo/' }), pattern]).paths[0]?.value).toBe('/foo/');
});

test('a path that is no pattern keeps its plain meaning and is named', () => {
  const broken = route('broken', { kind: 'prefix', value: '/a(b' });
  const { paths, diagnostics } = run([broken, pattern]);
  expect(paths[0]).toEqual({ kind: 'prefix', value: '/a(b' });
  expect(diagnostics).toEqual(['route/not-a-pattern broken']);
});
