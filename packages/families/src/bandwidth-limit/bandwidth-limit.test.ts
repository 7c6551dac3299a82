import { expect, it, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { resolveFamily } from '../testing/resolve.ts';
import type { BandwidthLimitPolicy } from './bandwidth-limit.ts';
import { bandwidthLimit, bytesAllowed } from './bandwidth-limit.ts';

it('the numbers are kilobytes', () => {
  const { policy } = resolveFamily(bandwidthLimit, { 'limit-rate': '100', 'limit-rate-after': '500' });
  expect(policy).toEqual({ bytesPerSecond: 102_400, afterBytes: 512_000 });
  const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/' });
  bandwidthLimit.request?.(policy as BandwidthLimitPolicy, exchange);
  expect(edits.declared['bandwidth']).toEqual(policy);
});

it('a gateway may limit every response, and an annotation beats it', () => {
  const settings = { kilobytesPerSecond: 10, afterKilobytes: 1 };
  expect(resolveFamily(bandwidthLimit, {}, { settings }).policy).toEqual({ bytesPerSecond: 10_240, afterBytes: 1024 });
  expect(resolveFamily(bandwidthLimit, { 'limit-rate': '0' }, { settings }).policy).toBeUndefined();
  expect(resolveFamily(bandwidthLimit, { 'limit-rate': '1k' }, { settings })).toMatchObject({
    policy: { bytesPerSecond: 10_240 },
    codes: ['annotation/invalid-value'],
  });
});

it('a beginning without a limit is named', () => {
  expect(resolveFamily(bandwidthLimit, { 'limit-rate-after': '5' })).toMatchObject({
    policy: undefined,
    codes: ['bandwidth-limit/no-rate'],
  });
});

test.each([
  [0, 1100],
  [999, 1100],
  [1000, 2100],
  [5500, 6100],
])('after %i ms, %i bytes may have been sent', (elapsedMs, bytes) => {
  expect(bytesAllowed({ bytesPerSecond: 1000, afterBytes: 100 }, elapsedMs)).toBe(bytes);
});
