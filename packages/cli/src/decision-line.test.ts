import type { Decision } from 'ingresskit';
import { describe, expect, it } from 'vitest';
import { decisionLine } from './decision-line.ts';

const noEdits = { remove: [], append: {}, set: {} };

describe('decisionLine', () => {
  // The objects below have their fields in another order on purpose.
  it('writes a forward decision in the order of the contract', () => {
    const decision: Decision = {
      policies: { custom: 1, retry: { tries: 3 }, timeoutMs: 5000 },
      fallback: { because: 'no-endpoints', from: { port: 81, service: 'old', namespace: 'ns' } },
      response: { headers: noEdits, status: 200 },
      upstream: {
        headers: { remove: ['x-c'], append: { 'x-b': ['2'] }, set: { 'x-a': '1' } },
        path: '/cart?x=1',
        host: 'shop.example.com',
        protocol: 'HTTP',
      },
      split: [{ weight: 80, subset: 'gray', port: 80, service: 'cart', namespace: 'ns' }],
      backend: { subset: 'gray', port: 80, service: 'cart', namespace: 'ns' },
      route: { canary: 'ns/b', pathType: 'Prefix', path: '/cart', host: 'shop.example.com', ingress: 'ns/a' },
      kind: 'forward',
    };
    expect(decisionLine(decision, 'one', undefined)).toBe(
      '{"id":"one","kind":"forward",' +
        '"route":{"ingress":"ns/a","host":"shop.example.com","path":"/cart","pathType":"Prefix","canary":"ns/b"},' +
        '"backend":{"namespace":"ns","service":"cart","port":80,"subset":"gray"},' +
        '"split":[{"namespace":"ns","service":"cart","port":80,"subset":"gray","weight":80}],' +
        '"upstream":{"protocol":"HTTP","host":"shop.example.com","path":"/cart?x=1","headers":{"set":{"x-a":"1"},"append":{"x-b":["2"]},"remove":["x-c"]}},' +
        '"response":{"status":200,"headers":{"set":{},"append":{},"remove":[]}},' +
        '"policies":{"timeoutMs":5000,"retry":{"tries":3},"custom":1},' +
        '"fallback":{"from":{"namespace":"ns","service":"old","port":81},"because":"no-endpoints"}}',
    );
  });

  const route = { pathType: 'Exact', path: '/', host: '*', ingress: 'ns/a' };
  it.each<readonly [Decision, string]>([
    [
      { route, headers: { b: '1' }, location: 'https://a/', status: 308, kind: 'redirect' },
      '{"kind":"redirect","status":308,"location":"https://a/","headers":{"b":"1"},"route":{"ingress":"ns/a","host":"*","path":"/","pathType":"Exact"}}',
    ],
    [
      { reason: 'ip-access', body: '', headers: {}, status: 403, kind: 'respond' },
      '{"kind":"respond","status":403,"headers":{},"body":"","reason":"ip-access"}',
    ],
    [{ status: 404, kind: 'no-route' }, '{"kind":"no-route","status":404}'],
  ])('writes the others so too: %#', (decision, line) => {
    expect(decisionLine(decision, undefined, undefined)).toBe(line);
  });

  it('puts the trace last', () => {
    expect(decisionLine({ kind: 'no-route', status: 404 }, 'x', [])).toBe('{"id":"x","kind":"no-route","status":404,"trace":[]}');
  });
});
