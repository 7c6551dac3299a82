import type { Gcra, RateLimit } from '@ingresskit/families';

/**
 * A limit as GCRA: the same mean rate, and the same number of requests at once from rest. Windows know no burst, so the whole window's requests may come at
 * once, as they may in a window (docs/decisions/shared-rate-limits-are-gcra.md).
 */
export function gcraOf({ algorithm, requests, perMs, burst }: RateLimit): Gcra {
  const intervalMs = perMs / requests;
  switch (algorithm) {
    case 'leaky-bucket':
      return { intervalMs, burst };
    case 'token-bucket':
      return { intervalMs, burst: Math.max(0, burst - 1) };
    case 'slot-window':
    case 'sliding-window':
      return { intervalMs, burst: requests - 1 };
  }
}
