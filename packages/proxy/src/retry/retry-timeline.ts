import type { AttemptFailure, RetryPolicy } from '@ingresskit/families';
import { isRetryable, isSafeToRepeat } from '@ingresskit/families';
import type { RetryBudget } from './retry-budget.ts';

/** What decides beside the policy. */
export interface RetrySetting {
  readonly method: string;
  /** Whether the body can be sent again: there is none, or it is held in full. */
  readonly isReplayable: boolean;
  /** Endpoints that the request may go to: where a policy sets no limit, that many attempts are made. */
  readonly places: number;
  readonly budget: RetryBudget;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Whether there is another attempt. `delayMs` comes first, then the attempt has `timeoutMs`. */
export type RetryStep =
  | { readonly retry: true; readonly delayMs: number; readonly timeoutMs: number | undefined }
  | { readonly retry: false; readonly because: 'condition' | 'method' | 'body' | 'tries' | 'time' | 'budget' };

/** The first pause is between nothing and this; each further one may be twice as long. */
const baseDelayMs = 25;
const longestDelayMs = 250;

/** The attempts of one request. Close it when the request is over, however it ends. */
export class RetryTimeline {
  readonly #policy: RetryPolicy;
  readonly #setting: RetrySetting;
  readonly #began: number;
  #isOpen = true;
  #attempts = 1;
  #giveBack: (() => void) | undefined;

  constructor(policy: RetryPolicy, setting: RetrySetting) {
    this.#policy = policy;
    this.#setting = setting;
    this.#began = setting.now();
    setting.budget.enter();
  }

  /** Attempts so far, the running one included. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Time for the first attempt; `undefined`: no limit. */
  get firstTimeoutMs(): number | undefined {
    return this.#timeoutFor(this.#left());
  }

  /** An attempt failed: is there another one? */
  next(failure: AttemptFailure): RetryStep {
    this.#giveBack?.();
    this.#giveBack = undefined;
    const { method, isReplayable, places, budget, random } = this.#setting;
    const { tries } = this.#policy;
    // Without a limit of its own nginx asks each server once; endless attempts at dead ones would keep a core busy.
    const most = tries > 0 ? tries : Math.max(1, places);
    if (!isRetryable(this.#policy, failure)) return { retry: false, because: 'condition' };
    if (!isSafeToRepeat(this.#policy, method, failure)) return { retry: false, because: 'method' };
    if (!isReplayable && failure.kind !== 'connect') return { retry: false, because: 'body' };
    if (this.#attempts >= most) return { retry: false, because: 'tries' };
    // Another endpoint is tried after a failed connection, so there is nothing to wait for.
    const delayMs =
      failure.kind === 'connect' ? 0 : Math.floor(random() * Math.min(longestDelayMs, baseDelayMs * 2 ** (this.#attempts - 1)));
    const left = this.#left();
    if (left !== undefined && left - delayMs <= 0) return { retry: false, because: 'time' };
    this.#giveBack = budget.retry();
    if (this.#giveBack === undefined) return { retry: false, because: 'budget' };
    this.#attempts += 1;
    return { retry: true, delayMs, timeoutMs: this.#timeoutFor(left === undefined ? undefined : left - delayMs) };
  }

  /** Gives back what the request holds of the budget. */
  close(): void {
    this.#giveBack?.();
    this.#giveBack = undefined;
    if (this.#isOpen) this.#setting.budget.leave();
    this.#isOpen = false;
  }

  #left(): number | undefined {
    const { timeoutMs = 0 } = this.#policy;
    return timeoutMs > 0 ? this.#began + timeoutMs - this.#setting.now() : undefined;
  }

  #timeoutFor(left: number | undefined): number | undefined {
    const { perTryTimeoutMs = 0 } = this.#policy;
    if (perTryTimeoutMs <= 0) return left;
    return left === undefined ? perTryTimeoutMs : Math.min(left, perTryTimeoutMs);
  }
}
