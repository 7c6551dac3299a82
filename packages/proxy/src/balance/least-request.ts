import type { Algorithm, Candidate } from './algorithm.ts';
import { drawTwo } from './algorithm.ts';

/** Of two endpoints drawn at random, the one with fewer requests in flight for its weight: nearly as even as looking at all, and never a herd. */
export function leastRequest(random: () => number): Algorithm {
  return (candidates) => {
    const [one, other] = drawTwo(candidates, random);
    return load(other) < load(one) ? other : one;
  };
}

function load({ state, weight }: Candidate): number {
  return (state.active + 1) / weight;
}
