import type { Codec, Parsed } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import type { TemplatePart } from '../pattern/pattern.ts';

/** A path with places for the groups of a pattern. */
export interface PathTemplate {
  /** As written, without blanks around it. */
  readonly text: string;
  /** Literal text and group numbers, in order. No two literals are neighbours. */
  readonly parts: readonly TemplatePart[];
}

/**
 * A rewrite target: a path, in which `$1` to `$9` stand for groups of the path's pattern. The twin's conversion (higress.md A.5): when a `$` with a digit
 * occurs, every `$` begins a group reference; otherwise `$` is itself and `\1` refers to a group.
 *
 * Refused at once is what no request could survive: query and fragment (the query is always kept), blanks, control characters, a leading `//`, a whole dot
 * segment (reliability.md §2.7 A13, A14). The path that a request makes of the template is checked again by the walk.
 */
export function pathTemplate(): Codec<PathTemplate> {
  return codec;
}

/** The largest group number a template refers to, 0 when none. */
export function highestGroup(template: PathTemplate): number {
  return Math.max(0, ...template.parts.filter((part) => typeof part === 'number'));
}

const maxTemplateLength = 1024;

const codec: Codec<PathTemplate> = {
  grammar: 'path that begins with / or a group, with $1 to $9 for groups',
  parse(raw) {
    const text = raw.trim();
    if (text.length > maxTemplateLength) return invalid(`is longer than ${maxTemplateLength} characters`, 'Shorten it.');
    const problem = characterProblem(text);
    if (problem !== undefined) return problem;
    const parts = partsOf(text);
    if (!Array.isArray(parts)) return parts;
    const first = parts[0];
    if (typeof first === 'string' && !first.startsWith('/')) return invalid('does not begin with "/"', startHelp(text));
    // U+0000 stands for what a group will bring; it is no other character of the text.
    const outline = parts.map((part) => (typeof part === 'number' ? '\0' : part)).join('');
    if (outline.startsWith('//')) return invalid('begins with "//", which names another host', 'Begin it with one "/".');
    if (outline.split('/').some(isDotSegment)) return invalid('has a "." or ".." segment', 'Write the path without it.');
    return parsed({ text, parts });
  },
};

function characterProblem(text: string): Parsed<never> | undefined {
  if (text === '') return invalid('is blank', 'Give it a value or remove the annotation.');
  if (/[\0-\x1f\x7f]/.test(text)) return invalid('has a line break or control character in it', 'Write it on one line.');
  if (text.includes(' ')) return invalid('has a blank in it', 'Write a blank as "%20".');
  if (/[^!-~]/.test(text)) return invalid('has a character outside ASCII', 'Percent-encode it.');
  if (/[?#]/.test(text)) return invalid('has a "?" or "#" in it', 'A rewrite changes the path only; the query of the request is kept.');
  if (/\$(?:\{|[A-Za-z_])/.test(text)) return invalid('has a variable in it', 'Only groups, "$1" to "$9", are filled in here.');
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    return invalid('has a "%" that two hexadecimal digits do not follow', 'Write a percent sign as "%25".');
  return undefined;
}

function partsOf(text: string): TemplatePart[] | Parsed<never> {
  const dollars = /\$[0-9]/.test(text);
  const parts: TemplatePart[] = [];
  let literal = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    if (character !== '\\' && !(dollars && character === '$')) {
      literal += character;
      continue;
    }
    const digit = text.charCodeAt(index + 1) - 48;
    if (!(digit >= 0 && digit <= 9)) {
      return invalid(
        `has a "${character}" that no group number follows`,
        'Beside group references, "$" and "\\" have no meaning of their own; leave it out.',
      );
    }
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(digit);
    index++;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

function isDotSegment(segment: string): boolean {
  const name = segment.replaceAll(/%2e/gi, '.').split(';', 1)[0];
  return name === '.' || name === '..';
}

function startHelp(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? 'To send clients elsewhere, use a redirect annotation.' : 'Begin it with "/".';
}
