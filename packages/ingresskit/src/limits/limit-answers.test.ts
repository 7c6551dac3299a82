import type { RateLimitQuestion } from '@ingresskit/families';
import { describe, expect, it } from 'vitest';
import { createLimitAnswers } from './limit-answers.ts';

const request = { url: 'http://shop.example.com/' };

function rate(counter: string, at: number | undefined): RateLimitQuestion {
  const answer = { status: 429, headers: {}, body: '' };
  const limit = {
    name: 'rate-limit',
    algorithm: 'slot-window',
    requests: 1,
    perMs: 1000,
    burst: 0,
    scope: 'route',
    counted: 'gateway',
    answer,
  } as const;
  return { kind: 'rate-limit', at, counters: [{ counter, limit }] };
}

describe('limit answers', () => {
  it('share one clock, which does not run backwards', () => {
    const answer = createLimitAnswers();
    expect(answer(rate('a', 5000), request)).toEqual({ verdict: 'passes' });
    expect(answer(rate('a', 0), request)).toMatchObject({ verdict: 'exceeds' });
    expect(answer(rate('b', 0), request)).toEqual({ verdict: 'passes' });
    expect(answer(rate('a', 6000), request)).toEqual({ verdict: 'passes' });
  });

  it('say nothing about requests without a time, and about other questions', () => {
    const answer = createLimitAnswers();
    expect(answer(rate('a', undefined), request)).toBeUndefined();
    expect(answer(rate('a', Number.NaN), request)).toBeUndefined();
    expect(answer({ kind: 'concurrency-limit' }, request)).toBeUndefined();
    expect(answer({ kind: 'password' }, request)).toBeUndefined();
  });

  it('know nothing of each other', () => {
    expect(createLimitAnswers()(rate('a', 0), request)).toEqual({ verdict: 'passes' });
    expect(createLimitAnswers()(rate('a', 0), request)).toEqual({ verdict: 'passes' });
  });

  it('forget the counter that was not used for the longest', () => {
    const answer = createLimitAnswers({ maxCounters: 2 });
    for (const counter of ['a', 'b']) answer(rate(counter, 0), request);
    expect(answer(rate('a', 0), request)).toMatchObject({ verdict: 'exceeds' });
    expect(answer(rate('c', 0), request)).toEqual({ verdict: 'passes' });
    expect(answer(rate('a', 0), request)).toMatchObject({ verdict: 'exceeds' });
    expect(answer(rate('b', 0), request)).toEqual({ verdict: 'passes' });
  });

  it('count requests in flight by their durations', () => {
    const answer = createLimitAnswers();
    const ask = (at: number): unknown =>
      answer(
        { kind: 'concurrency-limit', at, durationMs: 10, counters: [{ counter: 'a', most: 1, counted: 'gateway' }] } as never,
        request,
      );
    expect([ask(0), ask(9), ask(10)]).toEqual([{ verdict: 'passes' }, { verdict: 'exceeds', index: 0 }, { verdict: 'passes' }]);
  });

  it('need room for a counter', () => {
    for (const maxCounters of [0, -1, 1.5, Number.NaN]) expect(() => createLimitAnswers({ maxCounters })).toThrow(TypeError);
  });
});
