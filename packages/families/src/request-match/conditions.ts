import type { NamedValue } from '@ingresskit/annotations';
import { compilePattern } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';
import type { NamedMatch, ValueMatch } from '@ingresskit/route-table';

/** What one kind of place (headers, query parameters) must hold, by how it is compared. */
export interface Comparisons {
  readonly exact?: readonly NamedValue<string>[] | undefined;
  readonly prefix?: readonly NamedValue<string>[] | undefined;
  readonly regex?: readonly NamedValue<string>[] | undefined;
}

/** Conditions in order of name, or what is wrong with them, in words. */
export interface Conditions {
  readonly matches: readonly NamedMatch[];
  readonly problems: readonly string[];
}

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const longest = 4096;

/** Conditions on headers: names are compared without regard to case. */
export function headerConditions(comparisons: Comparisons): Conditions {
  return conditionsOf(comparisons, (name) => (token.test(name) ? name.toLowerCase() : undefined));
}

/** Conditions on query parameters, compared before decoding (higress.md A.17). */
export function queryConditions(comparisons: Comparisons): Conditions {
  return conditionsOf(comparisons, (name) => (/^[!-~]+$/.test(name) && !/[&=#]/.test(name) ? name : undefined));
}

/** Conditions on the parts of the request line, as HTTP/2 names them. */
export function pseudoConditions(comparisons: Comparisons): Conditions {
  return conditionsOf(comparisons, (name) => (['authority', 'method', 'path', 'scheme'].includes(name) ? `:${name}` : undefined));
}

/** Of one name in several kinds the strictest kind acts: exact, then prefix, then pattern. */
function conditionsOf({ exact = [], prefix = [], regex = [] }: Comparisons, nameOf: (name: string) => string | undefined): Conditions {
  const matches = new Map<string, ValueMatch>();
  const problems: string[] = [];
  const add = (written: string, match: ValueMatch, problem?: string): void => {
    const name = nameOf(written);
    if (name === undefined) problems.push(`${quote(written, 60)} cannot be the name`);
    else if (problem !== undefined) problems.push(`the pattern for ${quote(written, 60)} ${problem}`);
    else if (match.value.length > longest) problems.push(`the value for ${quote(written, 60)} is longer than ${longest} characters`);
    else if (!matches.has(name)) matches.set(name, match);
  };
  for (const { name, value } of exact) add(name, { kind: 'exact', value });
  for (const { name, value } of prefix) add(name, { kind: 'prefix', value });
  for (const { name, value } of regex) {
    // The twin's patterns match the whole value.
    const whole = `^(?:${value})$`;
    const compiled = compilePattern(value, { end: 'search' });
    add(name, { kind: 'regex', value: whole }, compiled.ok ? undefined : compiled.problem.message);
  }
  return { matches: [...matches].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, match]) => ({ name, match })), problems };
}
