import type { Outcome } from '@ingresskit/annotations';
import type { HostTls } from '@ingresskit/route-table';
import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { SslRedirectPolicy, SslRedirectSettings } from './ssl-redirect.ts';
import { sslRedirect } from './ssl-redirect.ts';

const nginx: SslRedirectSettings = {
  status: 308,
  onByDefault: true,
  sslRedirectNeedsTls: true,
  path: 'raw',
  keepsFinalSlash: false,
  forcedByDefault: false,
  exemptPaths: ['/.well-known/'],
  trustsForwarded: false,
};
const tls: HostTls = {
  secret: { namespace: 'default', name: 'tls' },
  ingress: { kind: 'Ingress', namespace: 'default', name: 'shop' },
  found: true,
};

function resolved(
  values: { redirect?: boolean; force?: boolean; keepSlash?: boolean },
  settings: SslRedirectSettings,
): SslRedirectPolicy | undefined {
  return sslRedirect.resolve(values, { settings } as never) as SslRedirectPolicy | undefined;
}

function answer(
  policy: SslRedirectPolicy,
  url: string,
  settings: object,
  { name, ...tls }: { tls?: HostTls; defaultCertificate?: true; name?: string } = {},
): Outcome | undefined {
  const { exchange } = exchangeOf({ url }, { settings, ...(name === undefined ? {} : { host: name }) });
  return sslRedirect.request?.(policy, { ...exchange, host: { ...exchange.host, ...tls } });
}

describe('where hosts with TLS redirect by default', () => {
  test('the policy is there without annotations', () => {
    expect(sslRedirect.resolvesWhenAbsent?.(nginx as never)).toBe(true);
    expect(sslRedirect.resolvesWhenAbsent?.(sslRedirect.settings)).toBe(false);
    expect(resolved({}, nginx)).toEqual({ needsTls: true });
    expect(resolved({ redirect: false }, nginx)).toBeUndefined();
    expect(resolved({ redirect: false, force: true }, nginx)).toEqual({ needsTls: false });
    expect(resolved({ redirect: true }, nginx)).toEqual({ needsTls: true });
    expect(resolved({ force: false }, { ...nginx, forcedByDefault: true })).toEqual({ needsTls: true });
    expect(resolved({}, { ...nginx, forcedByDefault: true })).toEqual({ needsTls: false });
    expect(resolved({ keepSlash: true }, nginx)).toEqual({ needsTls: true, keepsFinalSlash: true });
  });

  test('it acts on hosts with a certificate of their own or of the gateway', () => {
    const policy = { needsTls: true };
    const url = 'http://a.example/x';
    expect(answer(policy, url, nginx)).toBeUndefined();
    expect(answer(policy, url, nginx, { tls })).toMatchObject({ location: 'https://a.example/x' });
    expect(answer(policy, url, nginx, { defaultCertificate: true })).toMatchObject({ location: 'https://a.example/x' });
    expect(answer(policy, url, nginx, { name: '*', defaultCertificate: true })).toBeUndefined();
    expect(answer({ needsTls: false }, url, nginx, { name: '*' })).toMatchObject({ status: 308 });
  });
});

test('the final slash stays where the annotation says so', () => {
  expect(answer({ needsTls: false, keepsFinalSlash: true }, 'http://a.example/x/', nginx)).toMatchObject({
    location: 'https://a.example/x/',
  });
});

test.each([
  ['http://a.example/', 'https://a.example'],
  ['http://a.example/x/', 'https://a.example/x'],
  ['http://a.example/x/./y?q=1', 'https://a.example/x/./y?q=1'],
  ['http://a.example:8080/%7Ex', 'https://a.example/%7Ex'],
])('ingress-nginx sends the raw path without a final slash: %s', (url, location) => {
  expect(answer({ needsTls: false }, url, nginx)).toEqual({ kind: 'redirect', status: 308, location });
});

test('requests over HTTPS go on', () => {
  expect(answer({ needsTls: false }, 'https://a.example/', sslRedirect.settings)).toBeUndefined();
});
