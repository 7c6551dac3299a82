import type { Decision, ForwardDecision } from '@ingresskit/matcher';
import { describe, expect, it } from 'vitest';
import { formatDecision, normalDecision } from './decision-text.ts';

const edits = { set: {}, append: {}, remove: [] };
const forward: ForwardDecision = {
  kind: 'forward',
  route: { ingress: 'shop/web', host: 'shop.example.com', path: '/', pathType: 'Prefix' },
  backend: { namespace: 'shop', service: 'web', port: 80 },
  upstream: { protocol: 'HTTP', host: 'shop.example.com', path: '/', headers: edits },
  response: { headers: edits },
  policies: {},
};

describe('formatDecision', () => {
  const table: readonly [Decision, string][] = [
    [forward, 'forward shop/web:80'],
    [{ ...forward, backend: { ...forward.backend, port: 'http', subset: 'gray' } }, 'forward shop/web:http@gray'],
    [{ ...forward, backend: { ...forward.backend, subset: '' } }, 'forward shop/web:80@base'],
    [{ ...forward, route: { ...forward.route, canary: 'shop/web-v2' } }, 'forward shop/web:80 (canary shop/web-v2)'],
    [{ kind: 'redirect', status: 308, location: 'https://a.example/x', headers: {} }, 'redirect 308 https://a.example/x'],
    [{ kind: 'respond', status: 403, headers: {}, body: '', reason: 'ip-access' }, 'respond 403 ip-access'],
    [{ kind: 'no-route', status: 404 }, 'no-route'],
  ];
  it.each(table)('%#: %o', (decision, text) => {
    expect(formatDecision(decision)).toBe(text);
  });

  it.each(table)('%#: is its own normal spelling', (decision) => {
    expect(normalDecision(formatDecision(decision))).toBe(formatDecision(decision));
  });
});

describe('normalDecision', () => {
  it('takes any spacing', () => {
    expect(normalDecision('  forward   a/b:1  ( canary  a/c ) ')).toBe('forward a/b:1 (canary a/c)');
    expect(normalDecision('respond  503  no-endpoints')).toBe('respond 503 no-endpoints');
  });

  it.each([
    '',
    'forward cart:80',
    'forward a/b',
    'forward a/b:80 canary a/c',
    'redirect https://a.example',
    'redirect 200 https://a.example',
    'respond 403',
    'respond 99 x',
    'no route',
    'no-route 404',
  ])('knows no line %j', (text) => {
    expect(normalDecision(text)).toBeUndefined();
  });
});
