import type { Pattern } from '@ingresskit/annotations';

/** A pattern and the place of its route. */
export interface PatternEntry {
  readonly index: number;
  readonly pattern: Pattern;
}

const none: readonly PatternEntry[] = Object.freeze([]);
/** Up to this many patterns looking at each is cheaper than looking any up. */
const few = 8;

/**
 * The patterns of a host by the literal text that every match of them begins with, so that of thousands only those are run that the beginning of the
 * path leaves open.
 */
export class PatternIndex {
  readonly #all: readonly PatternEntry[];
  readonly #byPrefix: ReadonlyMap<string, readonly PatternEntry[]>;
  /** The distinct lengths of the texts. */
  readonly #lengths: readonly number[];

  /** @param entries in the order of their routes. */
  constructor(entries: readonly PatternEntry[]) {
    const byPrefix = new Map<string, PatternEntry[]>();
    if (entries.length > few) {
      for (const entry of entries) {
        const { literalPrefix } = entry.pattern;
        const list = byPrefix.get(literalPrefix);
        if (list === undefined) byPrefix.set(literalPrefix, [entry]);
        else list.push(entry);
      }
    }
    this.#all = entries;
    this.#byPrefix = byPrefix;
    this.#lengths = [...new Set([...byPrefix.keys()].map((text) => text.length))];
  }

  /** The patterns that may match a path, in the order of their routes. */
  candidates(path: string): readonly PatternEntry[] {
    if (this.#all.length <= few) return this.#all;
    let found = none;
    for (const length of this.#lengths) {
      if (length > path.length) continue;
      const list = this.#byPrefix.get(path.slice(0, length));
      if (list !== undefined) found = found.length === 0 ? list : [...found, ...list].sort((a, b) => a.index - b.index);
    }
    return found;
  }
}
