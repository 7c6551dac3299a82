import { KubernetesError } from './errors.ts';

/** Time as this package sees it. Tests pass a virtual one, so that ten minutes of outage take no time. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back, whatever happens to the calendar. */
  now(): number;
  /** The calendar, milliseconds since the epoch: only for times that are written into objects. */
  wallTime(): number;
  /** Calls back once after so many milliseconds. The answer takes the timer away. */
  timer(ms: number, callback: () => void): () => void;
}

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds; rejects with `kubernetes/stopped` as soon as the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(stopped(signal));
      return;
    }
    const cancel = clock.timer(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      cancel();
      reject(stopped(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** What a wait that was called off rejects with. */
export function stopped(signal: AbortSignal | undefined): KubernetesError {
  return new KubernetesError('kubernetes/stopped', 'The operation was stopped.', { cause: signal?.reason });
}

/** A signal that aborts with the outer one, or after a deadline. `cancel` must be called when the work is done. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the deadline that aborted. */
  readonly isOver: boolean;
  cancel(): void;
}

/** Starts a deadline of so many milliseconds below an outer signal. */
export function startDeadline(clock: Clock, ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener('abort', abort, { once: true });
  const cancelTimer = clock.timer(ms, () => {
    isOver = true;
    controller.abort(new KubernetesError('kubernetes/timeout', `No answer within ${Math.round(ms / 1000)} s.`));
  });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    cancel() {
      cancelTimer();
      outer?.removeEventListener('abort', abort);
    },
  };
}
