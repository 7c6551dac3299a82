import { isPlainText } from '@ingresskit/annotations';
import type { PatternEntry } from './pattern-entry.ts';
import { few, inOrder } from './pattern-entry.ts';
import { PrefixIndex } from './prefix-index.ts';

/**
 * The patterns of a host by the literal text that every match of them begins with or holds, so that of thousands only those are run that the path leaves
 * open.
 */
export class PatternIndex {
  readonly #all: readonly PatternEntry[];
  /** Absent where there are few patterns in all, or none of the kind. */
  readonly #exactCase: PrefixIndex | undefined;
  readonly #anyCase: PrefixIndex | undefined;
  readonly #allAnyCase: readonly PatternEntry[];

  /** @param entries in the order of their routes. */
  constructor(entries: readonly PatternEntry[]) {
    this.#all = entries;
    this.#allAnyCase = entries.filter(({ pattern }) => pattern.ignoreCase);
    if (entries.length <= few) return;
    const exactCase = this.#allAnyCase.length === 0 ? entries : entries.filter(({ pattern }) => !pattern.ignoreCase);
    if (exactCase.length > 0) this.#exactCase = new PrefixIndex(exactCase);
    if (this.#allAnyCase.length > 0) this.#anyCase = new PrefixIndex(this.#allAnyCase);
  }

  /** The patterns that may match a path, in the order of their routes. */
  candidates(path: string): readonly PatternEntry[] {
    if (this.#all.length <= few) return this.#all;
    if (this.#anyCase === undefined) return this.#exactCase?.candidates(path) ?? this.#all;
    // Beyond ASCII letters may stand for others that lower case does not lead to.
    const anyCase = isPlainText(path) ? this.#anyCase.candidates(path.toLowerCase()) : this.#allAnyCase;
    const exactCase = this.#exactCase?.candidates(path) ?? [];
    if (exactCase.length === 0) return anyCase;
    return anyCase.length === 0 ? exactCase : inOrder(exactCase, anyCase);
  }
}
