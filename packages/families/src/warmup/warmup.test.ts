import { expect, it, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { warmUpShare } from './warm-up-share.ts';
import { warmup } from './warmup.ts';

test.each([
  [0, 0.1],
  [5_999, 0.1],
  [30_000, 0.5],
  [59_999, 59_999 / 60_000],
  [60_000, 1],
  [90_000, 1],
  [-5, 0.1],
])('after %i of 60 000 ms an endpoint has %d of its share', (elapsedMs, share) => {
  expect(warmUpShare(elapsedMs, 60_000)).toBe(share);
});

it('there is nothing to warm up without a window', () => {
  expect(warmUpShare(0, 0)).toBe(1);
});

it.each([
  [{}, true],
  [{ 'load-balance': { algorithm: 'least_conn' } }, true],
  [{ 'load-balance': { algorithm: 'random' } }, false],
  [{ 'load-balance': { algorithm: 'round_robin', hash: { source: { from: 'header', name: 'x' } } } }, false],
  [{ 'session-affinity': { cookie: { name: 'a' } } }, false],
])('beside %j it acts: %s', (policies, acts) => {
  const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/' }, { policies });
  warmup.request?.({ windowMs: 60_000 }, exchange);
  expect(edits.declared['warmUp']).toEqual({ windowMs: 60_000, acts });
});
