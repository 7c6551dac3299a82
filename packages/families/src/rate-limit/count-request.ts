import type { LeakyBucketState } from './leaky-bucket.ts';
import { addToBucket } from './leaky-bucket.ts';
import type { RateLimit } from './rate-limit-policy.ts';
import type { SlidingWindowState } from './sliding-window.ts';
import { countSliding } from './sliding-window.ts';
import type { SlotWindowState } from './slot-window.ts';
import { countInWindow } from './slot-window.ts';
import type { Counted, TokenBucketState } from './token-bucket.ts';
import { takeToken } from './token-bucket.ts';

/** What a counter remembers: JSON, whatever the algorithm. */
export type RateState = TokenBucketState | LeakyBucketState | SlotWindowState | SlidingWindowState;

/** Counts one request against a limit. Pure: the clock is a number, the state comes in and goes out. */
export function countRequest(limit: RateLimit, state: RateState | undefined, now: number): Counted<RateState> {
  const { requests, perMs, burst } = limit;
  // A counter belongs to one limit, so its state is of that limit's algorithm.
  switch (limit.algorithm) {
    case 'token-bucket':
      return takeToken({ capacity: burst, perFill: requests, intervalMs: perMs }, state as TokenBucketState | undefined, now);
    case 'leaky-bucket':
      return addToBucket({ requests, perMs, burst }, state as LeakyBucketState | undefined, now);
    case 'slot-window':
      return countInWindow({ requests, windowMs: perMs }, state as SlotWindowState | undefined, now);
    case 'sliding-window':
      return countSliding({ requests, windowMs: perMs }, state as SlidingWindowState | undefined, now);
  }
}
