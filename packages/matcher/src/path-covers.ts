import { patternOf } from '@ingresskit/annotations';
import type { PathMatch } from '@ingresskit/route-table';
import { foldAscii } from './host-index.ts';

/** Whether a path match covers a canonical path. Explanations ask it route by route; the locators have their own ways. */
export function pathCovers(match: PathMatch, path: string): boolean {
  const { kind, value, ignoreCase } = match;
  if (kind === 'regex') return patternOf(match, 'open')?.test(path) === true;
  const subject = ignoreCase === true ? foldAscii(path) : path;
  const text = ignoreCase === true ? foldAscii(value) : value;
  if (kind === 'exact') return subject === text;
  return subject === text || subject.startsWith(text.endsWith('/') ? text : `${text}/`);
}
