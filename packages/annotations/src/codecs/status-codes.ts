import { quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import type { Bounds } from './int.ts';
import { boundsText } from './int.ts';
import { drop, splitList } from './list.ts';

/** A comma list of HTTP statuses, each once. Items that are none are left out and reported (higress.md A.12); at least one must remain. */
export function statusCodes(bounds: Bounds = {}): Codec<readonly number[]> {
  const { min = 100, max = 599 } = bounds;
  const help = `Write statuses${boundsText({ min, max })} with commas between them, for example "404,503".`;
  return {
    grammar: `comma list of HTTP statuses${boundsText({ min, max })}`,
    parse(text) {
      const statuses = new Set<number>();
      const dropped: Problem[] = [];
      for (const item of splitList(text)) {
        const status = /^[0-9]{3}$/.test(item) ? Number(item) : -1;
        if (status >= min && status <= max) statuses.add(status);
        else drop(dropped, { message: `is not an HTTP status${boundsText({ min, max })}: ${quote(item, 60)}`, help });
      }
      return statuses.size === 0 ? invalid('lists no HTTP status', help) : parsed([...statuses], dropped);
    },
  };
}
