import type { Codec } from '@ingresskit/annotations';
import { parsed } from '@ingresskit/annotations';

/** The methods the twin knows (higress.md A.17). */
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']);

/** Methods of a list, and the words in it that are none. */
export interface MethodList {
  readonly methods: readonly string[];
  readonly unknown: readonly string[];
}

/**
 * Methods with blanks between them. It takes every text: what is wrong with a condition decides whether its route exists at all, which is not for a
 * codec to say.
 */
export const methodList: Codec<MethodList> = {
  grammar: `methods with blanks between them (${[...known].join(', ')})`,
  blank: 'value',
  parse(text) {
    const words = [
      ...new Set(
        text
          .toUpperCase()
          .split(/\s+/)
          .filter((word) => word !== ''),
      ),
    ];
    return parsed({ methods: words.filter((word) => known.has(word)).sort(), unknown: words.filter((word) => !known.has(word)) });
  },
};

/** Text as it stands: the twin trims nothing. */
export function rawText(grammar: string): Codec<string> {
  return { grammar, blank: 'value', parse: (text) => parsed(text) };
}
