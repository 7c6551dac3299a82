import type { PatternEntry } from './pattern-entry.ts';

/**
 * Runs of two to four characters of printable ASCII, each as a number of seven bits a character, and the entries that wait for them. One pass over a text
 * finds all that are in it: four characters part thousands of patterns as well as their whole texts would, and need no automaton that could grow.
 */
export class GramTable {
  readonly #entries = new Map<number, PatternEntry[]>();
  /** Whether a run may be known, by a few of its bits: nearly every place of a text ends here. */
  readonly #filter: Uint8Array;
  readonly #shift: number;
  #hasPairs = false;
  #hasTriples = false;

  /** @param size how many runs are expected. */
  constructor(size: number) {
    const bits = Math.min(20, Math.max(8, Math.ceil(Math.log2(size)) + 4));
    this.#filter = new Uint8Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  add(gram: number, entry: PatternEntry): void {
    const list = this.#entries.get(gram);
    if (list === undefined) this.#entries.set(gram, [entry]);
    else if (list.at(-1) !== entry) list.push(entry);
    this.#filter[hashOf(gram, this.#shift)] = 1;
    if (gram <= pair) this.#hasPairs = true;
    else if (gram <= triple) this.#hasTriples = true;
  }

  /** The lists of the runs in a text, each once; `undefined` where the text is not printable ASCII. */
  listsIn(text: string): ReadonlySet<readonly PatternEntry[]> | undefined {
    const filter = this.#filter;
    const shift = this.#shift;
    const found = new Set<readonly PatternEntry[]>();
    let gram = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code < firstCode || code > lastCode) return undefined;
      gram = ((gram << 7) | code) & quadruple;
      if (filter[hashOf(gram, shift)] === 1) this.#look(gram, found);
      if (this.#hasTriples && filter[hashOf(gram & triple, shift)] === 1) this.#look(gram & triple, found);
      if (this.#hasPairs && filter[hashOf(gram & pair, shift)] === 1) this.#look(gram & pair, found);
    }
    return found;
  }

  #look(gram: number, found: Set<readonly PatternEntry[]>): void {
    const list = this.#entries.get(gram);
    if (list !== undefined) found.add(list);
  }
}

const firstCode = 0x20;
const lastCode = 0x7e;
// The largest runs of two, three and four characters. A shorter run is smaller than any longer one: no character of them is 0.
const pair = 2 ** 14 - 1;
const triple = 2 ** 21 - 1;
const quadruple = 2 ** 28 - 1;

function hashOf(gram: number, shift: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> shift;
}

/** The runs of a text of printable ASCII: all of four characters, or the one it is. Empty for texts that are too short or have other characters. */
export function gramsOf(text: string): readonly number[] {
  const grams: number[] = [];
  let gram = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < firstCode || code > lastCode) return [];
    gram = ((gram << 7) | code) & quadruple;
    if (at >= 3) grams.push(gram);
  }
  return text.length === 2 || text.length === 3 ? [gram] : grams;
}

/** How much a run tells: a short one is in many texts by chance. */
export function weightOf(gram: number): number {
  return gram <= pair ? 64 : gram <= triple ? 8 : 1;
}
