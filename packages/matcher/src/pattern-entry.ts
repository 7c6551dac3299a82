import type { Pattern } from '@ingresskit/annotations';

/** A pattern and the place of its route. */
export interface PatternEntry {
  readonly index: number;
  readonly pattern: Pattern;
}

/** Up to this many patterns looking at each is cheaper than looking any up. */
export const few = 8;

/** The entries of two lists that share none, in the order of their routes. */
export function inOrder(one: readonly PatternEntry[], other: readonly PatternEntry[]): readonly PatternEntry[] {
  return [...one, ...other].sort((a, b) => a.index - b.index);
}
