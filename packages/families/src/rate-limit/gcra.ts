import type { Counted } from './token-bucket.ts';

/** The generic cell rate algorithm: one request every `intervalMs`, and `burst` requests may come early. */
export interface Gcra {
  readonly intervalMs: number;
  readonly burst: number;
}

/**
 * Counts a request with a single number as state, the time at which the next one would arrive on schedule: what a store shared by many gateways
 * keeps in one atomic step (ITU-T I.371, virtual scheduling). It admits what a bucket of `burst + 1` tokens admits that is filled continuously.
 */
export function admit({ intervalMs, burst }: Gcra, expected: number | undefined, now: number): Counted<number> {
  const due = Math.max(expected ?? now, now);
  const early = due - now - burst * intervalMs;
  return early > 0 ? { ok: false, retryAfterMs: Math.ceil(early) } : { ok: true, state: due + intervalMs };
}
