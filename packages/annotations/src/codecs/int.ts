import type { Codec, Parsed } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const digits = /^[+-]?[0-9]+$/;

/**
 * A whole number as Go's `Atoi` reads it: an optional sign and ASCII digits, no blanks, no unit (higress.md A.0). Numbers that a double cannot
 * hold exactly are refused, where Go refuses from 2⁶³ on.
 */
export function int(bounds: Bounds = {}): Codec<number> {
  return { grammar: `whole number${boundsText(bounds)}`, schema: { pattern: '^[+-]?[0-9]+$' }, parse: (text) => parseWhole(text, bounds) };
}

/** The share of a traffic split: a whole number, at least 0. */
export function weight(): Codec<number> {
  return weightCodec;
}

const weightCodec: Codec<number> = int({ min: 0, max: 1_000_000 });

function parseWhole(text: string, bounds: Bounds): Parsed<number> {
  if (!digits.test(text)) return invalid('is not a whole number', numberHelp(text));
  // Adding zero makes 0 of -0.
  const value = Number(text) + 0;
  if (!Number.isSafeInteger(value)) return invalid('is too large a number', `Write a whole number${boundsText(bounds)}.`);
  return withinBounds(value, bounds);
}

/** The value, unless it is out of bounds. */
export function withinBounds(value: number, bounds: Bounds): Parsed<number> {
  const { min, max } = bounds;
  if (min !== undefined && value < min) return invalid(`is less than ${min}`, `Write a number${boundsText(bounds)}.`);
  if (max !== undefined && value > max) return invalid(`is more than ${max}`, `Write a number${boundsText(bounds)}.`);
  return parsed(value);
}

/** `, at least 0`, `, 0 to 100` or nothing. */
export function boundsText({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, at least ${min}`;
  return max === undefined ? '' : `, at most ${max}`;
}

/** What to write instead of a text that is no plain number. */
export function numberHelp(text: string): string {
  if (text.length > 64) return 'Write digits only, for example "5".';
  const trimmed = text.trim();
  if (trimmed !== text && digits.test(trimmed)) return `Remove the blanks: "${trimmed}".`;
  const unit = /^([+-]?[0-9]+)\s*([A-Za-z%/]+)$/.exec(trimmed);
  if (unit !== null) return `Write the number without a unit: "${unit[1]}".`;
  if (/^[+-]?[0-9]*\.[0-9]+$/.test(trimmed)) return 'Fractions are not accepted; write a whole number.';
  if (/^[+-]?[0-9]+(?:[_,][0-9]+)+$/.test(trimmed)) return `Write the digits without separators: "${trimmed.replaceAll(/[_,]/g, '')}".`;
  return 'Write digits only, for example "5".';
}
