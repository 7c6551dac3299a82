import { mse } from '@ingresskit/profiles';
import { formatPathMatch, routeId } from '@ingresskit/route-table';
import { describe, expect, it } from 'vitest';
import { cart, codesOf, compileYaml, ingressYaml } from './testing/compile-yaml.ts';

const created = (day: number): string => `creationTimestamp: "2026-01-0${day}T00:00:00Z"`;
const path = (text: string, type = 'Prefix', service = 'cart'): string =>
  `{ path: "${text}", pathType: ${type}, backend: { service: { name: ${service}, port: { number: 80 } } } }`;
const ingress = (name: string, paths: readonly string[], metadata = '', host = 'a.example'): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name}${metadata === '' ? '' : `, ${metadata}`} }\nspec: { rules: [{ host: "${host}", http: { paths: [${paths.join(', ')}] } }] }\n---\n`;
const orderOf = (manifests: string, host = 'a.example') =>
  compileYaml(cart + manifests)
    .table.hosts.get(host)
    ?.routes.map((route) => `${formatPathMatch(route.path)} ${routeId(route)}`);
const regex = 'annotations: { nginx.ingress.kubernetes.io/use-regex: "true" }';

describe('the order of routes (mse.md §2.4)', () => {
  it('is exact, prefix, regex, and longer first; a bare / comes after all of them', () => {
    expect(
      orderOf(
        ingress('p', [path('/'), path('/a'), path('/a/b'), path('/z', 'Exact'), path('/zz', 'Exact')]) +
          ingress('r', [path('/r'), path('/longer-than-all')], regex),
      ),
    ).toEqual([
      '= /zz default/p/0/4',
      '= /z default/p/0/3',
      '/a/b/* default/p/0/2',
      '/a/* default/p/0/1',
      '~ /longer-than-all default/r/0/1',
      '~ /r default/r/0/0',
      '/* default/p/0/0',
    ]);
  });

  it('is age where all else is equal, then name, then position', () => {
    const equal = (name: string, day: number, text: string) => ingress(name, [path(text)], created(day));
    expect(orderOf(equal('b', 2, '/bb') + equal('c', 1, '/cc') + equal('a', 2, '/aa'))).toEqual([
      '/cc/* default/c/0/0',
      '/aa/* default/a/0/0',
      '/bb/* default/b/0/0',
    ]);
    expect(orderOf(ingress('a', [path('/bb'), path('/aa')]))).toEqual(['/bb/* default/a/0/0', '/aa/* default/a/0/1']);
  });

  it('has a default backend last, unless a route for every path hides it', () => {
    const fallback = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: d }\nspec: { defaultBackend: { service: { name: cart, port: { number: 80 } } }, rules: [{ host: a.example, http: { paths: [${path('/x')}] } }] }\n---\n`;
    expect(orderOf(fallback)).toEqual(['/x/* default/d/0/0', '/* default/d/default']);
    expect(orderOf(fallback, '*')).toEqual(['/* default/d/default']);
    expect(orderOf(fallback + ingress('all', [path('/')]))).toEqual(['/x/* default/d/0/0', '/* default/all/0/0']);
  });

  it('is the same for the prefixes /a and /a/', () => {
    expect(orderOf(ingress('a', [path('/a/')]))).toEqual(['/a/* default/a/0/0']);
  });
});

describe('default backends on unknown hosts', () => {
  const of = (name: string, day: number): string =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name}, ${created(day)} }\nspec: { defaultBackend: { service: { name: cart, port: { number: 80 } } } }\n---\n`;
  it('are that of the newest Ingress, and the others are told', () => {
    const { table, diagnostics } = compileYaml(cart + of('old', 1) + of('new', 2));
    expect(table.hosts.get('*')?.routes.map(routeId)).toEqual(['default/new/default']);
    expect(diagnostics).toMatchObject([{ code: 'route/default-backend-hidden', object: { name: 'old' } }]);
  });
});

describe('conflicts', () => {
  it('go to the older Ingress, and the newer is told of it', () => {
    const manifests = cart + ingress('new', [path('/a'), path('/b')], created(2)) + ingress('old', [path('/a')], created(1));
    const { table, diagnostics } = compileYaml(manifests);
    expect(table.hosts.get('a.example')?.routes.map(routeId)).toEqual(['default/old/0/0', 'default/new/0/1']);
    expect(diagnostics).toMatchObject([
      {
        code: 'route/duplicate',
        object: { name: 'new' },
        path: ['spec', 'rules', 0, 'http', 'paths', 0],
        related: [{ object: { name: 'old' } }],
      },
    ]);
  });

  it('are none between an exact path and a prefix of one text, nor between hosts', () => {
    const { diagnostics } = compileYaml(
      cart + ingress('a', [path('/a'), path('/a', 'Exact')]) + ingress('b', [path('/a')], '', 'b.example'),
    );
    expect(codesOf(diagnostics, true)).toEqual([]);
  });

  it('within one Ingress go to the first path', () => {
    const { diagnostics } = compileYaml(cart + ingress('a', [path('/a'), path('/a/')]));
    expect(codesOf(diagnostics)).toEqual(['route/duplicate spec.rules.0.http.paths.1']);
  });
});

describe('TLS', () => {
  const secret = (name: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\ntype: kubernetes.io/tls\ndata: { tls.crt: YQ==, tls.key: YQ== }\n---\n`;
  const tlsOf = (manifests: string, options = {}) => compileYaml(cart + manifests, options).table.hosts.get('a.example')?.tls;
  const withTls = (name: string, tls: string, day = 1) =>
    ingressYaml(name, { spec: `tls: [${tls}]`, metadata: created(day), path: `/${name}` });

  it('is that of the oldest Ingress with an entry for the host, found or not', () => {
    expect(
      tlsOf(
        withTls('b', '{ hosts: [a.example], secretName: two }', 2) +
          withTls('a', '{ hosts: [a.example], secretName: one }') +
          secret('one'),
      ),
    ).toMatchObject({ secret: { namespace: 'default', name: 'one' }, found: true, ingress: { name: 'a' } });
    expect(tlsOf(withTls('a', '{ hosts: [a.example], secretName: one }'))).toMatchObject({ found: false });
    expect(tlsOf(withTls('a', '{ hosts: [b.example], secretName: one }'))).toBeUndefined();
  });

  it('of a wildcard does not serve another name, letter by letter', () => {
    expect(tlsOf(withTls('a', '{ hosts: ["*.example"], secretName: one }') + secret('one'))).toBeUndefined();
    expect(
      tlsOf(withTls('a', '{ hosts: ["*.example"], secretName: one }') + secret('one'), {
        profile: { ...mse, tls: { ...mse.tls, hosts: 'covering' } },
      }),
    ).toMatchObject({ found: true });
  });

  it('survives a bad host beside a good one, and not a bad secret name', () => {
    expect(tlsOf(withTls('a', '{ hosts: [BAD, a.example], secretName: one }') + secret('one'))).toMatchObject({ found: true });
    expect(tlsOf(withTls('a', '{ hosts: [a.example], secretName: a/b }') + secret('one'))).toBeUndefined();
  });
});

describe('backends', () => {
  const backendsOf = (backend: string, more = '', options = {}) => {
    const { table, diagnostics } = compileYaml(
      `${cart}${more}apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { rules: [{ host: a.example, http: { paths: [{ path: /a, pathType: Prefix, backend: ${backend} }] } }] }\n`,
      options,
    );
    const route = table.hosts.get('a.example')?.routes[0];
    return { backend: route?.backends[0]?.backend, denied: route?.denied?.code, codes: codesOf(diagnostics) };
  };

  it('by port name are those of the Service; a number is taken as it is', () => {
    expect(backendsOf('{ service: { name: cart, port: { name: http } } }')).toMatchObject({ backend: { port: 80 }, codes: [] });
    expect(backendsOf('{ service: { name: cart, port: { name: nope } } }')).toMatchObject({
      backend: undefined,
      codes: ['backend/port-name-not-found spec.rules.0.http.paths.0.backend'],
    });
    expect(backendsOf('{ service: { name: cart, port: { number: 81 } } }')).toMatchObject({
      backend: { port: 81 },
      codes: ['backend/port-not-found spec.rules.0.http.paths.0.backend'],
    });
    expect(backendsOf('{ service: { name: nobody, port: { number: 80 } } }')).toMatchObject({
      backend: { service: 'nobody' },
      codes: ['backend/service-not-found spec.rules.0.http.paths.0.backend'],
    });
  });

  it('of protected namespaces answer 503', () => {
    const { table } = compileYaml(ingressYaml('a', { metadata: 'namespace: kube-system' }));
    expect(table.hosts.get('a.example')?.routes[0]).toMatchObject({ backends: [], denied: { code: 'backend/protected-namespace' } });
  });
});
