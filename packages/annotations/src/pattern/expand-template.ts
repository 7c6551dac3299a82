import type { TemplatePart } from './pattern.ts';

/** The template with the groups of a match filled in. */
export function expandTemplate(groups: readonly (string | undefined)[], template: readonly TemplatePart[]): string {
  let result = '';
  for (const part of template) result += typeof part === 'number' ? (groups[part] ?? '') : part;
  return result;
}
