import { compilePattern } from '@ingresskit/annotations';
import type { PathMatch } from '@ingresskit/route-table';
import { foldAscii } from './host-index.ts';

/** Whether a path match covers a canonical path. Explanations ask it route by route; the locators have their own ways. */
export function pathCovers({ kind, value, end, ignoreCase }: PathMatch, path: string): boolean {
  if (kind === 'regex') {
    const compiled = compilePattern(value, { end: end ?? 'open', ignoreCase: ignoreCase === true });
    return compiled.ok && compiled.pattern.test(path);
  }
  const subject = ignoreCase === true ? foldAscii(path) : path;
  const text = ignoreCase === true ? foldAscii(value) : value;
  if (kind === 'exact') return subject === text;
  return subject === text || subject.startsWith(text.endsWith('/') ? text : `${text}/`);
}
