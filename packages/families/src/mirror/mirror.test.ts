import { describe, expect, it, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import { mirror } from './mirror.ts';
import { type MirrorPolicy, shadowHost } from './mirror-policy.ts';

function copies(annotations: Readonly<Record<string, string>>, url: string, headers: Readonly<Record<string, string>> = {}) {
  const { policy, codes } = resolveFamily(mirror, annotations);
  if (policy === undefined) return { codes };
  const { exchange, edits } = exchangeOf({ url, headers });
  mirror.request?.(policy as MirrorPolicy, exchange);
  return { codes, mirror: edits.declared['mirror'], notes: edits.notes };
}

describe('mirror-target', () => {
  it('is completed by the request', () => {
    expect(copies({ 'mirror-target': 'https://test.example.com$request_uri' }, 'http://shop.example.com/a?b=1').mirror).toEqual([
      { url: 'https://test.example.com/a?b=1', percent: 100 },
    ]);
  });

  it('can leave the body out and name a Host', () => {
    const given = { 'mirror-target': 'https://test.example.com/$request_uri', 'mirror-request-body': 'off', 'mirror-host': 'copy.$host' };
    expect(copies(given, 'http://shop.example.com/a').mirror).toEqual([
      { url: 'https://test.example.com//a', upstreamHost: 'copy.shop.example.com', percent: 100, body: false },
    ]);
  });

  test.each([
    'https://$host/',
    'https://test.example.com$arg_x/',
    'ftp://test.example.com/',
    '/copy',
    'https://a@test.example.com/',
    'https://te st/',
  ])('%s is no target', (target) => {
    expect(copies({ 'mirror-target': target }, 'http://shop.example.com/').codes).toEqual(['annotation/invalid-value']);
  });

  test.each([
    'http://127.0.0.1/',
    'http://169.254.169.254/latest',
    'http://kubernetes.default.svc/',
    'http://cart.other.svc/',
    'http://test.example.com:22/',
  ])('%s is refused', (target) => {
    expect(copies({ 'mirror-target': target }, 'http://shop.example.com/').codes).toEqual(['mirror/forbidden-target']);
  });

  it('has values that requests tell', () => {
    expect(copies({ 'mirror-target': 'https://test.example.com/$request_id' }, 'http://shop.example.com/').codes).toEqual([
      'mirror/unknown-variable',
    ]);
    const host = { 'mirror-target': 'https://test.example.com/', 'mirror-host': '$msec' };
    expect(copies(host, 'http://shop.example.com/').codes).toEqual(['mirror/unknown-variable']);
  });

  it('gets no copy of a request whose values make no URL or Host', () => {
    const url = copies({ 'mirror-target': 'https://test.example.com/$http_x' }, 'http://shop.example.com/', { x: 'a b' });
    expect([url.mirror, url.notes?.length]).toEqual([undefined, 1]);
    const host = copies({ 'mirror-target': 'https://test.example.com/', 'mirror-host': '$http_x' }, 'http://shop.example.com/', {
      x: 'a b',
    });
    expect([host.mirror, host.notes?.length]).toEqual([undefined, 1]);
  });
});

test.each([
  ['shop.example.com', 'shop.example.com-shadow'],
  ['shop.example.com:8080', 'shop.example.com-shadow:8080'],
])('the copy of a request for %s has the Host %s', (host, shadow) => {
  expect(shadowHost(host, '-shadow')).toBe(shadow);
});
