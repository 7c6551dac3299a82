import type { AttemptFailure, RetryPolicy } from '@ingresskit/families';
import { isRetryable, isSafeToRepeat } from '@ingresskit/families';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';
import type { RetrySetting } from './retry-timeline.ts';
import { RetryTimeline } from './retry-timeline.ts';

const failures: Record<string, AttemptFailure> = {
  refused: { kind: 'connect' },
  slowConnect: { kind: 'connect', timedOut: true },
  reset: { kind: 'reset' },
  timeout: { kind: 'timeout' },
  invalid: { kind: 'invalid-response' },
  500: { kind: 'status', status: 500 },
  503: { kind: 'status', status: 503 },
  404: { kind: 'status', status: 404 },
};
const named = (policy: RetryPolicy): string[] =>
  Object.keys(failures).filter((name) => isRetryable(policy, failures[name] as AttemptFailure));

describe('what is retried', () => {
  test.each<[readonly string[], boolean, string[]]>([
    [['error', 'timeout'], false, ['refused', 'slowConnect', 'reset', 'timeout', 'invalid']],
    [['error'], false, ['refused', 'reset', 'invalid']],
    [['timeout'], false, ['slowConnect', 'timeout']],
    [['invalid_header'], false, ['invalid']],
    [['http_503', 'http_404'], false, ['503', '404']],
    [['timeout'], true, ['500', '503', 'slowConnect', 'timeout']],
    [['http_404'], true, ['404']],
    [['error', 'off'], true, []],
    [[], true, []],
  ])('%o, 5xx included %s', (on, serverErrors, expected) => {
    expect(named({ tries: 3, on, serverErrors }).toSorted()).toEqual(expected.toSorted());
  });

  test('a request whose effect might happen twice is only sent again when nobody can have seen it, or the policy says so', () => {
    const policy: RetryPolicy = { tries: 3, on: ['error'] };
    for (const method of ['POST', 'PATCH', 'LOCK']) {
      expect(isSafeToRepeat(policy, method, { kind: 'connect' })).toBe(true);
      expect(isSafeToRepeat(policy, method, { kind: 'reset' })).toBe(false);
      expect(isSafeToRepeat(policy, method, { kind: 'status', status: 503 })).toBe(false);
      expect(isSafeToRepeat({ ...policy, nonIdempotent: true }, method, { kind: 'reset' })).toBe(true);
    }
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) expect(isSafeToRepeat(policy, method, { kind: 'reset' })).toBe(true);
  });
});

function setting(changes: Partial<RetrySetting> = {}): RetrySetting {
  return { method: 'GET', isReplayable: true, places: 1, budget: new RetryBudget(), now: () => 0, random: () => 0.5, ...changes };
}

describe('the attempts of a request', () => {
  test('as many as the policy says, the first included', () => {
    const timeline = new RetryTimeline({ tries: 3, on: ['error'] }, setting());
    expect(timeline.next({ kind: 'reset' })).toEqual({ retry: true, delayMs: 12, timeoutMs: undefined });
    expect(timeline.next({ kind: 'reset' })).toEqual({ retry: true, delayMs: 25, timeoutMs: undefined });
    expect(timeline.next({ kind: 'reset' })).toEqual({ retry: false, because: 'tries' });
    expect(timeline.attempts).toBe(3);
  });

  test('without a limit, one for each endpoint', () => {
    const timeline = new RetryTimeline({ tries: 0, on: ['error'] }, setting({ places: 3 }));
    expect([1, 2, 3].map(() => timeline.next({ kind: 'connect' }).retry)).toEqual([true, true, false]);
    const nowhere = new RetryTimeline({ tries: 0, on: ['error'] }, setting({ places: 0 }));
    expect(nowhere.next({ kind: 'connect' })).toEqual({ retry: false, because: 'tries' });
  });

  test('a streamed body is not sent again, unless nothing of it was sent', () => {
    const timeline = new RetryTimeline({ tries: 3, on: ['error'] }, setting({ isReplayable: false, method: 'PUT' }));
    expect(timeline.next({ kind: 'connect' })).toMatchObject({ retry: true, delayMs: 0 });
    expect(timeline.next({ kind: 'reset' })).toEqual({ retry: false, because: 'body' });
  });

  test('all attempts share one time, and each has its own', () => {
    let time = 0;
    const timeline = new RetryTimeline(
      { tries: 0, on: ['timeout'], timeoutMs: 1_000, perTryTimeoutMs: 400 },
      setting({ places: 9, now: () => time, random: () => 0 }),
    );
    expect(timeline.firstTimeoutMs).toBe(400);
    time = 400;
    expect(timeline.next({ kind: 'timeout' })).toMatchObject({ timeoutMs: 400 });
    time = 800;
    expect(timeline.next({ kind: 'timeout' })).toMatchObject({ timeoutMs: 200 });
    time = 1_000;
    expect(timeline.next({ kind: 'timeout' })).toEqual({ retry: false, because: 'time' });
  });

  test('closing gives the budget back, however often', () => {
    const budget = new RetryBudget({ ratio: 0, least: 1 });
    const timeline = new RetryTimeline({ tries: 9, on: ['error'] }, setting({ budget }));
    timeline.next({ kind: 'reset' });
    expect(budget.retries).toBe(1);
    expect(new RetryTimeline({ tries: 9, on: ['error'] }, setting({ budget })).next({ kind: 'reset' })).toEqual({
      retry: false,
      because: 'budget',
    });
    timeline.close();
    timeline.close();
    expect(budget.retries).toBe(0);
  });
});

test('law: retries never exceed the budget, and all is given back at the end', () => {
  const steps = fc.array(fc.record({ who: fc.nat(30), what: fc.constantFrom('enter', 'fail', 'close') }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), (list, ratio, least) => {
      const budget = new RetryBudget({ ratio, least });
      const open = new Map<number, RetryTimeline>();
      let mostOpen = 0;
      for (const { who, what } of list) {
        if (what === 'enter' && !open.has(who))
          open.set(who, new RetryTimeline({ tries: 0, on: ['error'] }, setting({ budget, places: 9 })));
        mostOpen = Math.max(mostOpen, open.size);
        if (what === 'fail') open.get(who)?.next({ kind: 'reset' });
        if (what === 'close') {
          open.get(who)?.close();
          open.delete(who);
        }
        expect(budget.retries).toBeLessThanOrEqual(Math.max(least, Math.floor(ratio * mostOpen)));
      }
      for (const timeline of open.values()) timeline.close();
      expect(budget.retries).toBe(0);
    }),
  );
});

test('law: in all, no more retries than the share of the requests, beside those that are allowed in any case', () => {
  const steps = fc.array(fc.constantFrom('enter', 'enter', 'leave', 'retry', 'retry', 'over'), { maxLength: 300 });
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3), (list, ratio, least) => {
      const budget = new RetryBudget({ ratio, least });
      const retries: (() => void)[] = [];
      let [came, inFlight, extra] = [0, 0, 0];
      for (const step of list) {
        if (step === 'enter') {
          budget.enter();
          came += 1;
          inFlight += 1;
        } else if (step === 'leave' && inFlight > 0) {
          budget.leave();
          inFlight -= 1;
        } else if (step === 'over') retries.pop()?.();
        else if (step === 'retry') {
          const isExtra = budget.retries >= least;
          const over = budget.retry();
          if (over === undefined) continue;
          retries.push(over);
          if (isExtra) extra += 1;
        }
        expect(extra).toBeLessThanOrEqual(ratio * came);
      }
    }),
  );
});

describe('the share of the requests', () => {
  const budgetOf = (requests: number): RetryBudget => {
    const budget = new RetryBudget({ least: 0 });
    for (let count = 0; count < requests; count++) budget.enter();
    return budget;
  };

  test('is made again in full, one after the other, and no more', () => {
    const budget = budgetOf(50);
    const made = Array.from({ length: 50 }, () => {
      const over = budget.retry();
      over?.();
      return over !== undefined;
    });
    expect(made.filter(Boolean)).toHaveLength(10);
    // Each five that come bring one more.
    for (let count = 0; count < 5; count++) budget.enter();
    expect([budget.retry(), budget.retry()].map((over) => over !== undefined)).toEqual([true, false]);
  });

  test('is not saved up', () => {
    const budget = budgetOf(10);
    for (let count = 0; count < 1_000; count++) {
      budget.leave();
      budget.enter();
    }
    const made = [1, 2, 3, 4].map(() => {
      const over = budget.retry();
      over?.();
      return over !== undefined;
    });
    expect(made).toEqual([true, true, false, false]);
  });
});
