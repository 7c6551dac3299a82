import { classOf, plainPathBit, unreservedBit } from './characters.ts';

/**
 * How a path becomes canonical (reliability.md §2.4).
 *
 * - `base`: Istio's BASE, as MSE's engine has it: `\` is `/`; `%2F` and `%5C` stay; slashes are not merged.
 * - `hardened`: `\`, `%2F`, `%5C` and double-encoded dots and slashes are refused; slashes are merged.
 * - `nginx`: everything is decoded that can stand in a path as itself, `%2F` included; slashes are merged (ingress-nginx.md §1.9).
 */
export type PathNormalization = 'base' | 'hardened' | 'nginx';

/** A canonical path, or what is wrong with the text, in words that complete "The request is refused: …". */
export type CanonicalPath = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly problem: string };

/** Longest path and longest URL, in bytes. */
export const maxTargetLength: number = 8192;

/**
 * Makes a path canonical: it begins with `/`, is ASCII without control characters or blanks, has no dot segments, and no percent triplet that
 * stands for an unreserved character. Canonical text is returned unchanged, so doing it twice is doing it once.
 *
 * In `nginx` mode triplets of control characters, blanks, `%`, `?`, `#` and bytes above ASCII stay encoded where nginx decodes them too: the same path in
 * a spelling that is safe to log and forward. A backslash is refused there although nginx lets it pass: the raw path goes
 * upstream, and a backend that takes it for a slash would see another path than the one that was authorised.
 */
export function canonicalizePath(path: string, mode: PathNormalization): CanonicalPath {
  if (path.length <= maxTargetLength && isClean(path, 0, path.length)) return { ok: true, path };
  return normalize(path, mode, false);
}

/**
 * Checks a path that a rewrite made. The same normalisation, and refused is what the client itself could not have got through: a dot segment in any
 * spelling, or a leading `//` or `/\`, which some readers take for a host (reliability.md §2.4, A13, A14). Slashes inside are left as they are.
 */
export function recheckPath(path: string, mode: PathNormalization): CanonicalPath {
  if (mode !== 'nginx' && path.length <= maxTargetLength && isClean(path, 0, path.length)) return { ok: true, path };
  return normalize(path, mode, true);
}

/** Whether a part of a text is a path that is canonical in every mode, seen in one pass: no escapes, no dot after a slash, no double slash. */
export function isClean(text: string, start: number, end: number): boolean {
  if (start >= end || text.charCodeAt(start) !== slash) return false;
  let previous = slash;
  for (let index = start + 1; index < end; index++) {
    const code = text.charCodeAt(index);
    // Codes without a class, and codes beyond the table, which reads as undefined, fall through to the test of the exceptions.
    if (((classOf[code] as number) & plainPathBit) === 0 && (previous === slash || (code !== slash && code !== dot))) return false;
    previous = code;
  }
  return true;
}

const slash = 47;
const dot = 46;
const percent = 37;
const backslash = 92;

function refused(problem: string): CanonicalPath {
  return { ok: false, problem };
}

function normalize(text: string, mode: PathNormalization, rewritten: boolean): CanonicalPath {
  if (text.length > maxTargetLength) return refused('the path is longer than 8 KiB');
  if (text.charCodeAt(0) !== slash) return refused('the path does not begin with "/"');
  const decoded = decode(text, mode, rewritten);
  if (!decoded.ok) return decoded;
  if (rewritten && decoded.path.startsWith('//')) return refused('the path begins with "//", which some readers take for a host');
  const resolved = resolveSegments(decoded.path, mode, rewritten);
  return resolved.ok && rewritten && mode === 'nginx' ? { ok: true, path: reencoded(resolved.path) } : resolved;
}

/** nginx encodes these where a path is not the client's own text (since 1.21.1). */
function reencoded(path: string): string {
  return path.replaceAll(/["<>^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Steps 2 to 4: refuses what no path has, decodes what may be decoded, settles backslashes. */
function decode(text: string, mode: PathNormalization, rewritten: boolean): CanonicalPath {
  let result = '';
  let copied = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== percent && code !== backslash) {
      const problem = characterProblem(code);
      if (problem !== undefined) return refused(problem);
      continue;
    }
    let replacement: string;
    let width = 1;
    if (code === backslash) {
      if (mode !== 'base') return refused('the path has a backslash');
      replacement = '/';
    } else {
      const value = hexPair(text, index + 1);
      if (value < 0) return refused('the path has a "%" that two hexadecimal digits do not follow');
      if (value === 0) return refused('the path has an encoded NUL');
      const problem = tripletProblem(text, index, value, mode);
      if (problem !== undefined) return refused(problem);
      replacement = decodes(value, mode, rewritten) ? String.fromCharCode(value) : text.slice(index, index + 3).toUpperCase();
      width = 3;
    }
    result += text.slice(copied, index) + replacement;
    index += width - 1;
    copied = index + 1;
  }
  return { ok: true, path: copied === 0 ? text : result + text.slice(copied) };
}

function characterProblem(code: number): string | undefined {
  if (code > 126)
    return code === 127 ? 'the path has a control character' : 'the path has a character outside ASCII that is not percent-encoded';
  if (code < 32) return 'the path has a control character';
  if (code === 32) return 'the path has a blank that is not percent-encoded';
  if (code === 35) return 'the path has a "#"';
  return code === 63 ? 'the path has a "?"' : undefined;
}

function tripletProblem(text: string, index: number, value: number, mode: PathNormalization): string | undefined {
  if (mode === 'base') return undefined;
  if (value === backslash) return 'the path has an encoded backslash';
  if (mode === 'nginx') return undefined;
  if (value === slash) return 'the path has an encoded slash';
  if (value === percent && doubleEncoded.test(text.slice(index + 3, index + 3 + doubleEncodedReach)))
    return 'the path has a dot or slash that is encoded twice';
  return undefined;
}

// What follows `%25` when it encodes an encoded dot, slash or backslash once more, or several times more.
const doubleEncoded = /^(?:25)*(?:2e|2f|5c)/i;
const doubleEncodedReach = 64;

/** Whether a triplet is written as the character it stands for. */
function decodes(value: number, mode: PathNormalization, rewritten: boolean): boolean {
  if (value > 126) return false;
  const bits = classOf[value] as number;
  if ((bits & unreservedBit) !== 0) return true;
  // nginx decodes a request once. What a rewrite makes is not decoded a second time.
  return mode === 'nginx' && !rewritten && (value === slash || (bits & plainPathBit) !== 0);
}

function hexPair(text: string, index: number): number {
  const high = hexDigit(text.charCodeAt(index));
  const low = hexDigit(text.charCodeAt(index + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Steps 5 and 6: resolves dot segments, merges slashes. */
function resolveSegments(path: string, mode: PathNormalization, rewritten: boolean): CanonicalPath {
  const parts = path.split('/');
  const kept: string[] = [];
  const last = parts.length - 1;
  for (let index = 1; index <= last; index++) {
    const part = parts[index] as string;
    if (part === '.' || part === '..') {
      if (rewritten) return refused('the path has a dot segment');
      if (part === '..' && kept.pop() === undefined) return refused('the path has more ".." than segments above it');
      if (index === last) kept.push('');
    } else if (hidesDotSegment(part)) {
      return refused('the path has a dot segment with parameters or encoded slashes, which programs read differently');
    } else if (part !== '' || index === last || mode !== 'nginx' || rewritten) {
      // nginx merges slashes before it resolves "..".
      kept.push(part);
    }
  }
  const merged = mode === 'hardened' && !rewritten ? kept.filter((part, index) => part !== '' || index === kept.length - 1) : kept;
  return { ok: true, path: `/${merged.join('/')}` };
}

/**
 * Whether a segment that is no dot segment here is one to a backend that cuts `;parameters` first, as servlet containers do, or that takes an encoded slash or
 * backslash for a slash. Envoy and Traefik had to learn both in 2026.
 */
function hidesDotSegment(part: string): boolean {
  if (!part.includes('.') || !(part.includes(';') || part.includes('%'))) return false;
  return part.split(/%2F|%5C/).some((piece) => {
    const name = piece.split(/;|%3B/, 1)[0] as string;
    return name === '.' || name === '..';
  });
}
