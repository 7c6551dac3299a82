import { quote } from '@ingresskit/resources';
import type { Codec, Problem } from '../codec.ts';
import { invalid, parsed } from '../codec.ts';
import { isToken } from '../request/characters.ts';

export interface ListOptions {
  /** What items must be: any text without control characters, or HTTP tokens. Others are dropped and reported. Default `text`. */
  readonly items?: 'text' | 'token';
}

/** A comma list, items trimmed, empty ones dropped: "type 2" of higress.md A.0. At least one item must remain. */
export function list(options: ListOptions = {}): Codec<readonly string[]> {
  const { items = 'text' } = options;
  return {
    grammar: `comma list${items === 'token' ? ' of names' : ''}`,
    parse(text) {
      const dropped: Problem[] = [];
      const values = keepItems(splitList(text), items, dropped);
      return values.length === 0
        ? invalid('has no usable item', dropped[0]?.help ?? 'Write items with commas between them.')
        : parsed(values, dropped);
    },
  };
}

/**
 * A comma list in which `*` stands for everything: if any item is `*`, the value is `['*']`. Otherwise items are trimmed and **empty ones
 * stay**: "type 1" of higress.md A.0.
 */
export function starList(options: ListOptions = {}): Codec<readonly string[]> {
  const { items = 'text' } = options;
  return {
    grammar: `comma list${items === 'token' ? ' of names' : ''}, or *`,
    parse(text) {
      const all = text.split(',').map((item) => item.trim());
      if (all.includes('*')) return parsed(['*']);
      if (all.every((item) => item === '')) return invalid('has no item', 'Write items with commas between them, or "*".');
      const dropped: Problem[] = [];
      const values = keepItems(all, items, dropped);
      return values.every((item) => item === '')
        ? invalid('has no usable item', dropped[0]?.help ?? 'Write items with commas between them, or "*".')
        : parsed(values, dropped);
    },
  };
}

/** The items of a comma list, trimmed, without empty ones. */
export function splitList(text: string): string[] {
  const items: string[] = [];
  for (const item of text.split(',')) {
    const trimmed = item.trim();
    if (trimmed !== '') items.push(trimmed);
  }
  return items;
}

function keepItems(items: readonly string[], kind: 'text' | 'token', dropped: Problem[]): string[] {
  return items.filter((item) => {
    if (item === '' || (kind === 'token' ? isToken(item) : !/[\0-\x1f\x7f]/.test(item))) return true;
    drop(dropped, {
      message: kind === 'token' ? `is not a name: ${quote(item, 60)}` : `has a control character in it: ${quote(item, 60)}`,
      help: 'Separate items with commas.',
    });
    return false;
  });
}

/** Most problems that one value reports: a broken list of thousands of items is one mistake, not thousands. */
export const maxDropped: number = 20;

/** Notes an item that had to be left out. */
export function drop(dropped: Problem[], problem: Problem): void {
  if (dropped.length < maxDropped) dropped.push(problem);
  else if (dropped.length === maxDropped) dropped.push({ message: 'has more items like these' });
}
