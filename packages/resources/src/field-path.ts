import type { FieldPath } from './diagnostic.ts';
import { escapeControls } from './quote.ts';

/** A field path for people: `spec.rules[0].host`, `metadata.annotations["nginx.ingress.kubernetes.io/app-root"]`. On one line, whatever the keys hold. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${escapeControls(JSON.stringify(part))}]`;
  }
  return text;
}
