import type { Codec } from '@ingresskit/annotations';
import { invalid, parsed, pathTemplate } from '@ingresskit/annotations';

/** A path to send upstream that is taken as it is: what a target may be, without groups. */
export const plainPath: Codec<string> = {
  grammar: 'path that begins with /',
  parse(text) {
    const result = pathTemplate().parse(text);
    if (!result.ok) return result;
    const { text: path, parts } = result.value;
    if (parts.some((part) => typeof part === 'number'))
      return invalid('refers to a group', 'The path is taken as it is; rewrite-target fills groups in.');
    return parsed(path);
  },
};
