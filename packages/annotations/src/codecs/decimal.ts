import type { Codec } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import type { Bounds } from './int.ts';
import { boundsText, withinBounds } from './int.ts';

/** A number with an optional fraction, `1.5`. No exponent, no `Infinity`, no blanks. */
export function decimal(bounds: Bounds = {}): Codec<number> {
  return {
    grammar: `number${boundsText(bounds)}`,
    schema: { pattern: '^[+-]?[0-9]+(\\.[0-9]+)?$' },
    parse(text) {
      // Longer texts have digits that a double forgets.
      if (text.length > 32 || !/^[+-]?[0-9]+(?:\.[0-9]+)?$/.test(text))
        return invalid('is not a number', 'Write digits with at most one dot, for example "1.5".');
      const within = withinBounds(Number(text) + 0, bounds);
      return within.ok ? parsed(within.value) : within;
    },
  };
}
