import { expect, it } from 'vitest';
import { FrameBudget, streamWindow } from './frame-budget.ts';

/** Just what may come at once. */
const burst = 262_144;

it('what nothing accounts for is in the budget up to its size, and beyond it by what is more', () => {
  const budget = new FrameBudget(0);
  expect(budget.excess(burst, 0)).toBe(0);
  expect(budget.excess(burst + 13, 0)).toBe(13);
});

it('it comes back with time, and never to more than its size', () => {
  const budget = new FrameBudget(0);
  budget.excess(burst, 0);
  expect(budget.excess(burst + 4_096, 1_000)).toBe(0);
  expect(budget.excess(burst + 4_097, 1_000)).toBe(1);
  budget.excess(burst + 4_097, 3_600_000);
  expect(budget.excess(2 * burst + 4_098, 3_600_000)).toBe(1);
});

it.each<readonly [string, (budget: FrameBudget) => void, number]>([
  ['a request with its headers', (budget) => budget.request([':path', '/', 'x', 'y'.repeat(60_000)]), 60_000],
  ['a body', (budget) => budget.received(1_000_000), 1_000_000 + 62 * 9],
  ['a byte of a body and the head of its frame', (budget) => budget.received(1), 10],
  ['the updates of two windows for what was sent', (budget) => budget.sent(16_384), 2 * 13],
  ['what still comes for a stream that was cut', (budget) => budget.cut(), streamWindow],
])('%s takes nothing of it', (_, count, bytes) => {
  const budget = new FrameBudget(0);
  count(budget);
  expect(budget.excess(bytes, 0)).toBe(0);
  expect(budget.excess(bytes + burst, 0)).toBe(0);
});

it('what went before is no credit for what comes', () => {
  const budget = new FrameBudget(0);
  budget.received(1_000_000);
  expect(budget.excess(1_000_000, 0)).toBe(0);
  expect(budget.excess(1_000_000 + burst + 1, 0)).toBe(1);
});
