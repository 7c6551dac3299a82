import type { Codec } from '../codec.ts';
import { invalid } from '../codec.ts';
import type { Bounds } from './int.ts';
import { boundsText, withinBounds } from './int.ts';

const factors: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1_048_576, g: 1_073_741_824 };

/** A size as nginx writes it, in bytes: digits and an optional `k`, `m` or `g` in either case. `8m` is 8 388 608. */
export function size(bounds: Bounds = {}): Codec<number> {
  const within = { max: Number.MAX_SAFE_INTEGER, ...bounds };
  return {
    grammar: `nginx size such as 1024, 8k or 1m${bounds.min === undefined && bounds.max === undefined ? '' : `, in bytes${boundsText(bounds)}`}`,
    schema: { pattern: '^[0-9]+[kKmMgG]?$' },
    parse(text) {
      const [, digits, unit = ''] = text.length > 32 ? [] : (/^([0-9]+)([kmg]?)$/i.exec(text) ?? []);
      if (digits === undefined) return invalid('is not a size', sizeHelp(text));
      return withinBounds(Number(digits) * (factors[unit.toLowerCase()] ?? 1), within);
    },
  };
}

function sizeHelp(text: string): string {
  const [, digits, unit] = text.length > 32 ? [] : (/^\s*([0-9]+)\s*([kmg])i?b?\s*$/i.exec(text) ?? []);
  return digits === undefined
    ? 'Write digits and an optional k, m or g, for example "8m".'
    : `Write "${digits}${(unit ?? '').toLowerCase()}".`;
}
