import type { CanonicalRequest, Pattern } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import type { Predicates, VirtualHost } from '@ingresskit/route-table';
import { predicatesHold } from './predicates.ts';

interface RegexEntry {
  readonly index: number;
  readonly pattern: Pattern;
}

const slash = 47;

/**
 * The routes of one host, arranged so that a request looks at the few that can match: exact paths by text, prefixes by length from the longest,
 * patterns in order. The route with the smallest index wins, which is what trying them one by one would find.
 */
export class HostIndex {
  readonly #predicates: readonly (Predicates | undefined)[];
  readonly #exact = new Map<string, number[]>();
  readonly #exactAnyCase = new Map<string, number[]>();
  readonly #prefix = new Map<string, number[]>();
  readonly #prefixAnyCase = new Map<string, number[]>();
  /** The distinct prefix lengths, longest first. */
  readonly #lengths: readonly number[];
  readonly #lengthsAnyCase: readonly number[];
  readonly #patterns: readonly RegexEntry[];

  constructor({ routes }: VirtualHost) {
    this.#predicates = routes.map(({ predicates }) => predicates);
    const lengths = new Set<number>();
    const lengthsAnyCase = new Set<number>();
    const patterns: RegexEntry[] = [];
    routes.forEach(({ path: { kind, value, end, ignoreCase } }, index) => {
      if (kind === 'regex') {
        const compiled = compilePattern(value, { end: end ?? 'open', ...(ignoreCase === true ? { ignoreCase } : {}) });
        if (compiled.ok) patterns.push({ index, pattern: compiled.pattern });
        return;
      }
      const text = ignoreCase === true ? foldAscii(value) : value;
      if (kind === 'exact') put(ignoreCase === true ? this.#exactAnyCase : this.#exact, text, index);
      else {
        put(ignoreCase === true ? this.#prefixAnyCase : this.#prefix, text, index);
        (ignoreCase === true ? lengthsAnyCase : lengths).add(text.length);
      }
    });
    this.#lengths = [...lengths].sort((a, b) => b - a);
    this.#lengthsAnyCase = [...lengthsAnyCase].sort((a, b) => b - a);
    this.#patterns = patterns;
  }

  /** Index of the first route that matches, or -1. */
  find(request: CanonicalRequest): number {
    const { path } = request;
    let best = Number.POSITIVE_INFINITY;
    // Without a look-up where there is nothing to find: it would have to hash the path.
    if (this.#exact.size > 0) best = this.#first(this.#exact.get(path), request, best);
    best = this.#firstPrefix(this.#prefix, this.#lengths, path, request, best);
    if (this.#exactAnyCase.size > 0 || this.#lengthsAnyCase.length > 0) {
      const folded = foldAscii(path);
      best = this.#first(this.#exactAnyCase.get(folded), request, best);
      best = this.#firstPrefix(this.#prefixAnyCase, this.#lengthsAnyCase, folded, request, best);
    }
    for (const { index, pattern } of this.#patterns) {
      if (index >= best) break;
      if (pattern.test(path) && predicatesHold(this.#predicates[index], request)) {
        best = index;
        break;
      }
    }
    return best === Number.POSITIVE_INFINITY ? -1 : best;
  }

  #firstPrefix(
    prefixes: ReadonlyMap<string, readonly number[]>,
    lengths: readonly number[],
    path: string,
    request: CanonicalRequest,
    best: number,
  ): number {
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
      const predicates = this.#predicates[index];
      if (predicates === undefined || predicatesHold(predicates, request)) return index;
    }
    return best;
  }
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
