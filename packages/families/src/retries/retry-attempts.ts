import type { AttemptFailure, RetryPolicy } from './retry-policy.ts';
import { isRetryable, isSafeToRepeat } from './retry-policy.ts';

/** What one attempt comes to: how long it takes, and how it fails; without a failure it is answered. */
export interface AttemptOutcome {
  readonly tookMs: number;
  readonly failure?: AttemptFailure;
}

/** An attempt on the clock of its request, which begins at 0. */
export interface Attempt {
  readonly startsMs: number;
  readonly endsMs: number;
  readonly failure?: AttemptFailure;
}

/** The attempts of a request, and why the last of them is the last. */
export interface RetryAttempts {
  readonly attempts: readonly Attempt[];
  readonly endedBy: 'answered' | 'condition' | 'method' | 'tries' | 'time' | 'script';
}

/**
 * Plays a request through: which attempts there are, when each begins and ends, and why there is no further one. The script says what each attempt
 * would come to; attempts follow each other without a pause, and a time for each attempt cuts it short.
 */
export function playRetries(policy: RetryPolicy, method: string, script: readonly AttemptOutcome[]): RetryAttempts {
  const { tries, timeoutMs = 0, perTryTimeoutMs = 0 } = policy;
  const attempts: Attempt[] = [];
  let now = 0;
  for (const { tookMs, failure: scripted } of script) {
    const isCut = perTryTimeoutMs > 0 && tookMs > perTryTimeoutMs;
    const failure: AttemptFailure | undefined = isCut ? { kind: 'timeout' } : scripted;
    const endsMs = now + (isCut ? perTryTimeoutMs : tookMs);
    attempts.push({ startsMs: now, endsMs, ...(failure === undefined ? {} : { failure }) });
    now = endsMs;
    if (failure === undefined) return { attempts, endedBy: 'answered' };
    if (!isRetryable(policy, failure)) return { attempts, endedBy: 'condition' };
    if (!isSafeToRepeat(policy, method, failure)) return { attempts, endedBy: 'method' };
    if (tries > 0 && attempts.length >= tries) return { attempts, endedBy: 'tries' };
    if (timeoutMs > 0 && now >= timeoutMs) return { attempts, endedBy: 'time' };
  }
  return { attempts, endedBy: 'script' };
}
