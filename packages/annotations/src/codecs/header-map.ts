import { quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { isFieldValue } from '../request/characters.ts';
import type { HeaderEditOptions } from './header-name.ts';
import { forbiddenExcept, headerNameProblem } from './header-name.ts';
import { drop } from './list.ts';

/** A header to add or set. */
export interface HeaderLine {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

const maxValueLength = 4096;
const maxHeaders = 100;

/**
 * Headers to add or set, one `Name Value` a line (higress.md A.20, mse.md §2.6). The first blanks of a line divide it; name and value may each stand in
 * quotes of one kind. Of two lines for a name the later holds. Lines that cannot be headers are left out and reported; at least one must remain.
 */
export function headerMap(options: HeaderEditOptions = {}): Codec<readonly HeaderLine[]> {
  const forbidden = forbiddenExcept(options.allow);
  return {
    grammar: 'lines of a header name, blanks and a value',
    parse(text) {
      const headers = new Map<string, string>();
      const dropped: Problem[] = [];
      for (const raw of text.split('\n')) {
        const line = raw.trim();
        if (line === '') continue;
        const read = readLine(line, forbidden);
        if ('message' in read) {
          drop(dropped, { ...read, message: `${read.message}: ${quote(line, 60)}` });
          continue;
        }
        // The later line takes the place of the earlier one, also in the order.
        headers.delete(read.name);
        if (headers.size < maxHeaders) headers.set(read.name, read.value);
        else drop(dropped, { message: `is more than ${maxHeaders} headers: ${quote(line, 60)}` });
      }
      if (headers.size === 0)
        return invalid('has no line that is a header', dropped[0]?.help ?? 'Write one header a line: "X-Stage production".');
      return parsed(
        [...headers].map(([name, value]) => ({ name, value })),
        dropped,
      );
    },
  };
}

function readLine(line: string, forbidden: readonly string[]): HeaderLine | Problem {
  const blank = line.search(/\s/);
  if (blank < 0)
    return { message: 'has a header without a value', help: 'Write the value after the name: "X-Stage production". An empty value is "".' };
  const name = unquote(line.slice(0, blank));
  const value = unquote(line.slice(blank).trim());
  if (name.endsWith(':') && name.length > 1)
    return { message: 'has a colon after the name', help: 'Write the name, a blank and the value, without a colon.' };
  const problem = headerNameProblem(name, forbidden);
  if (problem !== undefined) return problem;
  if (value.length > maxValueLength) return { message: `has a value longer than ${maxValueLength} characters`, help: 'Shorten it.' };
  if (!isFieldValue(value))
    return { message: 'has a character that no header value has', help: 'Leave out control characters and what is not Latin-1.' };
  return { name: name.toLowerCase(), value };
}

/** The text between two equal quotes, or the text itself. */
function unquote(text: string): string {
  const quoted = text.length >= 2 && (text.startsWith('"') || text.startsWith("'")) && text.at(-1) === text[0];
  return quoted ? text.slice(1, -1) : text;
}
