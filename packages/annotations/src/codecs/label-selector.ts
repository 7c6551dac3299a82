import { isSubdomain, quote } from '@ingresskit/resources';
import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

const maxLabels = 32;
const help = 'Write one "key value" a line, for example "version gray".';

/** Labels that pods must have, one `key value` a line (mse.md §2.3). A malformed line makes the whole value invalid: fewer labels would mean more pods. */
export function labelSelector(): Codec<Readonly<Record<string, string>>> {
  return codec;
}

const codec: Codec<Readonly<Record<string, string>>> = {
  grammar: 'lines of a label key, blanks and a label value',
  parse(text) {
    const labels = new Map<string, string>();
    for (const raw of text.split('\n')) {
      const line = raw.trim();
      if (line === '') continue;
      const [key = '', value, ...rest] = line.length > 400 ? [] : line.split(/\s+/);
      if (value === undefined || rest.length > 0) return invalid(`has a line that is not a key and a value: ${quote(line, 80)}`, help);
      if (!isLabelKey(key)) return invalid(`has a key that no label has: ${quote(key, 80)}`, help);
      if (!nameOrValue.test(value)) return invalid(`has a value that no label has: ${quote(value, 80)}`, help);
      if (labels.has(key) && labels.get(key) !== value)
        return invalid(`has two values for the label ${quote(key, 80)}`, 'A pod has one value for a label; keep one line.');
      if (labels.size === maxLabels) return invalid(`has more than ${maxLabels} labels`, 'Use fewer labels.');
      labels.set(key, value);
    }
    return labels.size === 0 ? invalid('names no label', help) : parsed(Object.fromEntries(labels));
  },
};

const nameOrValue = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** `[prefix/]name` as Kubernetes defines label keys. */
function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  return slash < 0 ? nameOrValue.test(key) : isSubdomain(key.slice(0, slash)) && nameOrValue.test(key.slice(slash + 1));
}
