import { describe, expect, test } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { TimeoutsPolicy, TimeoutsSettings } from './timeouts.ts';
import { timeouts } from './timeouts.ts';

const nginx: TimeoutsSettings = { connectSeconds: 5, sendSeconds: 60, readSeconds: 60 };

function resolved(
  values: { whole?: number; connect?: number; send?: number; read?: number },
  settings: TimeoutsSettings = {},
): TimeoutsPolicy | undefined {
  return timeouts.resolve(values, { settings } as never) as TimeoutsPolicy | undefined;
}

describe('without annotations', () => {
  test('there is no limit', () => {
    expect(timeouts.resolvesWhenAbsent?.(timeouts.settings)).toBe(false);
    expect(resolved({})).toBeUndefined();
    expect(resolved({ whole: 0 })).toBeUndefined();
  });

  test('the profile’s limits hold', () => {
    expect(timeouts.resolvesWhenAbsent?.(nginx as never)).toBe(true);
    expect(timeouts.resolvesWhenAbsent?.({ readSeconds: 60 })).toBe(true);
    expect(resolved({}, nginx)).toEqual({ connectTimeoutMs: 5000, sendTimeoutMs: 60_000, readTimeoutMs: 60_000 });
  });
});

test('an annotation replaces the limit of its stage alone', () => {
  expect(resolved({ read: 3600 }, nginx)).toEqual({ connectTimeoutMs: 5000, sendTimeoutMs: 60_000, readTimeoutMs: 3_600_000 });
  expect(resolved({ whole: 7, connect: 1 })).toEqual({ timeoutMs: 7000, connectTimeoutMs: 1000 });
});

test('every limit is declared, in milliseconds, under the name that decisions show', () => {
  const { exchange, edits } = exchangeOf({ url: 'http://a.example/' });
  const policy = { timeoutMs: 1, connectTimeoutMs: 2, sendTimeoutMs: 3, readTimeoutMs: 4 };
  expect(timeouts.request?.(policy, exchange)).toBeUndefined();
  expect(edits.declared).toEqual(policy);
});

test.each(['proxy-connect-timeout', 'proxy-send-timeout', 'proxy-read-timeout'])('%s takes whole seconds from 1', (key) => {
  const [field] = Object.values(timeouts.fields).filter((candidate) => candidate.key === key);
  expect(field?.codec.parse('60')).toEqual({ ok: true, value: 60 });
  for (const text of ['0', '-1', '50k', '1.5', '']) expect(field?.codec.parse(text).ok, text).toBe(false);
});
