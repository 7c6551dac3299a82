import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * A comma list of names that a response header can hold (RFC 9110 §5.6.2): methods or header names, spelt as they are to be sent. `*` among
 * the items stands for all and hides the others, as in the twin (higress.md A.0).
 */
export function tokenList(what: string): Codec<readonly string[]> {
  return {
    grammar: `comma list of ${what}, or *`,
    parse(text) {
      const items = text.split(',').flatMap((item) => item.trim() || []);
      if (items.includes('*')) return parsed(['*']);
      const usable = items.filter((item) => token.test(item));
      if (usable.length === 0) return invalid(`names no ${what}`);
      const dropped = items
        .filter((item) => !token.test(item))
        .map((item) => ({ message: `cannot be one of the ${what}: ${quote(item)}` }));
      return parsed(usable, dropped);
    },
  };
}
