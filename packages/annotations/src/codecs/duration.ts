import type { Codec } from '../codec.ts';
import { invalid } from '../codec.ts';
import type { Bounds } from './int.ts';
import { boundsText, withinBounds } from './int.ts';

/** Milliseconds of each unit, in the order in which units must follow each other. */
const units: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  M: 2_592_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const order = Object.keys(units);

/**
 * A time as nginx writes it, in milliseconds: numbers with `y M w d h m s ms`, largest unit first, each once; a number without a unit, which may only come
 * last, is seconds. `1h 30m`, `90s`, `1m30`. A year has 365 days, a month 30.
 */
export function duration(bounds: Bounds = {}): Codec<number> {
  const within = { max: Number.MAX_SAFE_INTEGER, ...bounds };
  return {
    grammar: `nginx time such as 90s, 1h 30m or 500ms${bounds.min === undefined && bounds.max === undefined ? '' : `, in milliseconds${boundsText(bounds)}`}`,
    parse(text) {
      const value = text.length > 128 ? undefined : milliseconds(text);
      if (value === undefined) return invalid('is not a time', 'Write a number and a unit (ms, s, m, h, d), for example "90s".');
      return withinBounds(value, within);
    },
  };
}

function milliseconds(text: string): number | undefined {
  // Sticky, one token after the other: a single expression over the whole text would backtrack.
  const token = /([0-9]+)(ms|[yMwdhms])? */y;
  let total = 0;
  let position = -1;
  for (let end = 0; end < text.length; end = token.lastIndex) {
    const [match = '', digits = '', unit] = token.exec(text) ?? [];
    // A bare number is the seconds, and the end.
    const next = order.indexOf(unit ?? 's');
    if (match === '' || position === order.length || next <= position) return undefined;
    position = unit === undefined ? order.length : next;
    total += Number(digits) * (units[unit ?? 's'] ?? 0);
  }
  return position >= 0 && !text.endsWith(' ') && Number.isSafeInteger(total) ? total : undefined;
}
