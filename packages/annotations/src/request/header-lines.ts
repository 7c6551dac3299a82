/**
 * Headers as they came over a connection: names in any case and values, one after the other, each already checked by whoever read them. Looked up by
 * going through them: requests have a dozen headers and policies ask for one or two, so an index would cost more than it saves.
 */
export class HeaderLines {
  readonly #pairs: readonly string[];
  readonly #end: number;

  /**
   * @param pairs kept, not copied.
   * @param end where the lines end in `pairs`; what comes behind is somebody else's.
   */
  constructor(pairs: readonly string[], end: number = pairs.length) {
    this.#pairs = pairs;
    this.#end = end;
  }

  /** The value of a header with a lower-case name: its lines joined by `; ` for cookies and `, ` for others, without the blanks around them. */
  value(name: string): string | undefined {
    const pairs = this.#pairs;
    let found: string | undefined;
    for (let index = 0; index < this.#end; index += 2) {
      const candidate = pairs[index] as string;
      if (candidate.length !== name.length || (candidate !== name && candidate.toLowerCase() !== name)) continue;
      const value = trimBlanks(pairs[index + 1] as string);
      found = found === undefined ? value : `${found}${name === 'cookie' ? '; ' : ', '}${value}`;
    }
    return found;
  }

  /** The headers under their lower-case names. */
  toRecord(): Readonly<Record<string, string | readonly string[]>> {
    // Without a prototype, so that a header named `__proto__` or `constructor` is a header.
    const record: Record<string, string | readonly string[]> = Object.create(null);
    for (let index = 0; index < this.#end; index += 2) {
      const name = (this.#pairs[index] as string).toLowerCase();
      const value = this.#pairs[index + 1] as string;
      const earlier = record[name];
      record[name] = earlier === undefined ? value : [earlier, value].flat();
    }
    return record;
  }
}

/** The value without the spaces and tabs around it, which are not part of it (RFC 9110 §5.5). */
export function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return end - start === value.length ? value : value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
