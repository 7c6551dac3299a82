import { quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { drop, splitList } from './list.ts';

/**
 * The items of `cors-allow-origin`, as written: origins, wildcards, `null`, or `['*']` when any item is `*` (higress.md A.2). What an item matches is the cors
 * family's business. Items that no Origin header can ever equal (a blank, a path, a control character) are left out and reported. The list may come out empty: no origin is
 * allowed then, as on the twin.
 */
export function originList(): Codec<readonly string[]> {
  return codec;
}

const codec: Codec<readonly string[]> = {
  grammar: 'comma list of scheme://host[:port], with *. wildcards, or *',
  parse(text) {
    const items = splitList(text);
    if (items.length === 0)
      return invalid('names no origin', 'Write origins such as "https://example.com" with commas between them, or "*".');
    if (items.includes('*')) return parsed(['*']);
    const origins = new Set<string>();
    const dropped: Problem[] = [];
    for (const item of items) {
      const problem = itemProblem(item);
      if (problem === undefined) origins.add(item);
      else drop(dropped, { ...problem, message: `${problem.message}: ${quote(item, 60)}` });
    }
    return parsed([...origins], dropped);
  },
};

function itemProblem(item: string): Problem | undefined {
  if (item.length > 512) return { message: 'is too long for an origin', help: 'An origin is scheme://host[:port].' };
  if (/[^!-~]/.test(item))
    return {
      message: 'has a character in it that no origin has',
      help: 'Separate origins with commas; write international names in their "xn--" form.',
    };
  const host = item.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '');
  if (/[/?#\\@]/.test(host))
    return {
      message: 'has more than a scheme, a host and a port',
      help: 'Browsers send "https://example.com" without path or final slash.',
    };
  return undefined;
}
