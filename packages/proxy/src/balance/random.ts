import type { Algorithm, Candidate } from './algorithm.ts';
import { drawIndex } from './algorithm.ts';

/** A weighted draw for every request. */
export function randomChoice(random: () => number): Algorithm {
  return (candidates) => candidates[drawIndex(candidates, random)] as Candidate;
}
