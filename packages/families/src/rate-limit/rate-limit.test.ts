import type { Ask } from '@ingresskit/annotations';
import { describe, expect, it } from 'vitest';
import { exchangeOf } from '../testing/exchange.ts';
import { rateLimit } from './rate-limit.ts';
import type { RateLimit, RateLimitPolicy } from './rate-limit-policy.ts';
import type { RateLimitQuestion } from './rate-question.ts';
import { answerRateQuestion } from './rate-question.ts';
import { rateLimitSettings } from './settings.ts';

const answer = { status: 503, headers: {}, body: '' };
const perClient: RateLimit = {
  name: 'limit-rps',
  algorithm: 'leaky-bucket',
  requests: 1,
  perMs: 1000,
  burst: 5,
  scope: 'ingress',
  counted: 'replica',
  key: [{ variable: 'remote_addr' }],
  exempt: ['10.0.0.0/8'],
  answer,
};
const settings = { ...rateLimitSettings };

function asked(policy: RateLimitPolicy, input: { readonly clientAddress?: string; readonly at?: number } = {}, own: object = settings) {
  const { exchange, edits } = exchangeOf({ url: 'http://shop.example.com/', ...input }, { settings: own });
  return { outcome: rateLimit.request?.(policy, exchange), edits };
}

const isAsk = (outcome: unknown): Ask<RateLimitQuestion> => {
  if ((outcome as Ask | undefined)?.kind !== 'ask') throw new Error('nothing is asked');
  return outcome as Ask<RateLimitQuestion>;
};

describe('the question', () => {
  it('names a counter for each client, and the time', () => {
    const { outcome, edits } = asked({ limits: [perClient] }, { clientAddress: '192.0.2.1', at: 7 });
    expect(isAsk(outcome).question).toMatchObject({
      kind: 'rate-limit',
      at: 7,
      counters: [{ counter: 'limit-rps default/shop 192.0.2.1' }],
    });
    expect(edits.declared['rateLimit']).toEqual([
      { perSecond: 1, burst: 5, status: 503, scope: 'ingress', counted: 'replica', key: '$remote_addr' },
    ]);
  });

  it('is not asked for a client that is exempt', () => {
    expect(asked({ limits: [perClient] }, { clientAddress: '10.1.2.3' }).outcome).toBeUndefined();
  });

  it('is not asked about a key that is empty: nginx does not count it', () => {
    const keyed: RateLimit = { ...perClient, key: [{ variable: 'http_x_client' }] };
    expect(asked({ limits: [keyed] }).outcome).toBeUndefined();
  });
});

describe('the answer', () => {
  it('nobody counts: the limit is only shown', () => {
    expect(isAsk(asked({ limits: [perClient] }).outcome).resume(undefined)).toBeUndefined();
  });

  it('is above a limit that is only watched: the request passes, and the explanation says so', () => {
    const { outcome, edits } = asked({ limits: [perClient] });
    expect(isAsk(outcome).resume({ verdict: 'passes', above: 0 })).toBeUndefined();
    expect(edits.notes).toEqual(['above limit-rps, which is only watched']);
  });

  it('could not be found: the gate stays shut, unless the settings say otherwise', () => {
    const uncounted = { verdict: 'uncounted', why: 'the store does not answer' };
    expect(isAsk(asked({ limits: [perClient] }).outcome).resume(uncounted)).toMatchObject({ kind: 'deny' });
    expect(isAsk(asked({ limits: [perClient] }, {}, { ...settings, whenUncounted: 'pass' }).outcome).resume(uncounted)).toBeUndefined();
  });

  it('makes no sense: the gate stays shut', () => {
    for (const answer of [{}, { verdict: 'exceeds', index: 9, retryAfterMs: 1 }, 'yes', true]) {
      expect(isAsk(asked({ limits: [perClient] }).outcome).resume(answer)).toMatchObject({ kind: 'deny' });
    }
  });
});

it('a request above one of several limits is counted against none', () => {
  const minute: RateLimit = { ...perClient, name: 'limit-rpm', requests: 60, perMs: 60_000, burst: 0 };
  const states = new Map();
  const question = (limits: readonly RateLimit[]): RateLimitQuestion => ({
    kind: 'rate-limit',
    at: 0,
    counters: limits.map((limit) => ({ counter: limit.name, limit })),
  });
  expect(answerRateQuestion(question([perClient, minute]), states, 0)).toEqual({ verdict: 'passes' });
  const before = structuredClone([...states]);
  expect(answerRateQuestion(question([perClient, minute]), states, 0)).toEqual({ verdict: 'exceeds', index: 1, retryAfterMs: 1000 });
  expect([...states]).toEqual(before);
});
