import { ingress, service } from '@ingresskit/testing';
import '@ingresskit/testing/vitest';
import { policyOf } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { gateway } from './gateway.ts';
import { tenant } from './tenant.ts';

const web = ingress('shop/web').host('shop.example.com').path('/', 'web:80');

function compileWith(value: string | undefined): ReturnType<typeof gateway.compile> {
  const annotated = value === undefined ? web : web.annotate({ 'acme.io/tenant': value });
  return gateway.compile([annotated.build(), service('shop/web')]);
}

describe('acme.io/tenant', () => {
  it('names the tenant to the backend, whatever the client claims', () => {
    const request = { url: 'http://shop.example.com/', headers: { 'x-tenant': '7' } };
    const decision = gateway.decide(compileWith('42').table, request);
    expect(decision).toMatchObject({ kind: 'forward', upstream: { headers: { set: { 'x-tenant': '42' } } } });
  });

  it('is a typed policy of its route', () => {
    const [route] = compileWith('42').table.hosts.get('shop.example.com')?.routes ?? [];
    expect(route === undefined ? undefined : policyOf(route, tenant)?.id).toBe(42);
  });

  it('says nothing where the annotation is absent', () => {
    const { table } = compileWith(undefined);
    expect(gateway.decide(table, { url: 'http://shop.example.com/' })).toMatchObject({ upstream: { headers: { set: {} } } });
    expect({ ...gateway, table }).toForward('GET http://shop.example.com/', 'shop/web:80');
  });

  it.each(['everybody', '0', '-1', '1.5'])('reports %j, and sets no header', (value) => {
    const compiled = compileWith(value);
    expect(compiled).toHaveDiagnostic('annotation/invalid-value', {
      object: { name: 'web' },
      path: ['metadata', 'annotations', 'acme.io/tenant'],
    });
    const decision = gateway.decide(compiled.table, { url: 'http://shop.example.com/' });
    expect(decision).toMatchObject({ kind: 'forward', upstream: { headers: { set: {} } } });
  });
});
