import type { Counted } from './token-bucket.ts';

/** nginx's `limit_req` without delay. */
export interface LeakyBucket {
  readonly requests: number;
  readonly perMs: number;
  /** Requests above the rate that pass at once; the one that fills the bucket first comes on top. */
  readonly burst: number;
}

/** Requests in the bucket in thousandths, as nginx counts them, and when they were counted. */
export interface LeakyBucketState {
  readonly excess: number;
  readonly last: number;
}

/** Thousandths of a request that leak out in a second: whole numbers, so 1 request a minute leaks 16 and not 16.67 (nginx, limit_req_zone). */
export function leakRate({ requests, perMs }: LeakyBucket): number {
  return Math.floor((requests * 1_000_000) / perMs);
}

/**
 * Adds a request to the bucket, in the arithmetic of nginx's `limit_req … burst=N nodelay`, which ingress-nginx writes for limit-rps and limit-rpm
 * (ingress-nginx.md §6): an empty bucket takes burst + 1 requests at once. A refused request changes nothing.
 */
export function addToBucket(bucket: LeakyBucket, state: LeakyBucketState | undefined, now: number): Counted<LeakyBucketState> {
  if (state === undefined) return { ok: true, state: { excess: 0, last: now } };
  const rate = leakRate(bucket);
  const elapsed = Math.max(0, now - state.last);
  const excess = Math.max(0, state.excess - Math.floor((rate * elapsed) / 1000) + 1000);
  const room = bucket.burst * 1000;
  if (excess <= room) return { ok: true, state: { excess, last: Math.max(now, state.last) } };
  return { ok: false, retryAfterMs: rate === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil(((excess - room) * 1000) / rate) };
}
