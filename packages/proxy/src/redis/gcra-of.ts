import type { RateLimit } from '@ingresskit/families';

/** A limit in whole microseconds, the unit of the server's clock: sums of them are exact. */
export interface SharedGcra {
  readonly intervalMicros: number;
  readonly burst: number;
}

/**
 * A limit as GCRA: the same mean rate, and the same number of requests at once from rest. Windows know no burst, so the whole window's requests may come at
 * once, as they may in a window (docs/decisions/shared-rate-limits-are-gcra.md).
 */
export function gcraOf({ algorithm, requests, perMs, burst }: RateLimit): SharedGcra {
  // Rounded up, so that rounding never admits more.
  const intervalMicros = Math.ceil((perMs * 1000) / requests);
  switch (algorithm) {
    case 'leaky-bucket':
      return { intervalMicros, burst };
    case 'token-bucket':
      return { intervalMicros, burst: Math.max(0, burst - 1) };
    case 'slot-window':
    case 'sliding-window':
      return { intervalMicros, burst: requests - 1 };
  }
}
