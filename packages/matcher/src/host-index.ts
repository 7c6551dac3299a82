import type { CanonicalRequest } from '@ingresskit/annotations';
import { patternOf } from '@ingresskit/annotations';
import type { Predicates, VirtualHost } from '@ingresskit/route-table';
import type { PatternEntry } from './pattern-entry.ts';
import { PatternIndex } from './pattern-index.ts';
import { predicatesHold } from './predicates.ts';

/** Indexes of routes by text, ascending. */
type Indexes = ReadonlyMap<string, readonly number[]>;

const slash = 47;

/**
 * The routes of one host, arranged so that a request looks at the few that can match: exact paths by text, prefixes by length from the longest,
 * patterns by the text they begin with. The route with the smallest index wins, which is what trying them one by one would find.
 */
export class HostIndex {
  /** Absent where no route has any. */
  readonly #predicates: readonly (Predicates | undefined)[] | undefined;
  // Absent where empty: with 100,000 hosts every look at an empty map would wait for memory.
  readonly #exact: Indexes | undefined;
  readonly #exactAnyCase: Indexes | undefined;
  readonly #prefix: Indexes | undefined;
  readonly #prefixAnyCase: Indexes | undefined;
  /** The distinct prefix lengths, longest first. */
  readonly #lengths: readonly number[];
  readonly #lengthsAnyCase: readonly number[];
  /** Absent where no route is a pattern. */
  readonly #patterns: PatternIndex | undefined;

  constructor({ routes }: VirtualHost) {
    this.#predicates = routes.some(({ predicates }) => predicates !== undefined) ? routes.map(({ predicates }) => predicates) : undefined;
    const exact = new Map<string, number[]>();
    const exactAnyCase = new Map<string, number[]>();
    const prefix = new Map<string, number[]>();
    const prefixAnyCase = new Map<string, number[]>();
    const lengths = new Set<number>();
    const lengthsAnyCase = new Set<number>();
    const patterns: PatternEntry[] = [];
    routes.forEach(({ path }, index) => {
      const { kind, value, ignoreCase } = path;
      if (kind === 'regex') {
        const pattern = patternOf(path, 'open');
        if (pattern !== undefined) patterns.push({ index, pattern });
        return;
      }
      const text = ignoreCase === true ? foldAscii(value) : value;
      if (kind === 'exact') put(ignoreCase === true ? exactAnyCase : exact, text, index);
      else {
        put(ignoreCase === true ? prefixAnyCase : prefix, text, index);
        (ignoreCase === true ? lengthsAnyCase : lengths).add(text.length);
      }
    });
    this.#exact = filled(exact);
    this.#exactAnyCase = filled(exactAnyCase);
    this.#prefix = filled(prefix);
    this.#prefixAnyCase = filled(prefixAnyCase);
    this.#lengths = [...lengths].sort((a, b) => b - a);
    this.#lengthsAnyCase = [...lengthsAnyCase].sort((a, b) => b - a);
    this.#patterns = patterns.length === 0 ? undefined : new PatternIndex(patterns);
  }

  /** Index of the first route that matches, or -1. */
  find(request: CanonicalRequest): number {
    const { path } = request;
    let best = Number.POSITIVE_INFINITY;
    if (this.#exact !== undefined) best = this.#first(this.#exact.get(path), request, best);
    if (this.#prefix !== undefined) best = this.#firstPrefix(this.#prefix, this.#lengths, path, request, best);
    if (this.#exactAnyCase !== undefined || this.#prefixAnyCase !== undefined) {
      const folded = foldAscii(path);
      if (this.#exactAnyCase !== undefined) best = this.#first(this.#exactAnyCase.get(folded), request, best);
      if (this.#prefixAnyCase !== undefined) best = this.#firstPrefix(this.#prefixAnyCase, this.#lengthsAnyCase, folded, request, best);
    }
    if (this.#patterns !== undefined) best = this.#firstPattern(this.#patterns, request, best);
    return best === Number.POSITIVE_INFINITY ? -1 : best;
  }

  #firstPattern(patterns: PatternIndex, request: CanonicalRequest, best: number): number {
    const { path } = request;
    for (const { index, pattern } of patterns.candidates(path)) {
      if (index >= best) return best;
      if (pattern.test(path) && predicatesHold(this.#predicates?.[index], request)) return index;
    }
    return best;
  }

  #firstPrefix(prefixes: Indexes, lengths: readonly number[], path: string, request: CanonicalRequest, best: number): number {
    let smallest = best;
    for (const length of lengths) {
      if (length > path.length) continue;
      // A prefix ends where a path element ends; one that ends with its own slash needs no further boundary.
      const atBoundary = length === path.length || path.charCodeAt(length) === slash || path.charCodeAt(length - 1) === slash;
      if (atBoundary) smallest = this.#first(prefixes.get(path.slice(0, length)), request, smallest);
    }
    return smallest;
  }

  #first(indexes: readonly number[] | undefined, request: CanonicalRequest, best: number): number {
    if (indexes === undefined) return best;
    for (const index of indexes) {
      if (index >= best) return best;
      const predicates = this.#predicates?.[index];
      if (predicates === undefined || predicatesHold(predicates, request)) return index;
    }
    return best;
  }
}

function filled(map: Indexes): Indexes | undefined {
  return map.size === 0 ? undefined : map;
}

function put(map: Map<string, number[]>, key: string, index: number): void {
  const indexes = map.get(key);
  if (indexes === undefined) map.set(key, [index]);
  else indexes.push(index);
}

/** ASCII letters in lower case, everything else as it is: canonical paths are ASCII, and percent triplets keep their upper case. */
export function foldAscii(text: string): string {
  return text.replace(/%[0-9A-F]{2}|[A-Z]+/g, (part) => (part.startsWith('%') ? part : part.toLowerCase()));
}
