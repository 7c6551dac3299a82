import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

export interface TextOptions {
  /** Longest text. Default 4096. */
  readonly max?: number;
  /** Whether blank text is a value, `''`. Default no. */
  readonly blank?: boolean;
  /** Whether line breaks and tabs may stand inside. Default no: text that ends up in a header or log line must not break it. */
  readonly lines?: boolean;
}

/**
 * Text as the reference reads it: each line trimmed, and the empty result is no value (higress.md A.0). Control characters are refused, because
 * such text has ended up in headers and configuration files before (ingress-nginx.md §13.3).
 */
export function text(options: TextOptions = {}): Codec<string> {
  const { max = 4096, blank = false, lines = false } = options;
  return {
    grammar: `text${lines ? '' : ' on one line'}, at most ${max} characters`,
    ...(blank ? { blank: 'value' as const } : {}),
    parse(raw) {
      const trimmed = trimLines(raw);
      if (trimmed === '' && !blank) return invalid('is blank', 'Give it a value or remove the annotation.');
      if (trimmed.length > max) return invalid(`is longer than ${max} characters`, 'Shorten it.');
      const control = lines ? /[\0-\x08\x0b-\x1f\x7f]/ : /[\0-\x1f\x7f]/;
      if (control.test(trimmed)) {
        return /[\r\n]/.test(trimmed) && !lines
          ? invalid('has several lines', 'Write it on one line.')
          : invalid('has a control character in it', 'Remove it.');
      }
      return parsed(trimmed);
    },
  };
}

/** Every line trimmed, and the blank lines around the text removed: block scalars of YAML end in one. */
export function trimLines(raw: string): string {
  return raw
    .split('\n')
    .map((line) => line.trim())
    .join('\n')
    .trim();
}
