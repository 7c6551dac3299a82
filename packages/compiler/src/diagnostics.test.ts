import { ingressNginx, mse } from '@ingresskit/profiles';
import { describe, expect, it } from 'vitest';
import { compilerDiagnostics } from './diagnostics.ts';
import type { CompileOptions } from './options.ts';
import { cart, compileYaml, ingressYaml } from './testing/compile-yaml.ts';

const config = (name: string, more = ''): string =>
  `apiVersion: mse.alibabacloud.com/v1alpha1\nkind: MseIngressConfig\nmetadata: { name: ${name} }\nspec: { ${more} }\n---\n`;
const ingress = (spec: string, metadata = ''): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i${metadata === '' ? '' : `, ${metadata}`} }\nspec: { ${spec} }\n---\n`;
const fallback = 'defaultBackend: { service: { name: cart, port: { number: 80 } } }';
const canary = (more = ''): string =>
  `annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "10"${more} }`;
const rule = (backend: string, path = '/a'): string =>
  `rules: [{ host: a.example, http: { paths: [{ path: "${path}", pathType: Prefix, backend: ${backend} }] } }]`;
const service = '{ service: { name: cart, port: { number: 80 } } }';
const under = (admission: NonNullable<(typeof mse)['admission']>): Partial<CompileOptions> => ({ profile: { ...mse, admission } });
const nginx: Partial<CompileOptions> = { profile: ingressNginx };

/** For each code: manifests that draw it, the object and the field it stands at. */
const cases: Readonly<Record<string, readonly [manifests: string, object: string, path: string, options?: Partial<CompileOptions>]>> = {
  'admission/risk-too-high': [
    ingressYaml('i', { metadata: 'annotations: { nginx.ingress.kubernetes.io/auth-tls-secret: default/a-cacert }' }),
    'i',
    'metadata.annotations.nginx.ingress.kubernetes.io/auth-tls-secret',
    under({ highestRisk: 'Low' }),
  ],
  'admission/forbidden-word': [
    ingressYaml('i', { metadata: 'annotations: { nginx.ingress.kubernetes.io/app-root: /evil }' }),
    'i',
    'metadata.annotations.nginx.ingress.kubernetes.io/app-root',
    under({ forbiddenWords: ['evil'] }),
  ],
  'admission/forbidden-text': [
    ingressYaml('i', { path: '/evil' }),
    'i',
    'spec.rules.0.http.paths.0.path',
    under({ forbiddenPatterns: ['ev.l'] }),
  ],
  'admission/default-backend-refused': [ingress(fallback), 'i', 'spec.defaultBackend', under({ refusesDefaultBackends: true })],
  'admission/path-not-plain': [
    ingressYaml('i', { path: '/a(b)' }),
    'i',
    'spec.rules.0.http.paths.0.path',
    under({ plainPathsExpected: true }),
  ],
  'class/not-selected': [ingressYaml('i', { spec: 'ingressClassName: other' }), 'i', 'spec.ingressClassName', { ingressClass: 'mse' }],
  'class/named-twice': [
    ingressYaml('i', { spec: 'ingressClassName: other', metadata: 'annotations: { kubernetes.io/ingress.class: mse }' }),
    'i',
    'spec.ingressClassName',
  ],
  'class/gateway-not-found': [config('other'), 'nope', '', { gateway: 'nope' }],
  'class/class-not-found': [ingressYaml('i'), 'nope', '', { ingressClass: 'nope' }],
  'class/several-gateways': [config('a') + config('b'), 'b', ''],
  'gateway/invalid-address-list': [
    config('a', 'global: { ipAccessControl: { blacklist: [10.0.0.0/8, nonsense] } }'),
    'a',
    'spec.global.ipAccessControl.blacklist.1',
  ],
  'route/duplicate': [
    ingress(
      `rules: [{ http: { paths: [{ path: /a, pathType: Prefix, backend: ${service} }, { path: /a, pathType: Prefix, backend: ${service} }] } }]`,
    ),
    'i',
    'spec.rules.0.http.paths.1',
  ],
  'route/read-as-pattern': [
    ingressYaml('plain', { path: '/plain' }) +
      ingressYaml('regex', { path: '/x', metadata: 'annotations: { nginx.ingress.kubernetes.io/use-regex: "true" }' }),
    'plain',
    'spec.rules.0.http.paths.0',
    nginx,
  ],
  'route/not-a-pattern': [
    ingressYaml('plain', { path: '/(' }) +
      ingressYaml('regex', { path: '/x', metadata: 'annotations: { nginx.ingress.kubernetes.io/use-regex: "true" }' }),
    'plain',
    'spec.rules.0.http.paths.0',
    nginx,
  ],
  'route/no-paths': [ingress('rules: [{ host: a.example }]'), 'i', 'spec.rules.0'],
  'route/no-primary': [ingress(rule(service), canary()), 'i', 'spec.rules.0.http.paths.0'],
  'route/attached-refused': [
    ingressYaml('p') + ingress(rule(service, '/'), canary(', nginx.ingress.kubernetes.io/whitelist-source-range: nonsense')),
    'i',
    'metadata.annotations.nginx.ingress.kubernetes.io/whitelist-source-range',
  ],
  'route/default-backend-hidden': [ingressYaml('p', { host: '' }) + ingress(fallback), 'i', 'spec.defaultBackend'],
  'route/backend-replaced': [
    ingress(rule(service), 'annotations: { mse.ingress.kubernetes.io/destination: "100% b.default.svc.cluster.local:80" }'),
    'i',
    'spec.rules.0.http.paths.0.backend',
  ],
  'route/name-taken': [
    ingressYaml('p', { host: 'b.example' }) +
      ingressYaml('i', { metadata: 'annotations: { nginx.ingress.kubernetes.io/server-alias: b.example }' }),
    'i',
    'metadata.annotations.nginx.ingress.kubernetes.io/server-alias',
  ],
  'route/default-backend-unpoliced': [
    ingress(fallback, 'annotations: { nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8 }'),
    'i',
    'spec.defaultBackend',
  ],
  'route/attached-default-backend': [
    ingressYaml('p') + ingress(`${fallback}, ${rule(service, '/')}`, canary()),
    'i',
    'spec.defaultBackend',
  ],
  'route/attached-tls': [
    ingressYaml('p') + ingress(`tls: [{ hosts: [a.example], secretName: x }], ${rule(service, '/')}`, canary()),
    'i',
    'spec.tls',
  ],
  'backend/service-not-found': [
    ingress(rule('{ service: { name: nobody, port: { number: 80 } } }')),
    'i',
    'spec.rules.0.http.paths.0.backend',
  ],
  'backend/port-not-found': [ingress(rule('{ service: { name: cart, port: { number: 81 } } }')), 'i', 'spec.rules.0.http.paths.0.backend'],
  'backend/port-name-not-found': [
    ingress(rule('{ service: { name: cart, port: { name: nope } } }')),
    'i',
    'spec.rules.0.http.paths.0.backend',
  ],
  'backend/not-a-service': [ingress(rule('{ resource: { kind: Bucket, name: b } }')), 'i', 'spec.rules.0.http.paths.0.backend'],
  'backend/protected-namespace': [ingressYaml('i', { metadata: 'namespace: kube-system' }), 'i', 'spec.rules.0.http.paths.0.backend'],
  'backend/external-name-refused': [
    'apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { type: ExternalName, externalName: x.example, ports: [{ port: 80 }] }\n',
    'x',
    'spec.externalName',
  ],
  'tls/secret-not-found': [ingressYaml('i', { spec: 'tls: [{ hosts: [a.example], secretName: x }]' }), 'i', 'spec.tls.0.secretName'],
  'tls/no-secret-name': [ingressYaml('i', { spec: 'tls: [{ hosts: [a.example] }]' }), 'i', 'spec.tls.0'],
  'tls/unused-host': [ingressYaml('i', { spec: 'tls: [{ hosts: [a.example, b.example], secretName: x }]' }), 'i', 'spec.tls.0.hosts.1'],
  'tls/other-certificate': [
    ingressYaml('i', { spec: 'tls: [{ hosts: [a.example], secretName: x }, { hosts: [a.example], secretName: y }]' }),
    'i',
    'spec.tls.1',
  ],
};

describe('every diagnostic of the compiler', () => {
  it('has a case here', () => {
    const declared = compilerDiagnostics.flatMap(({ owner, definitions }) => Object.keys(definitions).map((name) => `${owner}/${name}`));
    expect(Object.keys(cases).sort()).toEqual(declared.sort());
  });

  it.each(Object.entries(cases))('%s', (code, [manifests, object, path, options]) => {
    const { diagnostics } = compileYaml(cart + manifests, options);
    const drawn = diagnostics.filter((diagnostic) => diagnostic.code === code);
    expect(drawn, diagnostics.map((diagnostic) => diagnostic.code).join()).not.toEqual([]);
    expect(drawn.map((diagnostic) => `${diagnostic.object?.name} ${(diagnostic.path ?? []).join('.')}`)).toContain(`${object} ${path}`);
    for (const { message, severity } of drawn) {
      expect(message).toMatch(/[.]$/);
      expect(['error', 'warning', 'info']).toContain(severity);
    }
  });

  it('is gone with its cause', () => {
    const { diagnostics } = compileYaml(cart + ingressYaml('sound'));
    expect(diagnostics).toEqual([]);
  });
});
