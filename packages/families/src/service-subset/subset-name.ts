import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';

// The name becomes the value of a label, so it has a label value's grammar.
const labelValue = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** The name of a subset. Blank is the base (mse.md §2.3). */
export const subsetName: Codec<string> = {
  grammar: 'a label value of at most 63 characters, or blank',
  blank: 'value',
  parse(text) {
    const name = text.trim();
    return name === '' || labelValue.test(name)
      ? parsed(name)
      : invalid('cannot be the value of a label', 'Use letters, digits, "-", "_" and ".".');
  },
};
