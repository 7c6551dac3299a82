import { setImmediate as tick } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

it('runs once at a time, and once more for all that was asked meanwhile', async () => {
  const seen: number[] = [];
  const finish: (() => void)[] = [];
  let state = 0;
  let running = 0;
  const ask = oneAtATime(async () => {
    expect(++running).toBe(1);
    const began = state;
    await new Promise<void>((resolve) => finish.push(resolve));
    seen.push(began);
    running -= 1;
  });
  for (state = 1; state < 4; state++) ask();
  finish.shift()?.();
  await tick();
  expect([seen, finish.length]).toEqual([[1], 1]);
  finish.shift()?.();
  await tick();
  expect([seen, finish.length]).toEqual([[1, 4], 0]);
  state = 5;
  ask();
  finish.shift()?.();
  await tick();
  expect(seen).toEqual([1, 4, 5]);
});
