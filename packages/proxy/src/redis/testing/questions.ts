import type { ConcurrencyQuestion, RateLimit, RateLimitQuestion } from '@ingresskit/families';

/** A question about one or more counters, all with the same limit. */
export function rateQuestion(counters: readonly string[], limit: Partial<RateLimit> = {}): RateLimitQuestion {
  const whole: RateLimit = {
    name: 'rate-limit',
    algorithm: 'slot-window',
    requests: 5,
    perMs: 1_000,
    burst: 0,
    scope: 'route',
    counted: 'gateway',
    answer: { status: 429, headers: {}, body: '' },
    ...limit,
  };
  return { kind: 'rate-limit', at: undefined, counters: counters.map((counter) => ({ counter, limit: whole })) };
}

export function concurrencyQuestion(counter: string, most: number, counted: 'replica' | 'gateway' = 'gateway'): ConcurrencyQuestion {
  return { kind: 'concurrency-limit', at: undefined, durationMs: 1, counters: [{ counter, most, counted }] };
}
