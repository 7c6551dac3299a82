import type { Algorithm, Candidate } from './algorithm.ts';

/**
 * Smooth weighted round robin: every candidate earns its weight, the richest is chosen and pays what all earned. Weights 5, 1, 1 give
 * a a b a c a a rather than five a in a row, and equal weights give strict turns.
 *
 * A credit is held within one round of what is earned now, so that an endpoint coming back after an absence, or out of warm-up, makes no burst.
 */
export const roundRobin: Algorithm = (candidates) => {
  let total = 0;
  for (const { weight } of candidates) total += weight;
  let best = candidates[0] as Candidate;
  for (const candidate of candidates) {
    const { state } = candidate;
    state.credit = Math.min(total, Math.max(-total, state.credit)) + candidate.weight;
    if (state.credit > best.state.credit) best = candidate;
  }
  best.state.credit -= total;
  return best;
};
