import { classEnd } from './literal-prefix.ts';

/** Texts of which one has to occur. */
export type Literals = readonly string[];

/** More alternatives than this say too little to be looked for. */
const mostAlternatives = 16;
/** A counted repetition is written out up to here. */
const mostRepeated = 8;

/**
 * What every match of a valid pattern holds: one text of each list, as far as a simple reading tells. `[]` where nothing is known. Letters are as the
 * pattern has them; where it ignores case, so must the search.
 */
export function requiredLiterals(source: string): readonly Literals[] {
  const reader = new Reader(source);
  const found = reader.alternatives();
  return reader.isSure && reader.isAtEnd ? found : [];
}

interface Times {
  readonly least: number;
  readonly most: number;
}

const once: Times = { least: 1, most: 1 };
const many: Times = { least: 1, most: Number.POSITIVE_INFINITY };
const any: Times = { least: 0, most: Number.POSITIVE_INFINITY };

/** One pass over a pattern. What it does not know makes it unsure of the whole, as it may change how the rest is read. */
class Reader {
  isSure = true;
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#source.length;
  }

  /** Rows up to the end or a `)`, with `|` between them. */
  alternatives(): readonly Literals[] {
    const first = this.#row();
    if (this.#source[this.#at] !== '|') return first;
    const rows = [first];
    while (this.#source[this.#at] === '|') {
      this.#at += 1;
      rows.push(this.#row());
    }
    return eitherOf(rows);
  }

  #row(): readonly Literals[] {
    const found: Literals[] = [];
    let run = '';
    const endRun = (next = ''): void => {
      if (run.length > 1) found.push([run]);
      run = next;
    };
    while (this.isSure && this.#at < this.#source.length) {
      const character = this.#source[this.#at] as string;
      if (character === '|' || character === ')') break;
      if (character === '(') {
        const inner = this.#group();
        const { least } = this.#times();
        endRun();
        if (least > 0) found.push(...inner);
        continue;
      }
      const literal = this.#single();
      const { least, most } = this.#times();
      // What takes no character of the text parts no run.
      if (literal === '') continue;
      if (literal === undefined || least === 0) {
        endRun();
        continue;
      }
      const repeated = literal.repeat(Math.min(least, mostRepeated));
      run += repeated;
      // The last of them stand next to what follows.
      if (most > repeated.length) endRun(repeated);
    }
    endRun();
    return found;
  }

  #group(): readonly Literals[] {
    this.#at += 1;
    if (this.#source[this.#at] === '?') {
      const name = /^\?(?::|P?<\w+>)/.exec(this.#source.slice(this.#at, this.#at + 128))?.[0];
      // Flags change how the rest is read.
      if (name === undefined) return this.#unsure();
      this.#at += name.length;
    }
    const found = this.alternatives();
    if (this.#source[this.#at] !== ')') return this.#unsure();
    this.#at += 1;
    return found;
  }

  /** The character that has to come here; `''` for a place between characters, `undefined` for one of several characters. */
  #single(): string | undefined {
    const character = this.#source[this.#at] as string;
    if (character === '[') {
      this.#at = classEnd(this.#source, this.#at) + 1;
      return undefined;
    }
    this.#at += 1;
    if (character === '^' || character === '$') return '';
    if (character === '\\') {
      const next = this.#source[this.#at] ?? '';
      this.#at += 1;
      if (/^[!-/:-@[-`{-~]$/.test(next)) return next;
      if (/^[bBAz]$/.test(next)) return '';
      if (!/^[dDwWsS]$/.test(next)) this.#unsure();
      return undefined;
    }
    // In either case some letters beyond ASCII stand for letters within.
    return character === '.' || character < ' ' || character > '~' ? undefined : character;
  }

  /** How often what was just read comes. */
  #times(): Times {
    const sign = this.#source[this.#at];
    if (sign !== '*' && sign !== '+' && sign !== '?' && sign !== '{') return once;
    let times = sign === '+' ? many : any;
    let length = 1;
    if (sign === '{') {
      const counts = /^\{(\d+)(,?)(\d*)\}/.exec(this.#source.slice(this.#at, this.#at + 16));
      if (counts === null) this.#unsure();
      const [text = '{', least = '0', comma = '', most = ''] = counts ?? [];
      times = { least: Number(least), most: comma === '' ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most) };
      length = text.length;
    }
    this.#at += length;
    if (this.#source[this.#at] === '?') this.#at += 1;
    const next = this.#source[this.#at];
    if (next === '*' || next === '+' || next === '?' || next === '{') this.#unsure();
    return times;
  }

  #unsure(): readonly Literals[] {
    this.isSure = false;
    return [];
  }
}

/** What is known when one of several rows matches: the longest that each of them asks for. */
function eitherOf(rows: readonly (readonly Literals[])[]): readonly Literals[] {
  const all = new Set<string>();
  for (const row of rows) {
    let longest: Literals | undefined;
    for (const list of row) if (longest === undefined || shortestOf(list) > shortestOf(longest)) longest = list;
    if (longest === undefined) return [];
    for (const text of longest) all.add(text);
  }
  return all.size > mostAlternatives ? [] : [[...all]];
}

function shortestOf(list: Literals): number {
  return Math.min(...list.map((text) => text.length));
}
