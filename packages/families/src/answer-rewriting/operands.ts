import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed } from '@ingresskit/annotations';

/** What takes the place of what. `off` switches a rewriting off. */
export type Replacement = 'off' | { readonly from: string; readonly to: string };

const operand = /^[A-Za-z0-9._~/:,?&=-]+$/;

/** `off`, or two texts with blanks between them: what is looked for, and what takes its place. */
export const replacement: Codec<Replacement> = {
  grammar: 'off, or two texts with a blank between them',
  parse(raw) {
    const words = raw.trim().split(/[ \t]+/);
    if (words.length === 1 && words[0] === 'off') return parsed('off');
    const [from = '', to = '', ...more] = words;
    if (from === '' || to === '' || more.length > 0)
      return invalid('is not two texts', 'Write what is looked for, a blank, and what takes its place.');
    const isPlain = operand.test(from) && operand.test(to);
    return isPlain ? parsed({ from, to }) : invalid('has a character that no domain, path or URL here may have', 'Write plain texts.');
  },
};

/** One text of a redirect: `off`, `default`, or what begins a Location. */
export const redirectOperand: Codec<string> = {
  grammar: 'off, default, or the beginning of a URL',
  parse(raw) {
    const text = raw.trim();
    return operand.test(text) ? parsed(text) : invalid('has a character that no URL here may have', 'Write a plain URL, off or default.');
  },
};
