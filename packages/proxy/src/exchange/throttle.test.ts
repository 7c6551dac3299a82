import { expect, it, vi } from 'vitest';
import { Throttle } from './throttle.ts';

it('lets through what the seconds so far allow, and goes on when the next ones do', () => {
  vi.useFakeTimers();
  let now = 0;
  const throttle = new Throttle({ bytesPerSecond: 1_000, afterBytes: 500 }, () => now);
  const resume = vi.fn();
  expect(throttle.sent(500, resume)).toBe(true);
  expect(throttle.sent(999, resume)).toBe(true);
  expect(throttle.sent(1, resume)).toBe(false);
  vi.advanceTimersByTime(999);
  expect(resume).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(resume).toHaveBeenCalledOnce();
  now = 1_000;
  // Three seconds' worth in one piece: nothing more until they have passed.
  expect(throttle.sent(3_000, resume)).toBe(false);
  vi.advanceTimersByTime(2_999);
  expect(resume).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(1);
  expect(resume).toHaveBeenCalledTimes(2);
  throttle.sent(10_000, resume);
  throttle.close();
  vi.advanceTimersByTime(100_000);
  expect(resume).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
