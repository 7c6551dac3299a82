import type { FieldDigest } from '@ingresskit/annotations';
import type { Directive } from './read-directives.ts';
import { flattenDirectives, readDirectives } from './read-directives.ts';
import { replacementOf } from './replacements.ts';

const shown = 12;

/** What a snippet holds and which annotations would do the same, in words and as data. */
export function digestOfSnippet(text: string): FieldDigest {
  const { directives, problem } = readDirectives(text);
  const all = flattenDirectives(directives);
  const kinds = new Map<string, { readonly line: number; readonly annotations: readonly string[]; readonly restricts: boolean }>();
  for (const directive of all) {
    const { annotations, restricts } = replacementOf(directive);
    const key = `${directive.name} ${annotations.join()}`;
    if (!kinds.has(key)) kinds.set(key, { line: directive.line, annotations, restricts });
  }
  const found = [...kinds].map(([key, { line, annotations, restricts }]) => ({
    directive: key.split(' ', 1)[0] ?? '',
    line,
    annotations,
    restricts,
  }));
  const parts = found
    .slice(0, shown)
    .map(({ directive, annotations }) =>
      annotations.length === 0 ? `${directive} (no annotation does that)` : `${directive} (${annotations.join(' or ')})`,
    );
  const more = found.length > shown ? ` and ${found.length - shown} more` : '';
  const held = found.length === 0 ? 'It holds no directive' : `It holds ${parts.join(', ')}${more}`;
  const mistake = problem === undefined ? '' : ` From line ${problem.line} on it cannot be read: ${problem.message}.`;
  return { text: `${held}.${mistake}`, data: { directives: found }, restricts: isGate(all) };
}

function isGate(directives: readonly Directive[]): boolean {
  return directives.some((directive) => replacementOf(directive).restricts);
}
