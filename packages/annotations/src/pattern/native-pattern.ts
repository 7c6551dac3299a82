/**
 * Patterns that JavaScript's own engine runs as well as RE2: the same matches, with the same groups, in time linear in the text. The engine goes back and
 * tries again, so that is true of few patterns; those that paths are written with are among them (`/api(/|$)(.*)`, `/v[0-9]+/users/([^/]+)`).
 *
 * A pattern is taken when it is a row of single characters, classes, dots and groups of such rows, where
 *
 * - only single characters repeat, with `*`, `+`, `?` or a fixed count (`[0-9]{4}`, `mostCounted` in all), never groups;
 * - it begins where the text begins, so that no other beginning is tried;
 * - each unbounded repetition but the last stops at a fixed place, because what follows is a character that it does not take (`[^/]+/`), the end of the
 *   text, or one of several ways that each begin so (`[^/]+(/|$)`), so that going back into it fails at once;
 * - a `.*` at the very end is free: it takes everything, and nothing behind it can fail;
 * - everything else that can be gone back into, options and alternatives, multiplies to no more than `mostChoices`.
 *
 * It is run on printable ASCII only: there the two engines have the same idea of dots, letters and cases.
 */

/** Ways through the options and alternatives of a pattern. */
const mostChoices = 64;
/** Characters that fixed counts stand for, in all: each place that is tried may have to look at as many. */
const mostCounted = 64;

const lastCode = 0x7e;
const firstCode = 0x20;

/** Characters that stand for themselves in both languages. */
const literal = /^[A-Za-z0-9 !"#%&',\-/:;<=>@_`~]$/;
/** Characters that may be escaped to stand for themselves in both. */
const escapable = /^[!-/:-@[-`{-~]$/;
/** Inside of a class, without its first and last character. */
const classItem = /^(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_./~%:=@ &,;!$()*+?|]|\\[dw./-])/;

/** The characters that one element takes. */
type Taken = (code: number) => boolean;

interface Unbounded {
  readonly taken: Taken;
  /** Where it stands, to find out whether it is the last thing. */
  readonly end: number;
  readonly isAny: boolean;
  /** Whether what follows begins with a character that it does not take. */
  stops: boolean;
}

/**
 * The pattern for JavaScript's engine, or `undefined` where it is not certain that the two agree or that time stays linear.
 *
 * @param end as for patterns: from the start with an open end, the whole text, or anywhere.
 */
export function nativePattern(source: string, end: 'open' | 'full' | 'search', ignoreCase: boolean): RegExp | undefined {
  const reader = new Reader(source, ignoreCase);
  if (!reader.read(end)) return undefined;
  const anchored = end === 'search' ? source : source.startsWith('^') ? source.slice(1) : source;
  try {
    // Within a group of its own, lest the end belong to the last alternative.
    const text = end === 'search' ? anchored : `^(?:${anchored})${end === 'full' ? '$' : ''}`;
    return new RegExp(text, ignoreCase ? 'i' : '');
  } catch {
    return undefined;
  }
}

/** Whether both engines see the same in a text: printable ASCII. */
export function isPlainText(text: string): boolean {
  if (text.length < long) return !unplain.test(text);
  if (text !== lastLong) {
    isLastPlain = !unplain.test(text);
    lastLong = text;
  }
  return isLastPlain;
}

// Many patterns ask the same long text one after the other, and reading it takes as long as most of them do.
const long = 256;
let lastLong = '';
let isLastPlain = true;

const unplain = /[^\x20-\x7e]/;

/** One pass over a pattern; says no at the first thing that it is not sure of. */
class Reader {
  readonly #source: string;
  readonly #ignoreCase: boolean;
  #at = 0;
  #choices = 1;
  #counted = 0;
  readonly #unbounded: Unbounded[] = [];
  /** Repetitions that end where the next element begins: what that takes decides whether they stop. */
  #open: Unbounded[] = [];

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source;
    this.#ignoreCase = ignoreCase;
  }

  read(end: 'open' | 'full' | 'search'): boolean {
    const source = this.#source;
    if (source.startsWith('^')) this.#at = 1;
    else if (end === 'search') return false;
    if (!this.#sequence(0)) return false;
    if (this.#at < source.length) return false;
    return this.#isLinear();
  }

  #isLinear(): boolean {
    if (this.#choices > mostChoices) return false;
    const source = this.#source;
    const free = this.#unbounded.filter((one) => !one.stops);
    const last = this.#unbounded.at(-1);
    // What stands behind a repetition at the very end can only be the end of its group and of the text.
    const isFinal = last?.isAny === true && /^\)?\$?$/.test(source.slice(last.end));
    const counted = isFinal ? free.filter((one) => one !== last) : free;
    if (counted.length === 0) return true;
    const [only] = counted;
    const following = this.#unbounded.slice(this.#unbounded.indexOf(only as Unbounded) + 1).filter((one) => !(isFinal && one === last));
    return counted.length === 1 && following.length === 0;
  }

  /** Elements up to the end, a `)` or, in a group, a `|`. */
  #sequence(depth: number): boolean {
    const source = this.#source;
    while (this.#at < source.length) {
      const character = source[this.#at] as string;
      if (character === ')' || character === '|') return depth > 0;
      if (character === '$') {
        // As the last thing of a row only: behind it nothing could match.
        this.#at += 1;
        const next = source[this.#at];
        // What a repetition gives back stands before the end.
        for (const one of this.#open) one.stops = true;
        this.#open = [];
        return next === undefined || (depth > 0 && (next === ')' || next === '|'));
      }
      if (character === '(') {
        if (!this.#group(depth)) return false;
        continue;
      }
      if (!this.#element()) return false;
    }
    return depth === 0;
  }

  #group(depth: number): boolean {
    const source = this.#source;
    this.#at += 1;
    if (source[this.#at] === '?') {
      if (source[this.#at + 1] !== ':') return false;
      this.#at += 2;
    }
    if (depth > 3) return false;
    // What is open before a group may meet any of its alternatives, or what follows an empty one.
    const before = this.#open;
    let after: Unbounded[] = [];
    let alternatives = 0;
    let hasUnbounded = false;
    let areStopped = true;
    for (;;) {
      const known = this.#unbounded.length;
      alternatives += 1;
      this.#open = before;
      for (const one of before) one.stops = false;
      if (!this.#sequence(depth + 1)) return false;
      areStopped &&= before.every(({ stops }) => stops);
      hasUnbounded ||= this.#unbounded.length > known;
      after = [...after, ...this.#open];
      if (source[this.#at] === '|') {
        this.#at += 1;
        continue;
      }
      if (source[this.#at] !== ')') return false;
      this.#at += 1;
      break;
    }
    if (alternatives > 1) {
      // A repetition that only some ways go through, or in front of ways that do not each stop it, is more than this reading can weigh.
      if (hasUnbounded || !areStopped) return false;
      this.#choices *= alternatives;
    }
    if (/[*+?{]/.test(source[this.#at] ?? '')) return false;
    this.#open = alternatives > 1 ? [] : after;
    return true;
  }

  #element(): boolean {
    const source = this.#source;
    const start = this.#at;
    const isAny = source[start] === '.';
    const taken = this.#single();
    if (taken === undefined) return false;
    const open = this.#open;
    const sign = source[this.#at];
    if (sign === '{' && !this.#count()) return false;
    const mayBeNothing = sign === '*' || sign === '?';
    if (sign === '*' || sign === '+' || sign === '?') {
      this.#at += 1;
      if (/[*+?{]/.test(source[this.#at] ?? '')) return false;
    }
    // A repetition in front stops where this begins, if it cannot take this and this has to come.
    for (const one of open) one.stops = !mayBeNothing && areDisjoint(one.taken, taken);
    this.#open = [];
    if (sign === '?') this.#choices *= 2;
    if (sign === '*' || sign === '+') {
      const one: Unbounded = { taken, end: this.#at, isAny: isAny && sign === '*', stops: false };
      this.#unbounded.push(one);
      this.#open = [one];
    }
    return true;
  }

  /** A fixed count of what stands in front: as if it were written out. */
  #count(): boolean {
    const count = /^\{([1-9]\d?)\}(?![*+?{])/.exec(this.#source.slice(this.#at, this.#at + 6));
    this.#at += count?.[0].length ?? 0;
    this.#counted += Number(count?.[1] ?? 0);
    return count !== null && this.#counted <= mostCounted;
  }

  /** What one character of the text may be here; `undefined` for what is not sure. */
  #single(): Taken | undefined {
    const source = this.#source;
    const character = source[this.#at] as string;
    if (character === '.') {
      this.#at += 1;
      return () => true;
    }
    if (character === '[') return this.#class();
    if (character === '\\') {
      const next = source[this.#at + 1] ?? '';
      this.#at += 2;
      if (next === 'd' || next === 'w') return takenBy(`\\${next}`, this.#ignoreCase);
      return escapable.test(next) ? takenBy(`\\${next}`, this.#ignoreCase) : undefined;
    }
    if (!literal.test(character)) return undefined;
    this.#at += 1;
    return takenBy(character, this.#ignoreCase);
  }

  #class(): Taken | undefined {
    const source = this.#source;
    let at = this.#at + 1;
    if (source[at] === '^') at += 1;
    const first = at;
    if (source[at] === '-') at += 1;
    for (;;) {
      if (source[at] === ']' && at > first) break;
      if (source[at] === '-' && source[at + 1] === ']') {
        at += 1;
        break;
      }
      const item = classItem.exec(source.slice(at, at + 3))?.[0];
      if (
        item === undefined ||
        (item.length === 3 && !isRange(item)) ||
        (item.length < 3 && source[at + item.length] === '-' && source[at + item.length + 1] !== ']')
      )
        return undefined;
      at += item.length;
    }
    const text = source.slice(this.#at, at + 1);
    this.#at = at + 1;
    return takenBy(text, this.#ignoreCase);
  }
}

/** Ranges of digits or of letters of one case: in others the engines might fold cases differently. */
function isRange(item: string): boolean {
  return /^(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9])$/.test(item) && item.charCodeAt(0) <= item.charCodeAt(2);
}

function takenBy(text: string, ignoreCase: boolean): Taken {
  const one = new RegExp(`^${text}$`, ignoreCase ? 'i' : '');
  return (code) => one.test(String.fromCharCode(code));
}

function areDisjoint(a: Taken, b: Taken): boolean {
  for (let code = firstCode; code <= lastCode; code++) if (a(code) && b(code)) return false;
  return true;
}
