import { expect, test } from 'vitest';
import { concurrencyQuestion } from '../redis/testing/questions.ts';
import { limitAnswerers } from './answer-limits.ts';
import type { LimitStore } from './limit-store.ts';
import { MemoryLimitStore } from './memory-limit-store.ts';

const memory = new MemoryLimitStore({ now: () => 0 });
/** The same store, as if it were far away. */
const remote: LimitStore = {
  count: (question) => Promise.resolve(memory.count(question)),
  enter: (question) => Promise.resolve(memory.enter(question)),
  close: () => memory.close(),
};

test.each([
  ['at once', memory],
  ['later', remote],
])('a place is given back when the exchange is over; answered %s', async (_, store) => {
  const ends: (() => void)[] = [];
  const exchange = { onEnd: (callback: () => void) => void ends.push(callback) };
  const enter = limitAnswerers(store)['concurrency-limit'];
  const question = concurrencyQuestion('route', 1, 'replica');
  expect(await enter(question, exchange)).toEqual({ verdict: 'passes' });
  expect(await enter(question, exchange)).toEqual({ verdict: 'exceeds', index: 0 });
  for (const end of ends.splice(0)) end();
  expect(await enter(question, exchange)).toEqual({ verdict: 'passes' });
  for (const end of ends) end();
  expect(memory.size.inFlight).toBe(0);
});
