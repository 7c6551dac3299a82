import type { Counted } from './token-bucket.ts';

/** At most `requests` in any window, estimated from two fixed ones. */
export interface SlidingWindow {
  readonly requests: number;
  readonly windowMs: number;
}

/** The requests of the current fixed window and of the one before it. */
export interface SlidingWindowState {
  readonly window: number;
  readonly current: number;
  readonly previous: number;
}

/**
 * Counts a request by weighing the previous fixed window with the part of it that a sliding window still covers: how the global throttle of
 * ingress-nginx before 1.12 estimated its rate from two counters in memcached.
 */
export function countSliding(
  { requests, windowMs }: SlidingWindow,
  state: SlidingWindowState | undefined,
  now: number,
): Counted<SlidingWindowState> {
  const window = Math.max(state?.window ?? Number.NEGATIVE_INFINITY, Math.floor(now / windowMs));
  const steps = state === undefined ? 2 : window - state.window;
  const current = steps === 0 ? (state?.current ?? 0) : 0;
  const previous = steps === 0 ? (state?.previous ?? 0) : steps === 1 ? (state?.current ?? 0) : 0;
  const covered = Math.min(1, Math.max(0, 1 - (now - window * windowMs) / windowMs));
  if (previous * covered + current + 1 <= requests) return { ok: true, state: { window, current: current + 1, previous } };
  const room = requests - 1 - current;
  // The weighted previous window shrinks to the room that is left; where there is none, this window must become the previous one and shrink.
  const share = (most: number, of: number): number => (of === 0 ? 0 : Math.max(0, 1 - most / of));
  const at = previous > 0 && room > 0 ? share(room, previous) : 1 + share(requests - 1, current);
  return { ok: false, retryAfterMs: Math.max(1, Math.ceil((window + at) * windowMs - now)) };
}
