import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

const truths: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falsehoods: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

const codec: Codec<boolean> = {
  grammar: 'true or false',
  schema: { enum: [...truths, ...falsehoods] },
  parse(text) {
    if (truths.includes(text)) return parsed(true);
    if (falsehoods.includes(text)) return parsed(false);
    return invalid('is not "true" or "false"', helpOf(text));
  },
};

/** A boolean as Go's `ParseBool` reads it: nothing is trimmed, and `yes` or `on` is not one (higress.md A.0, ingress-nginx.md §0.2). */
export function bool(): Codec<boolean> {
  return codec;
}

function helpOf(text: string): string {
  // Long text has no meaning worth guessing.
  const word = text.length > 16 ? '' : text.trim().toLowerCase();
  if (['yes', 'y', 'on', 'true', 't', '1', 'enabled', 'enable'].includes(word)) return 'Write "true", without blanks around it.';
  if (['no', 'n', 'off', 'false', 'f', '0', 'disabled', 'disable'].includes(word)) return 'Write "false", without blanks around it.';
  return 'Write "true" or "false".';
}
