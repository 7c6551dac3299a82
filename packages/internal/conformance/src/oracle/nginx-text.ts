/** A text as nginx's configuration reads it back, where no variables are looked for: patterns and plain paths. */
export function literal(text: string): string {
  if (/[\0\r\n]/.test(text)) throw new TypeError(`no configuration can hold ${JSON.stringify(text)}`);
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** A text as nginx's configuration reads it back, where variables are looked for. */
export function value(text: string): string {
  return literal(text.replaceAll('$', '\u0024{dollar}'));
}

/** The target of a rewrite: `$1` to `$9` are groups, every other `$` is itself. */
export function rewriteTarget(text: string): string {
  return literal(text.replaceAll(/\$(?![1-9])/g, '\u0024{dollar}'));
}

/** Lines, set in. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
