import type { AffinityCookie } from '@ingresskit/families';
import { formatAffinityCookie, readCookie } from '@ingresskit/families';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { affinityBackendKey } from './affinity.ts';
import type { Balancer, Pick } from './balancer.ts';
import { createBalancer } from './create-balancer.ts';

const pods = (count: number, from = 1): Endpoint[] =>
  Array.from({ length: count }, (_, index) => ({ address: `10.0.0.${index + from}`, port: 80, ready: true }));
const make = (mode: 'balanced' | 'persistent', changeOnFailure = false): Balancer =>
  createBalancer({ affinity: { mode, backend: 'default/web:80', changeOnFailure } }, { now: () => 0, random: Math.random });

function pick(balancer: Balancer, list: readonly Endpoint[], cookie?: string, tried?: ReadonlySet<string>): Pick {
  const result = balancer.pick(list, { ...(cookie === undefined ? {} : { cookie }), ...(tried === undefined ? {} : { tried }) });
  if (typeof result === 'string') throw new Error(result);
  return result;
}

describe.each(['balanced', 'persistent'] as const)('%s affinity', (mode) => {
  it('issues a cookie once, and keeps the client', () => {
    const balancer = make(mode);
    const first = pick(balancer, pods(5));
    expect(first.cookie).toMatch(/^[0-9a-f]{32}\|[0-9a-f]{32}$/);
    expect(first.cookie).toContain(affinityBackendKey('default/web:80'));
    for (let index = 0; index < 20; index++) {
      const next = pick(balancer, pods(5), first.cookie);
      expect(next.key).toBe(first.key);
      expect(next.cookie).toBeUndefined();
    }
  });

  it('means the same on another replica', () => {
    const first = pick(make(mode), pods(5));
    expect(pick(make(mode), pods(5).reverse(), first.cookie).key).toBe(first.key);
  });

  it('ignores a forged, foreign, huge or broken cookie, and issues a new one', () => {
    const balancer = make(mode);
    const own = pick(balancer, pods(5)).cookie as string;
    const foreign = pick(createBalancer({ affinity: { mode, backend: 'other' } }, { now: () => 0, random: () => 0.3 }), pods(5))
      .cookie as string;
    for (const cookie of [
      '',
      '|',
      own.toUpperCase(),
      `${own}x`,
      `x${own}`,
      own.replace('|', '\r\n'),
      'a'.repeat(1e6),
      foreign,
      '__proto__',
    ]) {
      expect(pick(balancer, pods(5), cookie).cookie).toMatch(/^[0-9a-f]{32}\|[0-9a-f]{32}$/);
    }
  });

  it('keeps retries on the endpoint, or changes it where asked', () => {
    const first = pick(make(mode), pods(5));
    const tried = new Set([first.key]);
    expect(pick(make(mode), pods(5), first.cookie, tried).key).toBe(first.key);
    const changed = pick(make(mode, true), pods(5), first.cookie, tried);
    expect(changed.key).not.toBe(first.key);
    expect(changed.cookie).toBeDefined();
  });
});

test('law: persistent clients stay through every scaling that leaves their endpoint', () => {
  fc.assert(
    fc.property(fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), { minLength: 1, maxLength: 10 }), (lists) => {
      const balancer = make('persistent');
      let cookie: string | undefined;
      let key = '';
      for (const numbers of lists) {
        const list = numbers.flatMap((number) => pods(1, number));
        const next = pick(balancer, list, cookie);
        const stays = list.some(({ address }) => `${address}:80` === key);
        expect(next.cookie === undefined).toBe(stays);
        if (stays) expect(next.key).toBe(key);
        cookie = next.cookie ?? cookie;
        key = next.key;
      }
    }),
  );
});

test('law: scaling a balanced backend up moves clients to the new endpoint only', () => {
  const balancer = make('balanced');
  for (let index = 0; index < 300; index++) {
    const before = pick(balancer, pods(5));
    const after = pick(balancer, pods(6), before.cookie);
    if (after.key !== '10.0.0.6:80') expect(after.key).toBe(before.key);
  }
});

describe('the cookie', () => {
  const plain: AffinityCookie = { name: 'INGRESSCOOKIE', path: '/' };
  const chrome60 = 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/60.0.3112 Safari/537.36';

  test.each<[Partial<AffinityCookie>, boolean, string, string]>([
    [{}, false, '', 'INGRESSCOOKIE=v; Path=/; HttpOnly'],
    [{}, true, '', 'INGRESSCOOKIE=v; Path=/; Secure; HttpOnly'],
    [{ secure: true, domain: 'example.com' }, false, '', 'INGRESSCOOKIE=v; Domain=example.com; Path=/; Secure; HttpOnly'],
    [{ maxAge: 60, expires: 1 }, false, '', 'INGRESSCOOKIE=v; Expires=Thu, 01-Jan-70 00:00:01 GMT; Max-Age=60; Path=/; HttpOnly'],
    [{ sameSite: 'Lax' }, false, '', 'INGRESSCOOKIE=v; Path=/; HttpOnly; SameSite=Lax'],
    [{ sameSite: 'None', conditionalSameSiteNone: true }, true, 'curl', 'INGRESSCOOKIE=v; Path=/; Secure; HttpOnly; SameSite=None'],
    [{ sameSite: 'None', conditionalSameSiteNone: true }, true, chrome60, 'INGRESSCOOKIE=v; Path=/; Secure; HttpOnly'],
    [{ sameSite: 'None' }, true, chrome60, 'INGRESSCOOKIE=v; Path=/; Secure; HttpOnly; SameSite=None'],
  ])('%o, TLS %s', (options, isTls, userAgent, expected) => {
    expect(formatAffinityCookie({ ...plain, ...options }, 'v', { isTls, userAgent, now: 0 })).toBe(expected);
  });

  test('reads the first of its name, and survives rubbish', () => {
    expect(readCookie('a=1; INGRESSCOOKIE=x|y; INGRESSCOOKIE=z', 'INGRESSCOOKIE')).toBe('x|y');
    expect(readCookie('INGRESSCOOKIE="x"', 'INGRESSCOOKIE')).toBe('x');
    expect(readCookie(';;=;INGRESS;', 'INGRESSCOOKIE')).toBeUndefined();
    expect(readCookie(undefined, 'a')).toBeUndefined();
  });
});
