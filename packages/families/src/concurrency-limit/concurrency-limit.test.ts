import type { Ask } from '@ingresskit/annotations';
import { describe, expect, it } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import type { ConcurrencyLimitPolicy } from './concurrency-limit.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyQuestion } from './concurrency-question.ts';
import { takePlaces } from './in-flight.ts';

const policy: ConcurrencyLimitPolicy = {
  limits: [
    {
      name: 'limit-connections',
      most: 2,
      scope: 'client',
      counted: 'replica',
      key: [{ variable: 'remote_addr' }],
      answer: { status: 503, headers: {}, body: '' },
    },
  ],
};

function asked(policies: Readonly<Record<string, unknown>> = {}, whenUncounted = 'refuse') {
  const input = { url: 'http://shop.example.com/', clientAddress: '192.0.2.1', at: 5, durationMs: 20 };
  const { exchange } = exchangeOf(input, { settings: { clientLimitStatus: 503, whenUncounted }, policies });
  return concurrencyLimit.request?.(policy, exchange) as Ask<ConcurrencyQuestion> | undefined;
}

describe('the question', () => {
  it('names a counter for each client, the time and the duration', () => {
    expect(asked()?.question).toEqual({
      kind: 'concurrency-limit',
      at: 5,
      durationMs: 20,
      counters: [{ counter: 'limit-connections default/shop 192.0.2.1', most: 2, counted: 'replica' }],
    });
  });

  it('is not asked about a client without a key, and a key that nobody knows closes', () => {
    const ask = (variable: string): unknown => {
      const { exchange } = exchangeOf({ url: 'http://shop.example.com/' });
      const [limit] = policy.limits;
      return limit === undefined ? undefined : concurrencyLimit.request?.({ limits: [{ ...limit, key: [{ variable }] }] }, exchange);
    };
    expect(ask('http_x_client')).toBeUndefined();
    expect(ask('connection')).toMatchObject({ kind: 'deny' });
  });

  it('is not asked for clients that limit-allowlist names', () => {
    expect(asked({ 'rate-limit': { limits: [], allowlist: ['192.0.2.0/24'] } })).toBeUndefined();
  });
});

describe('the answer', () => {
  it('decides', () => {
    expect(asked()?.resume({ verdict: 'passes' })).toBeUndefined();
    expect(asked()?.resume({ verdict: 'exceeds', index: 0 })).toMatchObject({ kind: 'respond', status: 503 });
  });

  it('is above a limit that is only watched: the request passes, and the explanation says so', () => {
    const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/' });
    const ask = concurrencyLimit.request?.(policy, exchange) as Ask<ConcurrencyQuestion>;
    expect(ask.resume({ verdict: 'passes', above: 0 })).toBeUndefined();
    expect(edits.notes).toEqual(['2 requests are in flight already; limit-connections is only watched']);
  });

  it('is missing: the limit is only shown', () => {
    expect(asked()?.resume(undefined)).toBeUndefined();
  });

  it('could not be found or makes no sense: the gate stays shut, unless the settings say otherwise', () => {
    for (const answer of [{ verdict: 'uncounted', why: 'no store' }, { verdict: 'exceeds', index: 4 }, {}, 1]) {
      expect(asked()?.resume(answer)).toMatchObject({ kind: 'deny' });
      expect(asked({}, 'pass')?.resume(answer)).toBeUndefined();
    }
  });
});

it('a request takes a place in every counter or in none, until it is over', () => {
  const states = new Map<string, readonly number[]>();
  const question = (...most: readonly number[]): ConcurrencyQuestion => ({
    kind: 'concurrency-limit',
    at: undefined,
    durationMs: 10,
    counters: most.map((number, index) => ({ counter: `c${index}`, most: number, counted: 'replica' })),
  });
  expect(takePlaces(question(2, 1), states, 0)).toEqual({ verdict: 'passes' });
  expect(takePlaces(question(2, 1), states, 0)).toEqual({ verdict: 'exceeds', index: 1 });
  expect(states.get('c0')).toEqual([10]);
  expect(takePlaces(question(2, 1), states, 9)).toEqual({ verdict: 'exceeds', index: 1 });
  expect(takePlaces(question(2, 1), states, 10)).toEqual({ verdict: 'passes' });
});
