import type { CloudError } from './errors.ts';
import type { OperationKind } from './operations.ts';

/** How often and how long a call is repeated. Times are milliseconds. */
export interface RetrySettings {
  /** Requests in all, the first included. */
  readonly attempts: number;
  /** The delay before the n-th repetition is a random part of `base × 2^(n-1)` … */
  readonly base: number;
  /** … and at most this. */
  readonly longest: number;
  /** From the first request to the last one; a longer pause that the cloud asks for ends the call with its error. */
  readonly budget: number;
}

export const retryDefaults: RetrySettings = { attempts: 5, base: 500, longest: 20_000, budget: 60_000 };

/**
 * Milliseconds to wait before a call may be sent again, or undefined when it must not be.
 *
 * @param attempt - how often it was sent already.
 */
export function delayBefore(
  attempt: number,
  error: CloudError,
  kind: OperationKind,
  settings: RetrySettings,
  random: () => number,
): number | undefined {
  if (attempt >= settings.attempts || !mayRepeat(error, kind)) return undefined;
  // Half fixed, half random: callers that were throttled together part, and none comes back at once.
  const ceiling = Math.min(settings.longest, settings.base * 2 ** (attempt - 1));
  const backoff = ceiling / 2 + random() * (ceiling / 2);
  // A little above what the cloud asks for, for the same reason.
  return error.retryAfter === undefined ? backoff : error.retryAfter + random() * settings.base;
}

function mayRepeat(error: CloudError, kind: OperationKind): boolean {
  switch (error.code) {
    case 'cloud/throttled':
      return true;
    case 'cloud/unavailable':
    case 'cloud/no-answer':
    case 'cloud/bad-answer':
      return error.effect === 'none' || kind !== 'create';
    default:
      return false;
  }
}
