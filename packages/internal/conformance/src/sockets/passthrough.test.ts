import type { RequestInput } from '@ingresskit/annotations';
import { ingressNginx } from '@ingresskit/profiles';
import { ingress, service } from '@ingresskit/testing';
import { compile, decide } from 'ingresskit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SocketDriver } from './socket-driver.ts';

// Case files know the controller's ConfigMap and not its flags, so what needs one is compared here.
const blocks = { userAgents: [{ kind: 'exact', value: 'badbot', ignoreCase: true }] };
const settings = { ...ingressNginx.settings, 'ssl-passthrough': { enabled: true }, 'client-blocks': blocks };
const profile = { ...ingressNginx, settings };
const through = { 'nginx.ingress.kubernetes.io/ssl-passthrough': 'true' };
const objects = [
  ingress('shop/through')
    .host('through.example.com')
    .path('/', 'vault:8443')
    .path('/cart', 'cart:80')
    .annotate({ ...through, 'nginx.ingress.kubernetes.io/whitelist-source-range': '10.0.0.0/8' })
    .build(),
  ingress('shop/wild').host('*.wild.example.com').path('/', 'vault:8443').annotate(through).build(),
  ingress('shop/open').host('open.example.com').path('/', 'cart:80').build(),
  service('shop/vault', 8443),
  service('shop/cart'),
];

let driver: SocketDriver;
beforeAll(async () => {
  driver = await SocketDriver.open();
});
afterAll(() => driver.close());

it.each<[RequestInput, unknown]>([
  [{ url: 'https://through.example.com/' }, { upstream: { protocol: 'TLS' } }],
  // Neither the path nor a list of addresses matters to what nobody opens.
  [{ url: 'https://through.example.com/cart/..%2Fx?q', clientAddress: '203.0.113.9' }, { upstream: { protocol: 'TLS' } }],
  [{ url: 'https://through.example.com/', headers: { 'user-agent': 'badbot' } }, { upstream: { protocol: 'TLS' } }],
  [{ url: 'https://open.example.com/', headers: { 'user-agent': 'badbot' } }, { status: 403 }],
  [{ url: 'https://THROUGH.example.com./' }, { upstream: { protocol: 'TLS' } }],
  [{ url: 'https://a.wild.example.com/' }, { upstream: { protocol: 'TLS' } }],
  [{ url: 'http://through.example.com/', clientAddress: '203.0.113.9' }, { status: 403 }],
  [{ url: 'https://through.example.com/', sni: 'open.example.com' }, { status: 421 }],
  [{ url: 'https://open.example.com/' }, { upstream: { protocol: 'HTTP' } }],
  [{ url: 'https://open.example.com/', sni: 'unknown.example.com' }, { upstream: { protocol: 'HTTP' } }],
])('%j: sockets do what the decision says', async (request, expected) => {
  const compiled = compile(objects, { profile });
  await driver.serve(compiled, compiled.table);
  const decision = decide(compiled.table, request);
  expect(decision).toMatchObject(expected as object);
  for (const version of ['HTTP/1.1', 'HTTP/2'] as const) expect(await driver.difference(request, decision, version)).toBeUndefined();
});
