import type { BalanceHint } from './balancer.ts';
import type { EndpointState } from './endpoint-state.ts';

/** An endpoint that may be chosen now, with its share among the others. */
export interface Candidate {
  readonly state: EndpointState;
  /** Above 0; warm-up is in it. */
  readonly weight: number;
}

/** A way of choosing. Candidates are never empty; an algorithm keeps what it remembers of an endpoint in its state. */
export type Algorithm = (candidates: readonly Candidate[], hint: BalanceHint) => Candidate;

/** Two different candidates at random, the draw weighted: the whole of "power of two choices" but the comparison. */
export function drawTwo(candidates: readonly Candidate[], random: () => number): readonly [Candidate, Candidate] {
  const first = drawIndex(candidates, random);
  const second = candidates.length === 1 ? first : drawIndex(candidates, random, first);
  return [candidates[first] as Candidate, candidates[second] as Candidate];
}

/** A position at random, each in proportion to its weight; never `except`, when there is another. */
export function drawIndex(candidates: readonly Candidate[], random: () => number, except = -1): number {
  let total = 0;
  for (let index = 0; index < candidates.length; index++) if (index !== except) total += (candidates[index] as Candidate).weight;
  let left = random() * total;
  let last = 0;
  for (let index = 0; index < candidates.length; index++) {
    if (index === except) continue;
    left -= (candidates[index] as Candidate).weight;
    last = index;
    if (left < 0) break;
  }
  return last;
}
