import { expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import { http2Rpc } from './http2rpc.ts';

test('the object is named in the policy and the decision, and that nothing is translated is said', () => {
  const { policy, codes } = resolveFamily(http2Rpc, { 'rpc-destination-name': ' orders ' });
  expect(policy).toEqual({ name: 'orders' });
  expect(codes).toEqual(['http2rpc/not-translated']);
  const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/orders' });
  http2Rpc.request?.({ name: 'orders' }, exchange);
  expect(edits.declared).toEqual({ http2rpc: { name: 'orders' } });
});

test.each(['shop/orders', 'Orders', '', 'a b', 'o'.repeat(254)])('%j names no object', (name) => {
  const { policy, codes } = resolveFamily(http2Rpc, { 'rpc-destination-name': name });
  expect(policy).toBeUndefined();
  expect(codes).toEqual(['annotation/invalid-value']);
});
