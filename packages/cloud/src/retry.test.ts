import { describe, expect, it } from 'vitest';
import { CloudError } from './errors.ts';
import { delayBefore, retryDefaults } from './retry.ts';

const throttled = new CloudError('cloud/throttled', 'slow down');
const lost = new CloudError('cloud/no-answer', 'lost', { effect: 'unknown' });

describe('delayBefore', () => {
  it('grows, is half random, and has a ceiling', () => {
    const delays = [1, 2, 3, 4].map((attempt) => delayBefore(attempt, throttled, 'read', retryDefaults, () => 0));
    expect(delays).toEqual([250, 500, 1000, 2000]);
    expect(delayBefore(1, throttled, 'read', retryDefaults, () => 0.999)).toBeCloseTo(500, 0);
    expect(delayBefore(9, throttled, 'read', { ...retryDefaults, attempts: 20 }, () => 0)).toBe(10_000);
  });

  it('is never shorter than the cloud asks for', () => {
    const asked = throttled.with({ retryAfter: 7000 });
    expect(delayBefore(1, asked, 'create', retryDefaults, () => 0)).toBe(7000);
    expect(delayBefore(1, asked, 'create', retryDefaults, () => 0.5)).toBe(7250);
  });

  it('gives up after the last attempt', () => {
    expect(delayBefore(5, throttled, 'read', retryDefaults, () => 0)).toBeUndefined();
  });

  it('repeats a lost call only when it ends in the same state', () => {
    expect(delayBefore(1, lost, 'read', retryDefaults, () => 0)).toBe(250);
    expect(delayBefore(1, lost, 'set', retryDefaults, () => 0)).toBe(250);
    expect(delayBefore(1, lost, 'delete', retryDefaults, () => 0)).toBe(250);
    expect(delayBefore(1, lost, 'create', retryDefaults, () => 0)).toBeUndefined();
    expect(delayBefore(1, lost.with({ effect: 'none' }), 'create', retryDefaults, () => 0)).toBe(250);
  });

  it.each(['cloud/denied', 'cloud/refused', 'cloud/not-found', 'cloud/aborted', 'cloud/credentials'] as const)(
    'does not repeat after %s',
    (code) => {
      expect(delayBefore(1, new CloudError(code, ''), 'read', retryDefaults, () => 0)).toBeUndefined();
    },
  );
});
