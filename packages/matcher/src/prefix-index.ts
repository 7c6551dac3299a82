import { LiteralIndex } from './literal-index.ts';
import type { PatternEntry } from './pattern-entry.ts';
import { few, inOrder } from './pattern-entry.ts';

/** Patterns by the literal text that every match of them begins with. */
export class PrefixIndex {
  readonly #byPrefix: ReadonlyMap<string, readonly PatternEntry[]>;
  /** Of the lists that are long. */
  readonly #byLiteral = new Map<readonly PatternEntry[], LiteralIndex>();
  /** The distinct lengths of the texts. */
  readonly #lengths: readonly number[];

  /** @param entries in the order of their routes. */
  constructor(entries: readonly PatternEntry[]) {
    const byPrefix = new Map<string, PatternEntry[]>();
    for (const entry of entries) {
      const { literalPrefix } = entry.pattern;
      const list = byPrefix.get(literalPrefix);
      if (list === undefined) byPrefix.set(literalPrefix, [entry]);
      else list.push(entry);
    }
    this.#byPrefix = byPrefix;
    const lengths = new Set<number>();
    for (const [prefix, list] of byPrefix) {
      lengths.add(prefix.length);
      if (list.length > few) this.#byLiteral.set(list, new LiteralIndex(list));
    }
    this.#lengths = [...lengths];
  }

  /** The patterns that may match a path, in the order of their routes. Where they ignore case, the path is in lower case. */
  candidates(path: string): readonly PatternEntry[] {
    let found: readonly PatternEntry[] = [];
    for (const length of this.#lengths) {
      if (length > path.length) continue;
      let list = this.#byPrefix.get(path.slice(0, length));
      if (list === undefined) continue;
      if (list.length > few) list = this.#byLiteral.get(list)?.candidates(path) ?? list;
      if (list.length > 0) found = found.length === 0 ? list : inOrder(found, list);
    }
    return found;
  }
}
