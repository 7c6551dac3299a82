import type { Codec, Problem } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';
import { quote } from '@ingresskit/resources';

const words: readonly string[] = ['error', 'timeout', 'invalid_header', 'non_idempotent', 'off'];
const status = /^http_([1-5][0-9]{2})$/;
const help = 'Write error, timeout, invalid_header, http_502 and the like, non_idempotent, or off.';

/**
 * The conditions of a retry, with commas or, where there is none, blanks between them (higress.md A.9). Words that are none are left out and
 * reported; one must remain.
 */
export const retryConditions: Codec<readonly string[]> = {
  grammar: 'list of error, timeout, invalid_header, http_NNN, non_idempotent, or off',
  parse(text) {
    if (text.length > 1024) return invalid('is longer than 1024 characters', help);
    const items = (text.includes(',') ? text.split(',') : text.split(/\s+/)).map((item) => item.trim()).filter((item) => item !== '');
    const dropped: Problem[] = [];
    const conditions = new Set<string>();
    for (const item of items) {
      if (words.includes(item) || status.test(item)) conditions.add(item);
      else dropped.push({ message: `is no condition: ${quote(item, 40)}`, help });
    }
    return conditions.size === 0 ? invalid('names no condition', help) : parsed([...conditions], dropped.slice(0, 20));
  },
};
