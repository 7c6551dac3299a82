import { classOf, isFieldValue, lowerTokenBit, tokenBit } from './characters.ts';
import { trimBlanks } from './header-lines.ts';
import type { RequestInput } from './request-types.ts';

/** Headers as a request brings them. */
export type Headers = NonNullable<RequestInput['headers']>;

/** Headers whose names are lower case, each once. */
export type HeaderView =
  | { readonly ok: true; readonly headers: Headers }
  | { readonly ok: false; readonly status: 400 | 431; readonly problem: string };

/** Limits of reliability.md §2.1: 60 KiB in all, 16 KiB a line, 100 lines and 256 more of cookies, whose lines are small and many. */
const maxHeadersLength = 61_440;
const maxLineLength = 16_384;
const maxLines = 100;
const maxCookieLines = 256;

const none: Headers = Object.freeze({ __proto__: null }) as unknown as Headers;

/** The headers under lower-case names. Without a copy when they already are; several spellings of a name become one list. */
export function viewHeaders(headers: Headers | undefined): HeaderView {
  if (headers === undefined) return { ok: true, headers: none };
  if (typeof headers !== 'object' || headers === null) return { ok: false, status: 400, problem: 'the headers are not an object' };
  let size = 0;
  let lines = 0;
  let cookieLines = 0;
  let folded = false;
  const names = Object.keys(headers);
  for (const name of names) {
    const kind = kindOfName(name);
    if (kind === 'bad') return { ok: false, status: 400, problem: 'a header name is not an HTTP token' };
    if (kind === 'mixed') folded = true;
    const value = headers[name] as string | readonly string[];
    const count = typeof value === 'string' ? 1 : Array.isArray(value) ? value.length : -1;
    if (count < 0) return { ok: false, status: 400, problem: `the header ${name} is not text` };
    if (name.length === 6 && name.toLowerCase() === 'cookie') cookieLines += count;
    else lines += count;
    for (let index = 0; index < count; index++) {
      const line: unknown = typeof value === 'string' ? value : value[index];
      if (typeof line !== 'string') return { ok: false, status: 400, problem: `the header ${name} is not text` };
      // The colon, the blank and the line end count too. Sizes come first: they bound the time of what follows.
      const length = name.length + line.length + 4;
      size += length;
      if (length > maxLineLength) return { ok: false, status: 431, problem: `the header ${name} is longer than 16 KiB` };
      if (size > maxHeadersLength) return { ok: false, status: 431, problem: 'the headers are longer than 60 KiB' };
      if (!isFieldValue(line)) return { ok: false, status: 400, problem: `the header ${name} has a character that no header value has` };
    }
  }
  if (lines > maxLines || cookieLines > maxCookieLines) return { ok: false, status: 431, problem: 'there are too many headers' };
  return { ok: true, headers: folded ? foldNames(headers, names) : headers };
}

/** A token in lower case, a token with capitals, or no token. */
function kindOfName(name: string): 'lower' | 'mixed' | 'bad' {
  if (name.length === 0) return 'bad';
  let bits = lowerTokenBit | tokenBit;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    bits &= code < 128 ? (classOf[code] as number) : 0;
  }
  return (bits & lowerTokenBit) !== 0 ? 'lower' : (bits & tokenBit) !== 0 ? 'mixed' : 'bad';
}

function foldNames(headers: Headers, names: readonly string[]): Headers {
  // Without a prototype, so that a header named `__proto__` or `constructor` is a header.
  const folded: Record<string, string | readonly string[]> = Object.create(null);
  for (const name of names) {
    const key = name.toLowerCase();
    const value = headers[name] as string | readonly string[];
    const earlier = folded[key];
    folded[key] = earlier === undefined ? value : [earlier, value].flat();
  }
  return folded;
}

/** The value of a header with a lower-case name: its lines joined by `; ` for cookies and `, ` for others, without the blanks around them. */
export function headerValue(headers: Headers, name: string): string | undefined {
  if (!Object.hasOwn(headers, name)) return undefined;
  const value = headers[name] as string | readonly string[];
  if (typeof value === 'string') return trimBlanks(value);
  return value.length === 0 ? undefined : value.map(trimBlanks).join(name === 'cookie' ? '; ' : ', ');
}
