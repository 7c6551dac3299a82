import type { PathTemplate } from '@ingresskit/annotations';
import { maxOutputLength, patternOf } from '@ingresskit/annotations';
import type { PathMatch } from '@ingresskit/route-table';

/** What a target without groups stands for afterwards where the route's path is no pattern. */
export type ReplacedPart = 'occurrences' | 'whole';

/**
 * The path that a target makes of a request path which the match covers (higress.md A.5, ingress-nginx.md §1.10). A pattern's target replaces the whole path.
 * A plain path's target replaces, in the twin, every place where the path's text occurs, even in the middle: `/foo` → `/new` makes `/new/x/new` of
 * `/foo/x/foo`. The root prefix stands for the first slash.
 */
export function pathByTarget(path: string, match: PathMatch, { parts }: PathTemplate, replaced: ReplacedPart): string {
  const { kind, value, ignoreCase = false } = match;
  if (kind === 'regex') return patternOf(match, 'open')?.substitute(path, parts) ?? path;
  const target = parts.filter((part) => typeof part === 'string').join('');
  if (replaced === 'whole' || kind === 'exact') return target;
  if (value === '/') return target + path.slice(1);
  return replaceEvery(path, value, target, ignoreCase);
}

/**
 * The path that a new prefix makes of a request path (higress.md A.5, `rewrite-path`): it stands for the prefix that matched, or for the whole path
 * where the match is exact or a pattern. One slash stands between prefix and rest.
 */
export function pathByPrefix(path: string, match: PathMatch, replacement: string): string {
  if (match.kind !== 'prefix') return replacement;
  const rest = path.slice(withoutFinalSlash(match.value).length);
  return rest === '' ? replacement : withoutFinalSlash(replacement) + rest;
}

function withoutFinalSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function replaceEvery(text: string, search: string, replacement: string, ignoreCase: boolean): string {
  // Canonical paths are ASCII, so that folding them keeps every position.
  const subject = ignoreCase ? text.toLowerCase() : text;
  const needle = ignoreCase ? search.toLowerCase() : search;
  let result = '';
  let copied = 0;
  // What has grown beyond the bound is longer than any path: the walk refuses it.
  for (let found = subject.indexOf(needle); found >= 0 && result.length <= maxOutputLength; found = subject.indexOf(needle, copied)) {
    result += text.slice(copied, found) + replacement;
    copied = found + needle.length;
  }
  return result + text.slice(copied);
}
