import type { Outcome } from '@ingresskit/annotations';
import type { HostTls } from '@ingresskit/route-table';
import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { SslRedirectPolicy, SslRedirectSettings } from './ssl-redirect.ts';
import { sslRedirect } from './ssl-redirect.ts';

const nginx: SslRedirectSettings = { status: 308, onByDefault: true, sslRedirectNeedsTls: true, path: 'raw', keepsFinalSlash: false };
const tls: HostTls = {
  secret: { namespace: 'default', name: 'tls' },
  ingress: { kind: 'Ingress', namespace: 'default', name: 'shop' },
  found: true,
};

function resolved(
  values: { redirect?: boolean; force?: boolean },
  settings: SslRedirectSettings,
  sections = 0,
): SslRedirectPolicy | undefined {
  const ingress = { spec: { tls: Array.from({ length: sections }, () => ({})) } };
  return sslRedirect.resolve(values, { ingress, settings } as never) as SslRedirectPolicy | undefined;
}

function answer(
  policy: SslRedirectPolicy,
  url: string,
  settings: object,
  host: { tls?: HostTls; name?: string } = {},
): Outcome | undefined {
  const { exchange } = exchangeOf({ url }, { settings, ...(host.name === undefined ? {} : { host: host.name }) });
  return sslRedirect.request?.(policy, host.tls === undefined ? exchange : { ...exchange, host: { ...exchange.host, tls: host.tls } });
}

describe('where hosts with TLS redirect by default', () => {
  test('the policy is there without annotations', () => {
    expect(sslRedirect.resolvesWhenAbsent?.(nginx as never)).toBe(true);
    expect(sslRedirect.resolvesWhenAbsent?.(sslRedirect.settings)).toBe(false);
    expect(resolved({}, nginx)).toEqual({ needsTls: true, hasTlsSection: false });
    expect(resolved({}, nginx, 1)).toEqual({ needsTls: true, hasTlsSection: true });
    expect(resolved({ redirect: false }, nginx, 1)).toBeUndefined();
    expect(resolved({ redirect: false, force: true }, nginx)).toEqual({ needsTls: false, hasTlsSection: false });
    expect(resolved({ redirect: true }, nginx)).toEqual({ needsTls: true, hasTlsSection: false });
    expect(resolved({ force: false }, nginx)).toEqual({ needsTls: true, hasTlsSection: false });
  });

  test('it acts on hosts with a certificate, by whatever Ingress, or with a TLS section of the Ingress', () => {
    const policy = { needsTls: true, hasTlsSection: false };
    const url = 'http://a.example/x';
    expect(answer(policy, url, nginx)).toBeUndefined();
    expect(answer(policy, url, nginx, { tls })).toMatchObject({ location: 'https://a.example/x' });
    expect(answer({ ...policy, hasTlsSection: true }, url, nginx)).toMatchObject({ location: 'https://a.example/x' });
    expect(answer({ ...policy, hasTlsSection: true }, url, nginx, { name: '*', tls })).toBeUndefined();
    expect(answer({ needsTls: false, hasTlsSection: false }, url, nginx, { name: '*' })).toMatchObject({ status: 308 });
  });
});

test.each([
  ['http://a.example/', 'https://a.example'],
  ['http://a.example/x/', 'https://a.example/x'],
  ['http://a.example/x/./y?q=1', 'https://a.example/x/./y?q=1'],
  ['http://a.example:8080/%7Ex', 'https://a.example/%7Ex'],
])('ingress-nginx sends the raw path without a final slash: %s', (url, location) => {
  expect(answer({ needsTls: false, hasTlsSection: false }, url, nginx)).toEqual({ kind: 'redirect', status: 308, location });
});

test('requests over HTTPS go on', () => {
  expect(answer({ needsTls: false, hasTlsSection: true }, 'https://a.example/', sslRedirect.settings)).toBeUndefined();
});
