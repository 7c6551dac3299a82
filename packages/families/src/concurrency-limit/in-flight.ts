import type { ConcurrencyAnswer, ConcurrencyQuestion } from './concurrency-question.ts';

/** When the requests in flight end, in virtual milliseconds, in any order. */
export type InFlight = readonly number[];

/** Where the requests in flight are kept between requests. */
export interface InFlightStates {
  get(counter: string): InFlight | undefined;
  set(counter: string, state: InFlight): void;
}

/**
 * Takes a place in every counter of the question, or in none, on a virtual clock: a request that began at `t` and takes `d` milliseconds has left
 * at `t + d`.
 */
export function takePlaces({ counters, durationMs }: ConcurrencyQuestion, states: InFlightStates, now: number): ConcurrencyAnswer {
  const next: InFlight[] = [];
  for (const [index, { counter, most }] of counters.entries()) {
    const running = (states.get(counter) ?? []).filter((end) => end > now);
    if (running.length >= most) return { verdict: 'exceeds', index };
    next.push([...running, now + durationMs]);
  }
  for (const [index, { counter }] of counters.entries()) states.set(counter, next[index] as InFlight);
  return { verdict: 'passes' };
}
