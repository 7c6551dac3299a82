import { quote } from '@ingresskit/resources';
import { parseCidr } from '../address/parse-cidr.ts';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { drop, splitList } from './list.ts';

export interface CidrListOptions {
  /**
   * Whether one bad item makes the whole list invalid. Default yes: in a gate, an item left out opens or closes for somebody. The twin drops
   * bad items and, when none is left, lets everybody in (higress.md A.7).
   */
  readonly strict?: boolean;
}

/** A comma list of addresses and CIDR ranges, in canonical text, each once. Empty items are skipped; a list without items is invalid. */
export function cidrList(options: CidrListOptions = {}): Codec<readonly string[]> {
  const { strict = true } = options;
  return {
    grammar: 'comma list of IP addresses and CIDR ranges',
    parse(text) {
      const cidrs = new Set<string>();
      const dropped: Problem[] = [];
      for (const item of splitList(text)) {
        const result = parseCidr(item);
        if (result.ok) {
          cidrs.add(result.value);
          continue;
        }
        const { message, help = 'Write addresses and ranges with commas between them.' } = problemOf(item, result.problem);
        if (strict) return invalid(`has an item that ${message}: ${quote(item, 60)}`, help);
        drop(dropped, { message: `${message}: ${quote(item, 60)}`, help });
      }
      if (cidrs.size === 0)
        return invalid('names no address', dropped[0]?.help ?? 'Write an address such as 192.0.2.1 or a range such as 10.0.0.0/8.');
      return parsed([...cidrs], dropped);
    },
  };
}

function problemOf(item: string, problem: Problem): Problem {
  if (item === '*') return { message: 'is not an IP address or CIDR range', help: 'Write "0.0.0.0/0, ::/0" for every address.' };
  if (/\s|;/.test(item)) return { message: problem.message, help: 'Separate items with commas.' };
  return problem;
}
