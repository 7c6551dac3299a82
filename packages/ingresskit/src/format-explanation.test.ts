import type { Decision, Explanation, TraceStep } from '@ingresskit/matcher';
import { describe, expect, it } from 'vitest';
import { formatExplanation } from './format-explanation.ts';

const edits = { set: {}, append: {}, remove: [] };
const route = { ingress: 'shop/web', host: 'shop.example.com', path: '/cart', pathType: 'Prefix' };
const forward: Decision = {
  kind: 'forward',
  route,
  backend: { namespace: 'shop', service: 'cart', port: 80 },
  upstream: { protocol: 'HTTP', host: 'shop.example.com', path: '/cart?x=1', headers: edits },
  response: { headers: edits },
  policies: {},
};
const ingress = { kind: 'Ingress', namespace: 'shop', name: 'web' };
const steps: readonly TraceStep[] = [
  { stage: 'request', outcome: 'passed', message: 'GET http://shop.example.com/cart from 127.0.0.1' },
  { stage: 'route', outcome: 'matched', message: '/cart/* matches.', object: ingress, path: ['spec', 'rules', 0, 'http', 'paths', 1] },
  {
    stage: 'address',
    outcome: 'answered',
    message: 'The gateway answers 403.',
    family: 'ip-access',
    object: ingress,
    path: ['metadata', 'annotations', 'nginx.ingress.kubernetes.io/whitelist-source-range'],
  },
];

function explain(decision: Decision, taken: readonly TraceStep[] = []): Explanation {
  return { request: { url: 'http://shop.example.com/cart?x=1' }, decision, steps: taken };
}

describe('formatExplanation', () => {
  it('begins with what happens, then lists the steps in columns with what decided them', () => {
    const spanOf = (): { file: string; line: number; column: number; length: number } => ({
      file: 'shop.yaml',
      line: 14,
      column: 3,
      length: 1,
    });
    expect(formatExplanation(explain(forward, steps), { spanOf })).toBe(
      [
        'GET http://shop.example.com/cart?x=1 goes to Service shop/cart, port 80.',
        'Ingress shop/web decides, with path /cart (Prefix) of host shop.example.com.',
        'The backend sees HTTP /cart?x=1 with Host shop.example.com.',
        '',
        '  request  passed    GET http://shop.example.com/cart from 127.0.0.1',
        '  route    matched   /cart/* matches.',
        '                     Ingress shop/web · spec.rules[0].http.paths[1] · shop.yaml:14',
        '  address  answered  ip-access: the gateway answers 403.',
        '                     Ingress shop/web · nginx.ingress.kubernetes.io/whitelist-source-range · shop.yaml:14',
        '',
      ].join('\n'),
    );
  });

  it('names canary, subset, split and what a fallback stands in for', () => {
    const decision: Decision = {
      ...forward,
      route: { ...route, canary: 'shop/cart-v2' },
      backend: { ...forward.backend, subset: '' },
      split: [
        { ...forward.backend, weight: 80 },
        { ...forward.backend, subset: 'gray', weight: 20 },
      ],
      fallback: { from: { namespace: 'shop', service: 'old', port: 80 }, because: 'no-endpoints' },
    };
    expect(formatExplanation(explain(decision))).toContain(
      'goes to Service shop/cart, port 80, the base subset, by canary shop/cart-v2, drawn among shop/cart:80 80 %, shop/cart:80@gray 20 %.\nIt stands in for shop/old:80 (no-endpoints).',
    );
  });

  it.each<readonly [Decision, string]>([
    [
      { kind: 'redirect', status: 308, location: 'https://shop.example.com/cart', headers: {}, route },
      'is redirected with 308 to https://shop.example.com/cart',
    ],
    [
      { kind: 'respond', status: 403, headers: {}, body: '', reason: 'ip-access' },
      'is answered by the gateway itself with 403 (ip-access).\n',
    ],
    [{ kind: 'no-route', status: 404 }, 'matches no route; the gateway answers 404.\n'],
  ])('says in words: $kind', (decision, text) => {
    expect(formatExplanation(explain(decision))).toContain(text);
  });

  it('quotes the step that answered', () => {
    const decision: Decision = { kind: 'respond', status: 403, headers: {}, body: '', reason: 'ip-access', route: { ...route, host: '*' } };
    expect(formatExplanation(explain(decision, steps)).split('\n').slice(1, 3)).toEqual([
      'The gateway answers 403.',
      'Ingress shop/web decides, with path /cart (Prefix) of any host.',
    ]);
  });

  it('paints with the functions it is given', () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const paint = { decision: tag('d'), stage: tag('s'), answered: tag('a'), chosen: tag('c'), quiet: tag('q'), place: tag('p') };
    const text = formatExplanation(explain(forward, steps), { paint });
    expect(text.startsWith('<d>GET ')).toBe(true);
    for (const part of ['<s>request</s>', '<q>passed  </q>', '<c>matched </c>', '<a>answered</a>', '<p>Ingress shop/web'])
      expect(text).toContain(part);
  });

  it('lets no control character of a manifest or request reach the screen', () => {
    const text = formatExplanation({
      ...explain(forward, [{ ...steps[1], message: 'a\u001b[2Jb', object: { ...ingress, name: 'x\u0007' } } as TraceStep]),
      request: { url: 'http://a/\u001b[31m' },
    });
    expect([...text].filter((character) => character !== '\n' && character < ' ')).toEqual([]);
  });
});
