/** A piece of nginx's configuration language. */
export interface Token {
  readonly kind: 'word' | ';' | '{' | '}' | 'code';
  /** A word without its quotes, or the text between the braces of a Lua block. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** The pieces of a text, or where it stops being that language. */
export type Tokens =
  | { readonly ok: true; readonly tokens: readonly Token[] }
  | { readonly ok: false; readonly problem: string; readonly line: number };

const maxLength = 262_144;

/**
 * Cuts a text as nginx's own reader does: words end at blanks, `;`, `{` and `}`, quotes of either kind hold anything, `\` keeps the next character, `${`
 * does not open a block, `#` begins a comment where a word could begin, and what follows a `…_by_lua_block` is Lua up to its closing brace.
 */
export function tokenize(text: string): Tokens {
  if (text.length > maxLength) return { ok: false, problem: 'it is longer than 256 KiB', line: 1 };
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '\n') line++;
    if (/\s/.test(character)) at++;
    else if (character === '#') at = endOfLine(text, at);
    else if (character === ';' || character === '{' || character === '}') {
      tokens.push({ kind: character, text: character, line });
      at++;
      if (character === '{' && isLuaBlock(tokens)) {
        const end = endOfLua(text, at);
        if (end < 0) return { ok: false, problem: 'a Lua block has no end', line };
        tokens.push({ kind: 'code', text: text.slice(at, end), line });
        line += countLines(text, at, end);
        at = end;
      }
    } else {
      const word = readWord(text, at);
      if (word === undefined) return { ok: false, problem: 'a quote has no end', line };
      tokens.push({ kind: 'word', text: word.text, line });
      line += countLines(text, at, word.end);
      at = word.end;
    }
  }
  return { ok: true, tokens };
}

function readWord(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  const quote = text[start] === '"' || text[start] === "'" ? text[start] : undefined;
  let word = '';
  let at = quote === undefined ? start : start + 1;
  for (; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\' && at + 1 < text.length) {
      word += text[++at];
      continue;
    }
    if (quote !== undefined) {
      if (character === quote) return { text: word, end: at + 1 };
    } else if (character === '{' && word.endsWith('$')) {
      const close = text.indexOf('}', at);
      if (close < 0) return { text: word + text.slice(at), end: text.length };
      word += text.slice(at, close + 1);
      at = close;
      continue;
    } else if (/[\s;{}]/.test(character)) break;
    word += character;
  }
  return quote === undefined ? { text: word, end: at } : undefined;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function countLines(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/** Whether the directive that the last `{` belongs to holds Lua: `access_by_lua_block`. */
function isLuaBlock(tokens: readonly Token[]): boolean {
  let first = tokens.length - 1;
  while (first > 0 && tokens[first - 1]?.kind === 'word') first--;
  return first < tokens.length - 1 && tokens[first]?.text.endsWith('_by_lua_block') === true;
}

/** Where the closing brace of a Lua block stands: braces in strings and comments of Lua do not count. */
function endOfLua(text: string, start: number): number {
  // Long brackets, comments, quoted strings and braces; everything else is passed over one character at a time.
  const piece = /--\[(=*)\[|\[(=*)\[|--|["'{}]/g;
  piece.lastIndex = start;
  let depth = 1;
  for (let match = piece.exec(text); match !== null; match = piece.exec(text)) {
    const [found, longComment, longString] = match;
    const level = longComment ?? longString;
    if (level !== undefined) {
      const end = text.indexOf(`]${level}]`, piece.lastIndex);
      if (end < 0) return -1;
      piece.lastIndex = end + level.length + 2;
    } else if (found === '--') piece.lastIndex = endOfLine(text, match.index);
    else if (found === '{') depth++;
    else if (found === '}') {
      depth--;
      if (depth === 0) return match.index;
    } else {
      const end = endOfString(text, match.index);
      if (end < 0) return -1;
      piece.lastIndex = end;
    }
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at + 1;
    else if (text[at] === '\n') return -1;
  }
  return -1;
}
