import type { Outcome } from '@ingresskit/annotations';
import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { RedirectPolicy } from './redirect.ts';
import { redirect } from './redirect.ts';

function answer(policy: RedirectPolicy, settings: object): Outcome | undefined {
  return redirect.request?.(policy, exchangeOf({ url: 'https://shop.example.com:8443/cart?q=1' }, { settings }).exchange);
}

describe('a gateway that sends the target as written', () => {
  const settings = { keepsRequest: false, relativeTargets: true };

  test('appends nothing of the request', () => {
    expect(answer({ status: 301, href: 'https://a.example/x?own=1#top', site: 'https://a.example', path: '/x' }, settings)).toEqual({
      kind: 'redirect',
      status: 301,
      location: 'https://a.example/x?own=1#top',
    });
    expect(answer({ status: 302, href: 'https://a.example', site: 'https://a.example', path: '' }, settings)).toMatchObject({
      location: 'https://a.example',
    });
  });

  test('puts scheme and host before a path', () => {
    expect(answer({ status: 301, href: '/x?own=1', path: '/x' }, settings)).toMatchObject({
      location: 'https://shop.example.com/x?own=1',
    });
  });

  test('keeps the target’s query in silence and takes a path for a target', () => {
    const reports: string[] = [];
    const context = { settings, report: (name: string) => reports.push(name), present: () => true };
    const values = { permanent: { href: '/x?own=1', path: '/x', query: 'own=1' }, permanentCode: 308, temporalCode: 302 };
    expect(redirect.resolve(values, context as never)).toEqual({ status: 308, href: '/x?own=1', path: '/x' });
    expect(reports).toEqual([]);
  });
});

describe('the status', () => {
  function statusOf(temporalCode: number): { status: number | undefined; reports: string[] } {
    const reports: string[] = [];
    const context = { settings: redirect.settings, report: (name: string) => reports.push(name), present: () => true };
    const temporal = { href: 'https://a.example', scheme: 'https', authority: 'a.example', path: '' };
    const policy = redirect.resolve({ temporal, temporalCode, permanentCode: 301 }, context as never) as RedirectPolicy;
    return { status: policy.status, reports };
  }

  test.each([301, 302, 303, 307])('of a temporary redirect may be %i', (code) => {
    expect(statusOf(code)).toEqual({ status: code, reports: [] });
  });

  test.each([200, 300, 304, 305, 308, 404, -1])('of a temporary redirect cannot be %i', (code) => {
    expect(statusOf(code)).toEqual({ status: 302, reports: ['not-a-redirect-status'] });
  });
});
