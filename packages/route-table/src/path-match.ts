/**
 * How a route matches the canonical request path.
 *
 * - `exact`: the path is `value`, character for character.
 * - `prefix`: the path is `value`, or begins with `value` followed by `/` (Kubernetes' element-wise Prefix). `value` has no trailing
 *   slash; the root prefix is `/` and matches everything.
 * - `regex`: RE2. `open` matches from the start of the path and leaves the end open; `full` must match the whole path.
 */
export interface PathMatch {
  readonly kind: PathKind;
  /** The exact path, the prefix without its trailing slash, or the pattern as written. */
  readonly value: string;
  /** Only for `regex`. */
  readonly end?: 'open' | 'full';
  /** ASCII case is ignored. */
  readonly ignoreCase?: true;
}

export type PathKind = 'exact' | 'prefix' | 'regex';

/** The path match as a person would write it: `= /a`, `/a/*`, `~ /a/[0-9]+`. */
export function formatPathMatch(path: PathMatch): string {
  const flag = path.ignoreCase === true ? ' (any case)' : '';
  if (path.kind === 'exact') return `= ${path.value}${flag}`;
  if (path.kind === 'prefix') return `${path.value === '/' ? '' : path.value}/*${flag}`;
  return `~ ${path.value}${path.end === 'full' ? '$' : ''}${flag}`;
}
