import type { FieldPath } from '../diagnostic.ts';

/** JSON data read from text, with what the text holds twice. */
export interface JsonValue {
  readonly value: unknown;
  /** Offset after the value. */
  readonly end: number;
  readonly duplicates: readonly { readonly key: string; readonly first: number; readonly start: number; readonly end: number }[];
}

/** Where JSON text breaks its grammar, or nests too deeply. */
export interface JsonFault {
  readonly fault: 'syntax' | 'too-deep';
  readonly offset: number;
}

/**
 * Reads one JSON value (RFC 8259) from an offset. `JSON.parse` would be faster, but it drops the first of two equal keys without a word, has no
 * depth limit and cannot read several values of one text.
 */
export function readJson(text: string, start: number, depthLimit: number): JsonValue | JsonFault {
  const reader = new JsonReader(text, start, depthLimit);
  try {
    return { value: reader.value(0), end: reader.at, duplicates: reader.duplicates };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.kind, offset: error.offset };
    throw error;
  }
}

class Fault {
  readonly kind: JsonFault['fault'];
  readonly offset: number;
  constructor(kind: JsonFault['fault'], offset: number) {
    this.kind = kind;
    this.offset = offset;
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[\dA-Fa-f]{4})*"/y;

class JsonReader {
  at: number;
  readonly duplicates: { readonly key: string; readonly first: number; readonly start: number; readonly end: number }[] = [];
  readonly #text: string;
  readonly #depthLimit: number;

  constructor(text: string, at: number, depthLimit: number) {
    this.#text = text;
    this.at = at;
    this.#depthLimit = depthLimit;
  }

  value(depth: number): unknown {
    this.#space();
    const character = this.#text[this.at];
    if (character === '{' || character === '[') {
      if (depth >= this.#depthLimit) throw new Fault('too-deep', this.at);
      return character === '{' ? this.#map(depth + 1) : this.#list(depth + 1);
    }
    if (character === '"') return this.#string();
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    numberPattern.lastIndex = this.at;
    const number = numberPattern.exec(this.#text)?.[0];
    if (number === undefined) throw new Fault('syntax', this.at);
    this.at += number.length;
    return Number(number);
  }

  #map(depth: number): unknown {
    const value: Record<string, unknown> = {};
    const starts = new Map<string, number>();
    for (let next = this.#open('}'); next; next = this.#more('}')) {
      this.#space();
      const start = this.at;
      const key = this.#string();
      const end = this.at;
      this.#space();
      if (this.#text[this.at] !== ':') throw new Fault('syntax', this.at);
      this.at += 1;
      const item = this.value(depth);
      const first = starts.get(key);
      if (first !== undefined) {
        this.duplicates.push({ key, first, start, end });
        continue;
      }
      starts.set(key, start);
      // Assignment would let the key `__proto__` set the prototype.
      if (key === '__proto__') Object.defineProperty(value, key, { value: item, writable: true, enumerable: true, configurable: true });
      else value[key] = item;
    }
    return value;
  }

  #list(depth: number): unknown {
    const value: unknown[] = [];
    for (let next = this.#open(']'); next; next = this.#more(']')) value.push(this.value(depth));
    return value;
  }

  /** Steps past the opening bracket. False when the closing one follows at once. */
  #open(close: string): boolean {
    this.at += 1;
    this.#space();
    if (this.#text[this.at] !== close) return true;
    this.at += 1;
    return false;
  }

  /** Steps past a comma or the closing bracket. False at the bracket. */
  #more(close: string): boolean {
    this.#space();
    const character = this.#text[this.at];
    if (character !== ',' && character !== close) throw new Fault('syntax', this.at);
    this.at += 1;
    return character === ',';
  }

  #string(): string {
    stringPattern.lastIndex = this.at;
    const literal = this.#text[this.at] === '"' ? stringPattern.exec(this.#text)?.[0] : undefined;
    if (literal === undefined) throw new Fault('syntax', this.at);
    this.at += literal.length;
    return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  }

  #space(): void {
    this.at = skipSpace(this.#text, this.at);
  }
}

const words: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** The offset of the next character that is no JSON white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at += 1;
  return at;
}

/** An entry of a map or an item of a list in JSON text. */
export interface JsonPlace {
  /** Start of the key, or of the item. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

/** Walks sound JSON text from the value at `start` along a path, as far as the path is there. */
export function locateJson(text: string, start: number, path: FieldPath): JsonPlace {
  const at = skipSpace(text, start);
  let place: JsonPlace = { start: at, valueStart: at, end: skipValue(text, at) };
  for (const part of path) {
    let next: JsonPlace | undefined;
    for (const child of childrenOf(text, place.valueStart)) {
      if (child.key !== part) continue;
      next = child.place;
      break;
    }
    if (next === undefined) break;
    place = next;
  }
  return place;
}

/** The entries of the map, or the items of the list, that starts at an offset of sound JSON text. */
export function* childrenOf(
  text: string,
  start: number,
): Generator<{ readonly key: string | number; readonly place: JsonPlace }, undefined, undefined> {
  const isMap = text[start] === '{';
  if (!isMap && text[start] !== '[') return;
  let at = skipSpace(text, start + 1);
  for (let index = 0; text[at] !== '}' && text[at] !== ']' && at < text.length; index += 1) {
    const keyEnd = isMap ? skipValue(text, at) : at;
    const valueStart = isMap ? skipSpace(text, skipSpace(text, keyEnd) + 1) : at;
    const end = skipValue(text, valueStart);
    yield { key: isMap ? (JSON.parse(text.slice(at, keyEnd)) as string) : index, place: { start: at, valueStart, end } };
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

/** The offset after the value that starts at an offset. Counts brackets, so it needs no stack. */
function skipValue(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],]|[^\s"{}[\],:]+/gy;
  let depth = 0;
  let at = start;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text)?.[0];
    if (match === undefined) {
      // White space, or the colon within a map.
      at += 1;
      continue;
    }
    if (match === '{' || match === '[') depth += 1;
    else if (match === '}' || match === ']') depth -= 1;
    at += match.length;
    if (depth <= 0) return at;
  }
  return at;
}
