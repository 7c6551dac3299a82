import { decodeBase64, decodeUtf8 } from '@ingresskit/resources';
import { readResource } from '@ingresskit/resources/schema';
import { describe, expect, it } from 'vitest';
import { endpointSlice, ingressClass, mseIngressConfig, secret, service } from './builders.ts';
import { ingress } from './ingress-builder.ts';

const built = [
  ingress('shop/web')
    .host('shop.example.com')
    .path('/', 'web:80')
    .path('/api', 'api:http', 'Exact')
    .host('*.example.com')
    .path('/', 'other:80')
    .annotate({ 'nginx.ingress.kubernetes.io/enable-cors': 'true' })
    .ingressClass('mse')
    .defaultBackend('fallback:8080')
    .tls('shop-tls', 'shop.example.com')
    .createdAt('2024-01-01T00:00:00Z')
    .build(),
  ingress('bare').path('/', 'web:80').build(),
  service('shop/web', { http: 80, metrics: 9090 }),
  service('web'),
  service('many', [80, 443]),
  endpointSlice('shop/web', ['10.0.0.1', { address: '10.0.0.2', ready: false, zone: 'a' }], 8080, 'http'),
  secret('shop/users', { auth: 'alice:x' }, 'Opaque'),
  ingressClass('mse', { parameters: 'gateway' }),
  ingressClass('nginx', { controller: 'k8s.io/ingress-nginx' }),
  mseIngressConfig('gateway', { global: { ipAccessControl: { blacklist: ['198.51.100.0/24'] } } }),
];

describe('the builders', () => {
  it.each(built.map((object) => [`${object.kind} ${object.metadata.name}`, object] as const))(
    '%s is what a manifest reader would accept',
    (_, object) => {
      expect(readResource(object).diagnostics).toEqual([]);
    },
  );

  it('make plain objects that JSON keeps', () => {
    for (const object of built) expect(JSON.parse(JSON.stringify(object))).toEqual(object);
  });

  it('freeze what they make, to the leaves', () => {
    expect(() => Object.assign(service('a').metadata, { name: 'b' })).toThrow(TypeError);
    expect(() => Object.assign(built[0]?.metadata.annotations ?? {}, { x: 'y' })).toThrow(TypeError);
  });

  it('leave their arguments alone', () => {
    const spec = { global: { ipAccessControl: { blacklist: ['198.51.100.1'] } } };
    mseIngressConfig('gateway', spec);
    spec.global.ipAccessControl.blacklist.push('198.51.100.2');
    expect(spec.global.ipAccessControl.blacklist).toHaveLength(2);
  });

  it('encode the data of secrets', () => {
    const { data } = secret('users', { auth: 'älice:x' });
    expect(decodeUtf8(decodeBase64(data?.['auth'] ?? '') ?? new Uint8Array())).toBe('älice:x');
  });

  it('put objects in namespace default unless the name says otherwise', () => {
    expect([service('a'), service('b/a')].map(({ metadata }) => metadata.namespace)).toEqual(['default', 'b']);
  });
});

describe('the Ingress builder', () => {
  it('lets several Ingresses share a beginning', () => {
    const base = ingress('web').host('a.example').path('/', 'web:80');
    const annotated = base.annotate({ a: '1' });
    expect(base.build().metadata.annotations).toBeUndefined();
    expect(annotated.annotate({ b: '2' }).build().metadata.annotations).toEqual({ a: '1', b: '2' });
    expect(annotated.build().metadata.annotations).toEqual({ a: '1' });
  });

  it('tells port numbers from port names', () => {
    const [rule] = ingress('web').path('/a', 'web:80').path('/b', 'web:http').build().spec?.rules ?? [];
    expect(rule?.http?.paths.map(({ backend }) => backend.service?.port)).toEqual([{ number: 80 }, { name: 'http' }]);
    expect(rule?.host).toBeUndefined();
  });

  it.each(['web', 'web:', ':80', 'a/web:80', 'web:80:81'])('refuses the backend %j', (text) => {
    expect(() => ingress('web').path('/', text)).toThrow(TypeError);
  });
});
