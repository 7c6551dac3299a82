import type { Clock } from '../clock.ts';

/** A clock whose time passes only when somebody sleeps on it or moves it. */
export interface VirtualClock extends Clock {
  /** Moves the time forward by milliseconds. */
  advance(ms: number): void;
  /** Every sleep so far, in milliseconds. */
  readonly sleeps: readonly number[];
}

/** Sleeping moves the time at once: minutes of waiting take no time, and nothing depends on the machine's speed. */
export function createVirtualClock(start: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let time = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => time,
    advance(ms) {
      time += ms;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      time += ms;
      // A turn of the event loop, so that a loop of sleeps cannot starve the sockets.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}
