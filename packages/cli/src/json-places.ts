/** Where things stand in a JSON text, as offsets. */
export interface JsonPlaces {
  /** Of the first character that no JSON can have there; the text's length when it ends too early. Absent for valid JSON. */
  readonly fault?: number;
  /** Of the values of the outermost object's members. */
  readonly members: ReadonlyMap<string, number>;
}

/**
 * Looks for the first mistake in a JSON text (RFC 8259), and for the members of its outermost object. `JSON.parse` decides what is valid; this tells
 * where, which it does not for every mistake.
 */
export function jsonPlaces(text: string): JsonPlaces {
  const scanner = new Scanner(text);
  const fault = scanner.scan();
  return fault === undefined ? { members: scanner.members } : { fault, members: scanner.members };
}

const deepest = 500;

class Scanner {
  readonly members: Map<string, number> = new Map();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Offset of the first mistake. */
  scan(): number | undefined {
    this.#space();
    if (!this.#value(0)) return this.#at;
    this.#space();
    return this.#at < this.#text.length ? this.#at : undefined;
  }

  #value(depth: number): boolean {
    if (depth > deepest) return false;
    switch (this.#text[this.#at]) {
      case '{':
        return this.#list('}', () => this.#member(depth));
      case '[':
        return this.#list(']', () => this.#value(depth + 1));
      case '"':
        return this.#take(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y) && this.#expect('"');
      default:
        return this.#take(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    }
  }

  #member(depth: number): boolean {
    const start = this.#at;
    if (this.#text[start] !== '"' || !this.#value(depth)) return false;
    const key = JSON.parse(this.#text.slice(start, this.#at)) as string;
    this.#space();
    if (!this.#expect(':')) return false;
    this.#space();
    if (depth === 0) this.members.set(key, this.#at);
    return this.#value(depth + 1);
  }

  #list(close: string, item: () => boolean): boolean {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === close) return this.#expect(close);
    for (;;) {
      if (!item()) return false;
      this.#space();
      if (this.#text[this.#at] !== ',') return this.#expect(close);
      this.#at += 1;
      this.#space();
    }
  }

  #expect(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return false;
    this.#at += found[0].length;
    return true;
  }

  #space(): void {
    this.#take(/[ \t\r\n]*/y);
  }
}
