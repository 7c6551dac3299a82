import { describe, expect, it } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import { formatAffinityCookie } from './affinity-cookie.ts';
import { sessionAffinity } from './session-affinity.ts';
import type { SessionAffinityPolicy } from './session-affinity-policy.ts';

const nginx = {
  switchedOnBy: 'affinity',
  modes: ['balanced', 'persistent'],
  path: undefined,
  lifetimes: 'both',
  issuedBy: 'asking-ingress',
};
const resolve = (annotations: Readonly<Record<string, string>>, settings: Readonly<Record<string, unknown>> = {}) =>
  resolveFamily(sessionAffinity, annotations, { settings });

describe('on ingress-nginx', () => {
  it('affinity alone switches it on, and every detail acts', () => {
    const all = {
      affinity: 'cookie',
      'affinity-mode': 'persistent',
      'affinity-canary-behavior': 'legacy',
      'session-cookie-name': 'route',
      'session-cookie-path': '/shop',
      'session-cookie-max-age': '60',
      'session-cookie-expires': '90',
      'session-cookie-change-on-failure': 'true',
      'session-cookie-conditional-samesite-none': 'true',
      'session-cookie-domain': '.example.com',
      'session-cookie-samesite': 'None',
      'session-cookie-secure': 'true',
    };
    expect(resolve(all, nginx)).toEqual({
      policy: {
        cookie: {
          name: 'route',
          domain: '.example.com',
          maxAge: 60,
          expires: 90,
          sameSite: 'None',
          secure: true,
          conditionalSameSiteNone: true,
        },
        path: '/shop',
        mode: 'persistent',
        changeOnFailure: true,
        canary: 'legacy',
      },
      isDenied: false,
      codes: [],
    });
    expect(resolve({ 'session-cookie-name': 'route' }, nginx)).toMatchObject({
      policy: undefined,
      codes: ['session-affinity/not-switched-on'],
    });
  });

  it('SameSite in another spelling is accepted and not sent', () => {
    const { policy, codes } = resolve({ affinity: 'cookie', 'session-cookie-samesite': 'lax' }, nginx);
    expect(policy?.cookie).toEqual({ name: 'INGRESSCOOKIE' });
    expect(codes).toEqual(['session-affinity/samesite-spelling']);
  });

  it('the cookie has the path of its route, and is issued where an Ingress asks for it', () => {
    const { policy } = resolve({ affinity: 'cookie' }, nginx);
    const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/cart/1' }, { path: '/cart', settings: nginx });
    sessionAffinity.request?.(policy as SessionAffinityPolicy, exchange);
    expect(edits.declared['affinity']).toEqual({ cookie: 'INGRESSCOOKIE', mode: 'balanced', path: '/cart', present: false, issues: false });
  });
});

it('values that would break the cookie are left out', () => {
  const bad = {
    affinity: 'cookie',
    'session-cookie-domain': 'a.example; Secure',
    'session-cookie-path': '/a;b',
    'session-cookie-name': 'a=b',
  };
  const { policy, codes } = resolve(bad);
  expect(policy).toMatchObject({ cookie: { name: 'INGRESSCOOKIE' }, path: '/' });
  expect(codes).toEqual(['annotation/invalid-value', 'annotation/invalid-value', 'annotation/invalid-value']);
});

it('a policy makes a cookie', () => {
  const { policy } = resolve({ affinity: 'cookie', 'session-cookie-max-age': '60' });
  const { cookie, path = '/' } = policy as SessionAffinityPolicy;
  expect(formatAffinityCookie({ ...cookie, path }, 'abc', { isTls: true, now: 0 })).toBe(
    'INGRESSCOOKIE=abc; Max-Age=60; Path=/; Secure; HttpOnly',
  );
});
