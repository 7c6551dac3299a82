import { GramTable, gramsOf, weightOf } from './gram-table.ts';
import type { PatternEntry } from './pattern-entry.ts';

/**
 * Patterns by a piece of text that each match of them holds. One automaton for all of them (RE2's sets) would be as exact as the patterns themselves, but a
 * path that leads it through new states would cost many times what trying the patterns one by one does.
 */
export class LiteralIndex {
  readonly #all: readonly PatternEntry[];
  /** Made when a path asks for it: most hosts of a table never meet one. */
  #pieces: Pieces | undefined;

  /** @param entries in the order of their routes. */
  constructor(entries: readonly PatternEntry[]) {
    this.#all = entries;
  }

  /** The patterns that may match a path, in the order of their routes. Where they ignore case, the path is in lower case. */
  candidates(path: string): readonly PatternEntry[] {
    this.#pieces ??= piecesOf(this.#all);
    const { table, others } = this.#pieces;
    const lists = table.listsIn(path);
    if (lists === undefined) return this.#all;
    if (lists.size === 0) return others;
    // A pattern that waits for one of several pieces may have met two of them.
    return [...new Set([others, ...lists].flat())].sort((a, b) => a.index - b.index);
  }
}

interface Pieces {
  readonly table: GramTable;
  /** Patterns of which no piece is known. */
  readonly others: readonly PatternEntry[];
}

/** Each pattern by its rarest pieces among all of them: what thousands of patterns share tells nothing. */
function piecesOf(entries: readonly PatternEntry[]): Pieces {
  const known = entries.map(({ pattern }) => pattern.requiredLiterals().map((list) => list.map(gramsOf)));
  const costs = new Map<number, number>();
  for (const lists of known) {
    for (const list of lists) {
      for (const grams of list) for (const gram of grams) costs.set(gram, (costs.get(gram) ?? 0) + weightOf(gram));
    }
  }
  const table = new GramTable(entries.length);
  const others: PatternEntry[] = [];
  entries.forEach((entry, at) => {
    let best: readonly number[] = [];
    let least = Number.POSITIVE_INFINITY;
    for (const list of known[at] ?? []) {
      const chosen = list.map((grams) => rarestOf(grams, costs));
      const cost = chosen.reduce((sum, gram) => sum + (costs.get(gram) ?? Number.POSITIVE_INFINITY), 0);
      if (cost < least) [best, least] = [chosen, cost];
    }
    if (best.length === 0) others.push(entry);
    else for (const gram of best) table.add(gram, entry);
  });
  return { table, others };
}

/** The one that costs least; of none, one that nobody has. */
function rarestOf(grams: readonly number[], costs: ReadonlyMap<number, number>): number {
  let rarest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const gram of grams) {
    const cost = costs.get(gram) ?? 0;
    if (cost < least) [rarest, least] = [gram, cost];
  }
  return rarest;
}
