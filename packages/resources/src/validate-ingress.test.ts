import { describe, expect, it } from 'vitest';
import type { Ingress, IngressBackend, IngressPath, IngressSpec, PathType } from './ingress.ts';
import { ingressDiagnostics } from './ingress-diagnostics.ts';
import { recordWrittenVersion } from './older-version.ts';
import { validateIngress } from './validate-ingress.ts';

const backend: IngressBackend = { service: { name: 'a', port: { number: 80 } } };
const of = (spec: IngressSpec | undefined): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'default' },
  ...(spec === undefined ? {} : { spec }),
});
const rule = (path: Partial<IngressPath> & { readonly backend?: IngressBackend }, host?: string): IngressSpec => ({
  rules: [{ ...(host === undefined ? {} : { host }), http: { paths: [{ pathType: 'Prefix', path: '/', backend, ...path }] } }],
});
const problemsOf = (spec: IngressSpec | undefined) => validateIngress(of(spec));
const codesOf = (spec: IngressSpec | undefined): string[] =>
  problemsOf(spec).map(({ diagnostic }) => diagnostic.code.replace('ingress/', ''));

// The expectations of the API server's own tests (pkg/apis/networking/validation), case by case.
describe('hosts', () => {
  it.each([
    'foo.bar.com',
    'a',
    'a-b.c',
    '1.a',
    '*.bar.com',
    '*.a',
    '*.1.a',
    'a'.repeat(253),
    'xn--bcher-kva.example',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
  ])('%s is one', (host) => {
    expect(codesOf(rule({}, host))).toEqual([]);
  });

  it.each([
    '*',
    '*.',
    '**.a',
    '*.*.a',
    'a.*.b',
    '*a.b',
    'a.*',
    '.a',
    'a.',
    'a..b',
    '-a',
    'a-',
    'a-.b',
    'A.b',
    'a_b',
    'a b',
    'ä.example',
    'a/b',
    'a:80',
    'http://a',
    '127.0.0.1',
    '1.2.3.4',
    '::1',
    '[::1]',
    '2001:db8::1',
    'a'.repeat(254),
    `*.${'a'.repeat(252)}`,
    '__proto__',
    '*.A.b',
    '\u0000',
  ])('%j is none', (host) => {
    const problems = problemsOf(rule({}, host));
    expect(problems).toMatchObject([
      { scope: 'rule', rule: 0, diagnostic: { code: 'ingress/invalid-host', path: ['spec', 'rules', 0, 'host'], data: { host } } },
    ]);
  });

  it('may be absent or empty', () => {
    expect(codesOf(rule({}))).toEqual([]);
    expect(codesOf(rule({}, ''))).toEqual([]);
  });

  it('are suggested where the meaning is clear', () => {
    const helpOf = (host: string) => problemsOf(rule({}, host))[0]?.diagnostic.help;
    expect(helpOf('HTTPS://Shop.Example:8443/x')).toBe('Write "shop.example".');
    expect(helpOf('Shop.example.')).toBe('Write "shop.example".');
    expect(helpOf('*')).toBe('Leave the host out to match every host.');
    expect(helpOf('a_b')).toBeUndefined();
    expect(problemsOf(rule({}, '10.0.0.1'))[0]?.diagnostic.message).toContain('IP address');
  });
});

describe('paths', () => {
  const types: PathType[] = ['Exact', 'Prefix'];
  it.each(types)('of type %s are canonical', (pathType) => {
    for (const path of [
      '/',
      '/a',
      '/a/',
      '/a/b',
      '/a.b',
      '/..a',
      '/a..',
      '/a.',
      '/%20',
      '/$',
      '/a%2',
      '/.a',
      '/.well-known/x',
      '/(a|b)',
      '/a b',
    ]) {
      expect(codesOf(rule({ path, pathType })), path).toEqual([]);
    }
    for (const path of ['', 'a', '//', '/a//b', '/a/./b', '/a/../b', '/a/..', '/a/.', '/.', '/..', '/a%2fb', '/a%2Fb']) {
      expect(problemsOf(rule({ path, pathType })), path).toMatchObject([
        {
          scope: 'path',
          rule: 0,
          path: 0,
          diagnostic: { code: 'ingress/invalid-path', path: ['spec', 'rules', 0, 'http', 'paths', 0, 'path'] },
        },
      ]);
    }
    const { path: _, ...entry } = { path: '/', pathType, backend };
    expect(codesOf({ rules: [{ http: { paths: [entry] } }] })).toEqual(['invalid-path']);
  });

  it('of type ImplementationSpecific may be absent, and else start with a slash', () => {
    for (const path of ['', '/', '/a//b', '/a/../b', '/(x|y)', '/%2f'])
      expect(codesOf(rule({ path, pathType: 'ImplementationSpecific' })), path).toEqual([]);
    expect(codesOf({ rules: [{ http: { paths: [{ pathType: 'ImplementationSpecific', backend }] } }] })).toEqual([]);
    for (const path of ['a', '*', '~ ^/a'])
      expect(codesOf(rule({ path, pathType: 'ImplementationSpecific' })), path).toEqual(['invalid-path']);
  });

  it('need a type, in Kubernetes’ spelling', () => {
    expect(codesOf({ rules: [{ http: { paths: [{ path: '/', backend }] } }] })).toEqual(['missing-path-type']);
    const unknown = problemsOf(rule({ pathType: 'prefix' as PathType }));
    expect(unknown).toMatchObject([{ scope: 'path', diagnostic: { code: 'ingress/unknown-path-type', help: 'Did you mean "Prefix"?' } }]);
    expect(codesOf(rule({ pathType: '__proto__' as PathType }))).toEqual(['unknown-path-type']);
    const old = of({ rules: [{ http: { paths: [{ path: '/', backend }] } }] });
    recordWrittenVersion(old, 'extensions/v1beta1');
    expect(validateIngress(old)).toEqual([]);
  });
});

describe('backends', () => {
  const cases: [string, IngressBackend, string | undefined][] = [
    ['a number', { service: { name: 'a', port: { number: 65535 } } }, undefined],
    ['a name', { service: { name: 'a', port: { name: 'http' } } }, undefined],
    ['an empty name and a number', { service: { name: 'a', port: { name: '', number: 1 } } }, undefined],
    ['a resource', { resource: { apiGroup: 'x.example', kind: 'Bucket', name: 'b' } }, undefined],
    ['a resource of the core group', { resource: { kind: 'Bucket', name: 'b' } }, undefined],
    ['nothing', {}, 'invalid-backend'],
    ['two things', { service: { name: 'a', port: { number: 1 } }, resource: { kind: 'B', name: 'b' } }, 'invalid-backend'],
    ['no port', { service: { name: 'a' } }, 'invalid-service-port'],
    ['an empty port', { service: { name: 'a', port: {} } }, 'invalid-service-port'],
    ['port 0', { service: { name: 'a', port: { number: 0 } } }, 'invalid-service-port'],
    ['a negative port', { service: { name: 'a', port: { number: -1 } } }, 'invalid-service-port'],
    ['port 65536', { service: { name: 'a', port: { number: 65536 } } }, 'invalid-service-port'],
    ['a name and a number', { service: { name: 'a', port: { name: 'x', number: 1 } } }, 'invalid-service-port'],
    ['a numeral as name', { service: { name: 'a', port: { name: '80' } } }, 'invalid-service-port'],
    ['a long port name', { service: { name: 'a', port: { name: 'a'.repeat(16) } } }, 'invalid-service-port'],
    ['a port name with two hyphens', { service: { name: 'a', port: { name: 'a--b' } } }, 'invalid-service-port'],
    ['an upper-case name', { service: { name: 'A', port: { number: 1 } } }, 'invalid-service-name'],
    ['a name that starts with a digit', { service: { name: '1a', port: { number: 1 } } }, 'invalid-service-name'],
    ['a name with a namespace', { service: { name: 'ns/a', port: { number: 1 } } }, 'invalid-service-name'],
    ['a name with a dot', { service: { name: 'a.b', port: { number: 1 } } }, 'invalid-service-name'],
    ['an empty name', { service: { name: '', port: { number: 1 } } }, 'invalid-service-name'],
    ['a long name', { service: { name: 'a'.repeat(64), port: { number: 1 } } }, 'invalid-service-name'],
    ['a resource without a name', { resource: { kind: 'B', name: '' } }, 'invalid-resource-reference'],
    ['a resource of a bad kind', { resource: { kind: 'B/C', name: 'b' } }, 'invalid-resource-reference'],
    ['a resource that climbs', { resource: { kind: 'B', name: '..' } }, 'invalid-resource-reference'],
    ['a resource of a bad group', { resource: { apiGroup: 'X_Y', kind: 'B', name: 'b' } }, 'invalid-resource-reference'],
  ];
  it.each(cases)('%s', (_, value, code) => {
    const wanted = code === undefined ? [] : [code];
    expect(codesOf(rule({ backend: value }))).toEqual(wanted);
    expect(codesOf({ defaultBackend: value })).toEqual(wanted);
    if (code === undefined) return;
    expect(problemsOf(rule({ backend: value }))).toMatchObject([{ scope: 'path', rule: 0, path: 0 }]);
    expect(problemsOf({ defaultBackend: value })).toMatchObject([
      { scope: 'default-backend', diagnostic: { path: expect.arrayContaining(['defaultBackend']) } },
    ]);
  });
});

describe('the rest', () => {
  it('an Ingress serves something', () => {
    for (const spec of [undefined, {}, { rules: [] }, { tls: [{}] }]) {
      expect(problemsOf(spec)).toMatchObject([
        { scope: 'ingress', diagnostic: { code: 'ingress/nothing-to-serve', consequence: 'object-rejected' } },
      ]);
    }
    expect(codesOf({ rules: [{ host: 'a.example' }] })).toEqual([]);
    expect(codesOf({ rules: [{ http: { paths: [] } }] })).toEqual(['missing-paths']);
  });

  it('a class name is possible', () => {
    expect(codesOf({ ...rule({}), ingressClassName: 'mse' })).toEqual([]);
    for (const ingressClassName of ['', 'A', 'a/b', 'a_b'])
      expect(codesOf({ ...rule({}), ingressClassName }), ingressClassName).toEqual(['invalid-class-name']);
  });

  it('TLS hosts and secrets are possible', () => {
    const tls = (entry: { hosts?: string[]; secretName?: string }) => codesOf({ ...rule({}), tls: [entry] });
    for (const entry of [
      {},
      { hosts: [] },
      { hosts: ['a.example', '*.b.example'], secretName: 'cert' },
      { secretName: '' },
      { secretName: 'a.b' },
    ])
      expect(tls(entry)).toEqual([]);
    for (const host of ['', '*', 'A.b', 'a:443', 'a.*.b']) expect(tls({ hosts: ['ok.example', host] }), host).toEqual(['invalid-tls-host']);
    for (const secretName of ['ns/cert', 'Cert', '..', 'a_b']) expect(tls({ secretName }), secretName).toEqual(['invalid-secret-name']);
    expect(problemsOf({ ...rule({}), tls: [{}, { hosts: ['ok.example', 'BAD'] }] })).toMatchObject([
      { scope: 'tls', tls: 1, diagnostic: { path: ['spec', 'tls', 1, 'hosts', 1] } },
    ]);
  });

  it('every fault is found, each at the smallest part it spoils', () => {
    const problems = problemsOf({
      defaultBackend: {},
      tls: [{ secretName: 'a/b' }],
      rules: [
        { host: 'BAD', http: { paths: [{ path: 'x', pathType: 'Exact', backend: {} }] } },
        {
          host: 'ok.example',
          http: {
            paths: [
              { path: '/', pathType: 'Exact', backend },
              { path: '/x', backend },
            ],
          },
        },
      ],
    });
    expect(problems.map(({ scope, rule: index, path, tls }) => [scope, index, path, tls])).toEqual([
      ['default-backend', undefined, undefined, undefined],
      ['rule', 0, undefined, undefined],
      ['path', 0, 0, undefined],
      ['path', 0, 0, undefined],
      ['path', 1, 1, undefined],
      ['tls', undefined, undefined, 0],
    ]);
    for (const { diagnostic } of problems) {
      expect(diagnostic.object).toEqual({ kind: 'Ingress', namespace: 'default', name: 'i' });
      expect(Object.keys(ingressDiagnostics.definitions)).toContain(diagnostic.code.slice('ingress/'.length));
      expect(diagnostic.message).toMatch(/\.$/);
    }
  });

  it('a sound Ingress costs one shared empty list', () => {
    expect(problemsOf(rule({}, 'a.example'))).toBe(problemsOf({ defaultBackend: backend }));
  });
});
