/** A test of one text value. `regex` is RE2 and matches anywhere in the value; anchor it to match all of it. */
export interface ValueMatch {
  readonly kind: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** A condition on a named header, query parameter or cookie. Header names are lower case. */
export interface NamedMatch {
  readonly name: string;
  readonly match: ValueMatch;
}

/** Conditions a request must meet besides host and path. All of them (AND); absent lists demand nothing. */
export interface Predicates {
  /** Upper-case methods, any of them. */
  readonly methods?: readonly string[];
  readonly headers?: readonly NamedMatch[];
  readonly queries?: readonly NamedMatch[];
  readonly cookies?: readonly NamedMatch[];
}

/** One predicate in words, for explanations: `header x-user = "a"`. */
export function formatNamedMatch(what: 'header' | 'query parameter' | 'cookie', { name, match }: NamedMatch): string {
  const relation = match.kind === 'exact' ? 'is' : match.kind === 'prefix' ? 'begins with' : 'matches';
  return `${what} ${name} ${relation} ${JSON.stringify(match.value)}`;
}
