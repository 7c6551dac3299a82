import type { Ingress, IngressPath, IngressRule, PathType } from '@ingresskit/resources';
import fc from 'fast-check';
import { oneOf } from '../generate/names.ts';
import { emptyService, namespaces, services } from './cluster.ts';
import { annotations } from './generate-annotations.ts';

/** Hosts that rules name; the empty one is every other host. */
export const ruleHosts: readonly string[] = ['a.example', 'a.example', 'b.example', '*.b.example', 'x.b.example', '*.example', ''];

/** Paths of hosts without patterns: overlapping, with dots and letters in both cases, with and without a slash at the end. */
export const plainPaths: readonly string[] = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/a/b/c',
  '/a.b',
  '/A',
  '/ab',
  '/a-b',
  '/a_b/x',
  '/foo',
  '/foo/',
  '/foo/bar',
  '/foo/bar/baz/',
  '/index.html',
  '/.well-known/acme-challenge',
];

/** Paths that only ImplementationSpecific may have, on hosts without patterns: everything that could break out of a configuration or never match. */
export const oddPaths: readonly string[] = [
  '/a//b',
  '/a/../b',
  '/a%2Fb',
  '/a+b',
  '/a(b',
  "/a'b",
  '/a"b',
  '/a$b',
  '/a\u0024{host}',
  '/a{b',
  '/a}b;',
  '/a;b',
  '/a*',
  '/a.*',
  '/[a',
  '/a\\b',
  '/a?b',
  '/a#b',
  '/~a',
  '/a=b',
  '/a:b@c',
  '/a,b',
  '/a!b',
];

/** Paths of hosts with patterns. */
export const patternPaths: readonly string[] = [
  '/a(/|$)(.*)',
  '/foo/(.*)',
  '/foo/bar/[a-z]{3}',
  '/foo/bar/bar',
  '/foo(.*)',
  '/id/[0-9]+',
  '/id/[0-9]+$',
  '/v[12]/(.*)',
  '/(a|b)/c',
  '/a.b',
  '/a\\.b',
  '/foo/?',
  '/(.*)',
  '/Foo/([A-Z]+)',
  '/a/(b)?(c)?',
  '/[^/]+/z',
  '/files/(.+)\\.(png|jpg)$',
  '/a/\\d+',
  '/a"b',
  '/a+b',
  '/foo/(.*)/edit',
  '/(?:x|y)/(.*)',
  '/a|/b',
];

/** What a host's Ingresses are like: patterns make one of every path of the host. */
export type Flavour = 'plain' | 'pattern';

function path(flavour: Flavour): fc.Arbitrary<IngressPath> {
  const service = fc.oneof({ weight: 9, arbitrary: oneOf(services) }, { weight: 1, arbitrary: oneOf([emptyService]) });
  const plain = fc.tuple(oneOf(plainPaths), oneOf<PathType>(['Exact', 'Prefix', 'Prefix', 'ImplementationSpecific']));
  const odd = fc.tuple(oneOf(flavour === 'plain' ? oddPaths : patternPaths), oneOf<PathType>(['ImplementationSpecific']));
  const bare = fc.tuple(oneOf(['']), oneOf<PathType>(['ImplementationSpecific']));
  return fc
    .tuple(
      fc.oneof(
        { weight: flavour === 'plain' ? 12 : 5, arbitrary: plain },
        { weight: flavour === 'plain' ? 4 : 8, arbitrary: odd },
        { weight: 1, arbitrary: bare },
      ),
      service,
    )
    .map(([[text, pathType], name]) => ({ path: text, pathType, backend: { service: { name, port: { number: 80 } } } }));
}

function rule(flavour: Flavour): fc.Arbitrary<IngressRule> {
  return fc
    .tuple(oneOf(ruleHosts), fc.array(path(flavour), { minLength: 0, maxLength: 4 }))
    .map(([host, paths]) => ({ ...(host === '' ? {} : { host }), ...(paths.length === 0 ? {} : { http: { paths } }) }));
}

const time = oneOf(['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z']);

function ingress(flavour: Flavour): fc.Arbitrary<Ingress> {
  return fc
    .tuple(
      oneOf(namespaces),
      oneOf(['shop', 'docs', 'auth', 'www', 'zoo']),
      time,
      annotations(flavour),
      fc.array(rule(flavour), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([namespace, name, creationTimestamp, own, rules, luckOfDefault, luckOfTls]) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name, creationTimestamp, annotations: own },
      spec: {
        ...(luckOfDefault < 2 ? { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } : {}),
        ...(luckOfTls < 2 ? { tls: [{ hosts: ['a.example'] }] } : {}),
        rules,
      },
    }));
}

/** A catch-all: a default backend and nothing else. A rule for `/` without a host may not meet it: the facts do not say which of the two answers. */
const catchAll: fc.Arbitrary<Ingress> = fc.tuple(oneOf(namespaces), time).map(([namespace, creationTimestamp]) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace,
    name: 'catch-all',
    creationTimestamp,
    annotations: { 'nginx.ingress.kubernetes.io/permanent-redirect': 'http://no.example' },
  },
  spec: { defaultBackend: { service: { name: 'api', port: { number: 80 } } } },
}));

/** The Ingresses of a scene, names told apart. */
export const ingresses: fc.Arbitrary<readonly Ingress[]> = oneOf<Flavour>(['plain', 'plain', 'pattern']).chain((flavour) =>
  fc
    .tuple(
      fc.uniqueArray(ingress(flavour), {
        minLength: 1,
        maxLength: 4,
        selector: ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      }),
      fc.option(catchAll, { freq: 6 }),
    )
    .map(([all, other]) => (other === null || all.some(hasBareRoot) ? all : [...all, other])),
);

function hasBareRoot({ spec }: Ingress): boolean {
  return (spec?.rules ?? []).some(
    ({ host = '', http }) =>
      host === '' && (http?.paths ?? []).some(({ path: text = '', pathType }) => pathType !== 'Exact' && (text === '' || text === '/')),
  );
}
