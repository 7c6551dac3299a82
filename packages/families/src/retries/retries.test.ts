import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { resolveFamily } from '../testing/resolve.ts';
import { retries } from './retries.ts';
import type { AttemptOutcome } from './retry-attempts.ts';
import { playRetries } from './retry-attempts.ts';
import type { RetryPolicy } from './retry-policy.ts';

const nginx = {
  zeroTries: 'unbounded',
  timeout: 'total',
  serverErrors: false,
  statuses: [500, 502, 503, 504, 403, 404, 429],
  always: true,
};

describe('settings', () => {
  it('of ingress-nginx: every route retries, the timeout is one for all, and few statuses count', () => {
    expect(resolveFamily(retries, {}, { settings: nginx }).policy).toEqual({ tries: 3, on: ['error', 'timeout'] });
    const given = { 'proxy-next-upstream': 'error http_502 http_418 non_idempotent', 'proxy-next-upstream-timeout': '5' };
    expect(resolveFamily(retries, given, { settings: nginx })).toEqual({
      policy: { tries: 3, on: ['error', 'http_502'], nonIdempotent: true, timeoutMs: 5000 },
      isDenied: false,
      codes: ['retries/status-not-available'],
    });
  });

  it('of ingress-nginx: the gateway may have other defaults, and 0 tries know no bound', () => {
    const own = { ...nginx, conditions: ['http_503'], tries: 2, timeoutSeconds: 7, nonIdempotent: true };
    expect(resolveFamily(retries, {}, { settings: own }).policy).toEqual({
      tries: 2,
      on: ['http_503'],
      nonIdempotent: true,
      timeoutMs: 7000,
    });
    expect(resolveFamily(retries, { 'proxy-next-upstream-tries': '0' }, { settings: nginx }).policy?.tries).toBe(0);
    expect(resolveFamily(retries, { 'proxy-next-upstream-tries': 'x' }, { settings: nginx }).policy?.tries).toBe(3);
  });

  it('of the twin: the first attempt does not count', () => {
    const twin = { triesCountFirst: false };
    expect(resolveFamily(retries, { 'proxy-next-upstream-tries': '2' }, { settings: twin }).policy?.tries).toBe(3);
    expect(resolveFamily(retries, { 'proxy-next-upstream-tries': '0' }, { settings: twin }).policy).toMatchObject({
      tries: 1,
      on: ['off'],
    });
  });

  it('of MSE: nothing is sent again unless an annotation asks for it', () => {
    expect(resolveFamily(retries, {}).policy).toBeUndefined();
    expect(resolveFamily(retries, { 'proxy-next-upstream-tries': '0' }).policy).toMatchObject({ tries: 1, on: ['off'] });
  });
});

describe('playing a request through', () => {
  const policy: RetryPolicy = { tries: 3, on: ['error', 'timeout', 'http_502'] };
  const refused: AttemptOutcome = { tookMs: 10, failure: { kind: 'connect' } };
  const bad: AttemptOutcome = { tookMs: 100, failure: { kind: 'status', status: 502 } };
  const good: AttemptOutcome = { tookMs: 50 };

  it('attempts follow each other until one is answered', () => {
    expect(playRetries(policy, 'GET', [refused, bad, good])).toEqual({
      attempts: [
        { startsMs: 0, endsMs: 10, failure: refused.failure },
        { startsMs: 10, endsMs: 110, failure: bad.failure },
        { startsMs: 110, endsMs: 160 },
      ],
      endedBy: 'answered',
    });
  });

  test.each([
    ['the tries are used up', policy, 'GET', [bad, bad, bad, good], 3, 'tries'],
    ['the failure is no condition', policy, 'GET', [{ tookMs: 1, failure: { kind: 'status', status: 503 } }, good], 1, 'condition'],
    ['it could happen twice', policy, 'POST', [bad, good], 1, 'method'],
    ['retries are off', { tries: 1, on: ['off'] }, 'GET', [refused, good], 1, 'condition'],
    ['the time is over', { ...policy, timeoutMs: 100 }, 'GET', [bad, good], 1, 'time'],
  ] as const)('they end when %s', (_, given, method, script, count, endedBy) => {
    const played = playRetries(given, method, script);
    expect([played.attempts.length, played.endedBy]).toEqual([count, endedBy]);
  });

  it('what no backend has seen is sent again whatever the method', () => {
    expect(playRetries(policy, 'POST', [refused, good]).endedBy).toBe('answered');
    expect(playRetries({ ...policy, nonIdempotent: true }, 'POST', [bad, good]).endedBy).toBe('answered');
  });

  it('a time for each attempt cuts it short', () => {
    expect(playRetries({ ...policy, perTryTimeoutMs: 20 }, 'GET', [good, { tookMs: 5 }])).toEqual({
      attempts: [
        { startsMs: 0, endsMs: 20, failure: { kind: 'timeout' } },
        { startsMs: 20, endsMs: 25 },
      ],
      endedBy: 'answered',
    });
  });

  it('law: there are no more attempts than tries, and none begins after the time for all', () => {
    const outcome = fc.record({ tookMs: fc.integer({ min: 0, max: 500 }), failure: fc.constant({ kind: 'connect' as const }) });
    fc.assert(
      fc.property(
        fc.array(outcome, { maxLength: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 1000 }),
        (script, tries, timeoutMs) => {
          const { attempts } = playRetries({ tries, on: ['error'], timeoutMs }, 'GET', script);
          expect(attempts.length).toBeLessThanOrEqual(tries);
          for (const { startsMs } of attempts) expect(startsMs).toBeLessThan(timeoutMs);
        },
      ),
    );
  });
});
