import type { Codec, Parsed } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';

/**
 * A value with nginx variables, taken apart: literal texts and variables in turn. Plain data, so it may stand in a policy.
 * Captures are variables named `1` to `9`.
 */
export type NginxTemplate = readonly (string | NginxVariable)[];

/** A place that a request fills in. */
export interface NginxVariable {
  /** Without `$` and braces, in lower case as nginx compares names. */
  readonly variable: string;
}

const maxLength = 4096;
const maxVariables = 64;
const reference = /\$(?:\{([A-Za-z0-9_]+)\}|([1-9])|([A-Za-z_][A-Za-z0-9_]*))/y;

/**
 * Takes a value apart as nginx does: `$name` is as long as letters, digits and `_` go on, `${name}` ends at the brace, `$1` is one digit long, and
 * every other `$` is an error, since nginx has no way to write the sign itself.
 */
export function parseTemplate(text: string): Parsed<NginxTemplate> {
  if (text.length > maxLength) return invalid(`is longer than ${maxLength} characters`, 'Shorten it.');
  const parts: (string | NginxVariable)[] = [];
  let variables = 0;
  let start = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', start)) {
    reference.lastIndex = dollar;
    const match = reference.exec(text);
    if (match === null)
      return invalid('has a "$" that no variable name follows', 'Write a variable as "$name"; nginx cannot write the sign itself.');
    if (++variables > maxVariables) return invalid(`has more than ${maxVariables} variables`, 'Use fewer.');
    if (dollar > start) parts.push(text.slice(start, dollar));
    parts.push({ variable: (match[1] ?? match[2] ?? match[3] ?? '').toLowerCase() });
    start = reference.lastIndex;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parsed(parts);
}

export interface TemplateOptions {
  /** What the whole text must be, variables included. Default: anything on one line without control characters. */
  readonly form?: { readonly pattern: RegExp; readonly grammar: string; readonly problem: string };
}

/** A value that may hold nginx variables. Blanks around it are dropped; control characters are refused. */
export function nginxTemplate(options: TemplateOptions = {}): Codec<NginxTemplate> {
  const { form } = options;
  return {
    grammar: form?.grammar ?? 'text on one line, with nginx variables such as $host',
    parse(raw) {
      const text = raw.trim();
      if (/[\0-\x1f\x7f]/.test(text)) return invalid('has a line break or control character in it', 'Write it on one line.');
      if (form !== undefined && !form.pattern.test(text)) return invalid(form.problem, `Write ${form.grammar}.`);
      return parseTemplate(text);
    },
  };
}

/** The names of the variables of a template, each once, in order. */
export function variablesOf(template: NginxTemplate): readonly string[] {
  return [...new Set(template.flatMap((part) => (typeof part === 'string' ? [] : [part.variable])))];
}

/** The template as text, variables as `$name`, in braces where the next letter would be taken for part of the name. */
export function formatTemplate(template: NginxTemplate): string {
  return template
    .map((part, index) => {
      if (typeof part === 'string') return part;
      const next = template[index + 1];
      const isAmbiguous = typeof next === 'string' && /^[A-Za-z0-9_]/.test(next) && !/^[1-9]$/.test(part.variable);
      return isAmbiguous ? `\${${part.variable}}` : `$${part.variable}`;
    })
    .join('');
}
