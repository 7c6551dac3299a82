import type { Decision } from '@ingresskit/matcher';
import type { ConfigMap } from '@ingresskit/resources';
import { ingress, service } from '@ingresskit/testing';
import { compile, createCompiler, decide, explain, ingressNginxWith, type RequestInput } from 'ingresskit';
import { describe, expect, it } from 'vitest';

const shop = ingress('shop/web').host('shop.example.com').path('/dir/', 'web:80');

function profileWith(data: Readonly<Record<string, string>>): ReturnType<typeof ingressNginxWith>['profile'] {
  const configMap: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ingress-nginx', name: 'controller' }, data };
  return ingressNginxWith(configMap).profile;
}

function decided(
  data: Readonly<Record<string, string>>,
  request: Partial<RequestInput> = {},
  annotations: Readonly<Record<string, string>> = {},
): Decision {
  const { table } = compile([shop.annotate(annotations).build(), service('shop/web')], { profile: profileWith(data) });
  return decide(table, { url: 'http://shop.example.com/dir/x', ...request });
}

const nginx = 'nginx.ingress.kubernetes.io/';

describe('options of the controller', () => {
  it('read the client address behind trusted proxies', () => {
    const annotations = { [`${nginx}whitelist-source-range`]: '198.51.100.0/24' };
    const headers = { 'x-forwarded-for': '198.51.100.1, 10.0.0.2' };
    const from = { headers, clientAddress: '10.0.0.1' };
    expect(decided({}, from, annotations)).toMatchObject({ status: 403 });
    expect(decided({ 'enable-real-ip': 'true', 'proxy-real-ip-cidr': '10.0.0.0/8' }, from, annotations)).toMatchObject({ kind: 'forward' });
    expect(decided({ 'enable-real-ip': 'true', 'proxy-real-ip-cidr': '192.0.2.0/24' }, from, annotations)).toMatchObject({ status: 403 });
  });

  it('refuse addresses and clients everywhere, before redirects', () => {
    expect(decided({ 'block-cidrs': '127.0.0.0/8' })).toMatchObject({ status: 403, reason: 'ip-access' });
    const url = 'http://shop.example.com/dir';
    const agent = { url, headers: { 'user-agent': 'BadBot/1' } };
    expect(decided({}, agent)).toMatchObject({ kind: 'redirect' });
    expect(decided({ 'block-user-agents': '~*badbot' }, agent)).toMatchObject({ status: 403, reason: 'client-blocks' });
    expect(decided({ 'block-referers': 'http://spam.example/' }, { url, headers: { referer: 'http://spam.example/' } })).toMatchObject({
      status: 403,
    });
  });

  it('hold address lists for routes that have none of their own', () => {
    expect(decided({ 'whitelist-source-range': '10.0.0.0/8' })).toMatchObject({ status: 403, reason: 'ip-access' });
    const own = { [`${nginx}allowlist-source-range`]: '127.0.0.0/8' };
    expect(decided({ 'whitelist-source-range': '10.0.0.0/8' }, {}, own)).toMatchObject({ kind: 'forward' });
  });

  it('believe what stands in front about the scheme', () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'www.example.com' };
    const forced = { 'force-ssl-redirect': 'true' };
    expect(decided(forced, { headers })).toMatchObject({ kind: 'redirect', location: 'https://shop.example.com/dir/x' });
    expect(decided({ ...forced, 'use-forwarded-headers': 'true' }, { headers })).toMatchObject({
      kind: 'forward',
      upstream: { host: 'www.example.com', headers: { set: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'www.example.com' } } },
    });
    expect(decided({ ...forced, 'use-forwarded-headers': 'true' }, { headers: { 'x-forwarded-host': 'www.example.com' } })).toMatchObject({
      location: 'https://www.example.com/dir/x',
    });
  });

  it('replace answers of backends with those of the built-in default backend', () => {
    const upstream = { status: 500 };
    expect(decided({ 'custom-http-errors': '500' }, { upstream })).toMatchObject({
      kind: 'respond',
      status: 404,
      reason: 'default-backend',
    });
    expect(decided({ 'custom-http-errors': '500', 'disable-proxy-intercept-errors': 'true' }, { upstream })).toMatchObject({
      kind: 'forward',
    });
  });

  it('say which Ingresses are taken', () => {
    const risky = { [`${nginx}auth-url`]: 'https://auth.example.com/' };
    expect(decided({}, { auth: { status: 200 } }, risky)).toMatchObject({ kind: 'forward' });
    expect(decided({ 'annotations-risk-level': 'Medium' }, { auth: { status: 200 } }, risky)).toMatchObject({ kind: 'no-route' });
    expect(decided({ 'annotation-value-word-blocklist': 'auth.example' }, { auth: { status: 200 } }, risky)).toMatchObject({
      kind: 'no-route',
    });
  });

  it('ask the controller’s own authentication service, except where a route or a location is exempt', () => {
    const global = { 'global-auth-url': 'https://auth.example.com/' };
    expect(decided(global, { auth: { status: 401 } })).toMatchObject({ status: 401, reason: 'external-auth' });
    expect(decided(global, { auth: { status: 401 } }, { [`${nginx}enable-global-auth`]: 'false' })).toMatchObject({ kind: 'forward' });
    expect(decided({ ...global, 'no-auth-locations': '/dir' }, { auth: { status: 401 } })).toMatchObject({ kind: 'forward' });
  });

  it('hold for the tables of a compiler too, and for explanations', () => {
    const compiler = createCompiler({ profile: profileWith({ 'relative-redirects': 'true' }) });
    const { table } = compiler.apply([{ type: 'apply', object: shop.build() }]);
    const request = { url: 'http://shop.example.com/dir' };
    expect(decide(table, request)).toMatchObject({ location: '/dir/' });
    expect(explain(compiler.current.table, request).decision).toMatchObject({ location: '/dir/' });
  });
});
