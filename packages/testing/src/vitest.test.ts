import { compile, explain } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { service } from './builders.ts';
import { ingress } from './ingress-builder.ts';
import './vitest.ts';

const shop = ingress('shop/web').host('shop.example.com').path('/cart', 'cart:80');
const guarded = shop.annotate({ 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8' });
const moved = ingress('shop/moved')
  .host('old.example.com')
  .path('/', 'cart:80')
  .annotate({ 'nginx.ingress.kubernetes.io/permanent-redirect': 'https://shop.example.com/' });
const misspelt = shop.annotate({ 'nginx.ingress.kubernetes.io/cors-max-ages': '1' });

function built(...objects: readonly { build(): ReturnType<typeof shop.build> }[]): ReturnType<typeof compile> {
  return compile([...objects.map((object) => object.build()), service('shop/cart')]);
}

function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the assertion holds');
}

describe('the matchers', () => {
  const compiled = built(guarded, moved);

  it('hold where the decision is as expected', () => {
    const inside = { url: 'http://shop.example.com/cart', clientAddress: '10.1.2.3' };
    expect(compiled.table).toForward(inside, 'shop/cart:80');
    expect(compiled).toRespond('GET http://shop.example.com/cart', 403, 'ip-access');
    expect(compiled).toRespond('http://shop.example.com/cart', 403);
    expect(compiled).toRedirect('GET http://old.example.com/x', 301, 'https://shop.example.com/');
    expect(compiled).toRedirect('GET http://old.example.com/x', 301);
    expect(compiled).toHaveNoRoute('GET http://shop.example.com/');
    expect(built(misspelt)).toHaveDiagnostic('annotation/unknown', { severity: 'warning', object: { name: 'web' } });
    expect(built(misspelt).diagnostics).toHaveDiagnostic('annotation/unknown');
  });

  it('can be turned round', () => {
    expect(compiled).not.toForward('GET http://shop.example.com/cart', 'shop/cart:80');
    expect(compiled).not.toRespond('GET http://shop.example.com/cart', 403, 'basic-auth');
    expect(compiled).not.toRedirect('GET http://old.example.com/', 308);
    expect(compiled).not.toHaveNoRoute('GET http://old.example.com/');
    expect(compiled).not.toHaveDiagnostic('annotation/unknown');
    expect(built(misspelt)).not.toHaveDiagnostic('annotation/unknown', { object: { name: 'other' } });
  });

  it('say what is instead, and why', () => {
    const message = messageOf(() => expect(compiled).toForward('GET http://shop.example.com/cart', 'shop/cart:80'));
    expect(message).toContain(
      'expected GET http://shop.example.com/cart\n  to be      forward shop/cart:80\n  and it is  respond 403 ip-access\n',
    );
    expect(message).toContain('Ingress shop/web · nginx.ingress.kubernetes.io/whitelist-source-range');
    const negated = messageOf(() => expect(compiled).not.toHaveNoRoute('GET http://shop.example.com/'));
    expect(negated).toContain('not to be  no-route');
  });

  it('list the diagnostics that are there', () => {
    const message = messageOf(() => expect(built(misspelt)).toHaveDiagnostic('cors/invalid-max-age'));
    expect(message).toContain('expected a diagnostic cors/invalid-max-age\n');
    expect(message).toContain('annotation/unknown');
    expect(messageOf(() => expect(compiled).toHaveDiagnostic('x/y', { object: {} }))).toContain('There are none.');
  });

  it('tell a canary from its primary', () => {
    const canary = shop
      .annotate({ 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-by-header': 'x-canary' })
      .build();
    const withCanary = compile([shop.build(), { ...canary, metadata: { ...canary.metadata, name: 'next' } }, service('shop/cart')]);
    const request = { url: 'http://shop.example.com/cart', headers: { 'x-canary': 'always' } };
    expect(withCanary).toForward(request, 'shop/cart:80 (canary shop/next)');
    expect(withCanary).not.toForward(request, 'shop/cart:80');
  });

  it('ask the explanation of the subject itself, where it has one', () => {
    const own = {
      table: compiled.table,
      explain: (...[table, request]: Parameters<typeof explain>) => explain(table, { ...request, clientAddress: '10.0.0.1' }),
    };
    expect(own).toForward('GET http://shop.example.com/cart', 'shop/cart:80');
  });

  it('refuse what cannot be meant', () => {
    expect(() => expect(compiled).toForward('GET http://shop.example.com/cart', 'cart')).toThrow('write NAMESPACE/SERVICE:PORT');
    expect(() => expect(compiled).toHaveNoRoute('/cart')).toThrow('no http:// or https:// URL');
  });
});
