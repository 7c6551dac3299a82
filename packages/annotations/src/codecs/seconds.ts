import type { Codec } from '../codec.ts';
import { invalid } from '../codec.ts';
import type { Bounds } from './int.ts';
import { boundsText, int, numberHelp } from './int.ts';

/** A whole number of seconds, without unit: `5`, not `5s` (higress.md A.8). */
export function seconds(bounds: Bounds = {}): Codec<number> {
  const within = { min: 0, ...bounds };
  const whole = int(within);
  return {
    ...whole,
    grammar: `whole number of seconds${boundsText(within)}`,
    parse(text) {
      if (/^[+-]?[0-9]+$/.test(text)) return whole.parse(text);
      const meant = text.length > 32 ? undefined : secondsOf(text.trim());
      return invalid(
        'is not a whole number of seconds',
        meant === undefined ? numberHelp(text) : `Write the number of seconds alone: "${meant}".`,
      );
    },
  };
}

const factors: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
};

/** What `90s` or `5m` would be in whole seconds, for the help text. */
function secondsOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^([0-9]{1,9})\s*([a-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(factors, unit) ? factors[unit] : undefined;
  const value = factor === undefined ? Number.NaN : Number(digits) * factor;
  return Number.isInteger(value) ? value : undefined;
}
