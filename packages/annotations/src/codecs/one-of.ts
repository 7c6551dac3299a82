import { nearestName } from '@ingresskit/resources';
import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

export interface OneOfOptions {
  /** Whether letters may be in either case, and blanks around the word are dropped: how the twin reads `backend-protocol` (higress.md A.6). */
  readonly ignoreCase?: boolean;
}

/** One of some words. The value is the word as listed here. */
export function oneOf<const V extends string>(values: readonly V[], options: OneOfOptions = {}): Codec<V> {
  const { ignoreCase = false } = options;
  const words = new Map<string, V>(values.map((value) => [ignoreCase ? value.toLowerCase() : value, value]));
  const longest = Math.max(...values.map((value) => value.length));
  return {
    grammar: `${values.join(', ')}${ignoreCase ? ' (any case)' : ''}`,
    ...(ignoreCase ? {} : { schema: { enum: [...values] } }),
    parse(text) {
      const value = words.get(ignoreCase ? text.trim().toLowerCase() : text);
      if (value !== undefined) return parsed(value);
      const near = text.length > longest + 16 ? undefined : nearestName(text.trim(), values);
      return invalid(
        `is not ${values.length === 1 ? '' : 'one of '}${values.join(', ')}`,
        near === undefined ? `Write ${values.join(' or ')}.` : `Write "${near}".`,
      );
    },
  };
}
