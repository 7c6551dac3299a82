import { describe, expect, it } from 'vitest';
import { backendKey } from './backend.ts';
import { formatPathMatch } from './path-match.ts';
import { type PolicyKey, policyOf } from './policies.ts';
import { formatNamedMatch } from './predicates.ts';
import { formatTable } from './print.ts';
import { fieldOf } from './provenance.ts';
import { routeId } from './route.ts';
import { backendOf, hostOf, routeOf, tableOf } from './testing/tables.ts';

const { provenance } = routeOf();

describe('the printed table', () => {
  const canary = {
    canary: 'web/shop-canary',
    when: {
      headers: [{ name: 'x-user', match: { kind: 'exact', value: 'a"b' } }],
      cookies: [{ name: 'c', match: { kind: 'regex', value: '^x' } }],
    },
    backends: [{ backend: backendOf('cart-next'), weight: 100 }],
    provenance,
  } as const;
  const table = tableOf([
    hostOf('*', [routeOf({ path: { kind: 'prefix', value: '/' }, denied: { family: 'basic-auth', code: 'x/y', ingress: 'web/shop' } })], {
      denied: { family: 'lists', code: 'l/x', ingress: 'web/other' },
    }),
    hostOf(
      'a.example',
      [
        routeOf({
          canaries: [canary],
          policies: { cors: {}, auth: {} },
          predicates: { methods: ['GET', 'HEAD'], queries: [{ name: 'q', match: { kind: 'prefix', value: 'x' } }] },
        }),
        routeOf({
          path: { kind: 'exact', value: '/b' },
          backends: [
            { backend: backendOf('b', { subset: { name: '', selectors: [] } }), weight: 90 },
            { backend: backendOf('b', { subset: { name: 'gray', selectors: [] } }), weight: 10 },
          ],
        }),
        routeOf({ path: { kind: 'regex', value: '/c.*', end: 'full', ignoreCase: true }, backends: [] }),
      ],
      { tls: { secret: { namespace: 'web', name: 'cert' }, ingress: provenance.ingress, found: false }, policies: { 'domain-access': {} } },
    ),
  ]);

  it('shows each host with its routes in order', () => {
    expect(formatTable(table)).toBe(
      [
        '* (any host)  [http only, CLOSED by lists of web/other]',
        '  /*  CLOSED by basic-auth  -  web/shop/0/0',
        '',
        'a.example  [tls web/cert (missing), domain-access]',
        '  /a/*                GET|HEAD and query parameter q begins with "x"     web/cart:80                            auth, cors  web/shop/0/0',
        '    canary            header x-user is "a\\"b" and cookie c matches "^x"  web/cart-next:80                                   web/shop-canary',
        '  = /b                                                                   90% web/b:80@base + 10% web/b:80@gray  -           web/shop/0/0',
        '  ~ /c.*$ (any case)                                                     (no backend)                           -           web/shop/0/0',
        '',
      ].join('\n'),
    );
  });

  it('may be of one host, and says when there is none', () => {
    expect(formatTable(table, { host: '*' })).not.toContain('a.example');
    expect(formatTable(table, { host: 'nope' })).toBe('The table has no host "nope".\n');
    expect(formatTable(tableOf([]))).toBe('The table has no routes.\n');
  });
});

describe('words', () => {
  it('for paths, predicates, backends and routes', () => {
    expect(formatPathMatch({ kind: 'prefix', value: '/' })).toBe('/*');
    expect(formatPathMatch({ kind: 'prefix', value: '/a', ignoreCase: true })).toBe('/a/* (any case)');
    expect(formatPathMatch({ kind: 'regex', value: '/a', end: 'open' })).toBe('~ /a');
    expect(formatNamedMatch('cookie', { name: 'c', match: { kind: 'exact', value: 'v\n' } })).toBe('cookie c is "v\\n"');
    expect(backendKey(backendOf('a'))).toBe('web/a:80');
    expect(routeId({ provenance })).toBe('web/shop/0/0');
    expect(routeId({ provenance: { ...provenance, origin: 'default-backend' } })).toBe('web/shop/default');
    expect(routeId({ provenance: { ...provenance, origin: 'family', family: 'app-root' } })).toBe('web/shop/app-root');
    expect(fieldOf(provenance)).toEqual(['spec', 'rules', 0, 'http', 'paths', 0]);
    expect(fieldOf({ origin: 'default-backend', ingress: provenance.ingress, annotations: {} })).toEqual(['spec', 'defaultBackend']);
    expect(fieldOf({ origin: 'family', ingress: provenance.ingress, annotations: {} })).toEqual(['metadata', 'annotations']);
  });
});

describe('policyOf', () => {
  it('reads a policy by its key, and nothing that is only inherited', () => {
    const key: PolicyKey<{ readonly maxAge: number }> = { name: 'cors' };
    expect(policyOf({ policies: { cors: { maxAge: 5 } } }, key)?.maxAge).toBe(5);
    expect(policyOf({ policies: {} }, key)).toBeUndefined();
    expect(policyOf({}, key)).toBeUndefined();
    for (const name of ['constructor', 'toString', '__proto__']) expect(policyOf({ policies: {} }, { name })).toBeUndefined();
  });
});
