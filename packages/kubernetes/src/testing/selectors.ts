import type { ApiObject } from '../api-object.ts';
import { isMap } from '../json.ts';

/** A test for objects. */
export type Selector = (object: ApiObject) => boolean;

/** `a=b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, joined by commas. `undefined` when it cannot be read. */
export function parseLabelSelector(text: string): Selector | undefined {
  const terms: Selector[] = [];
  for (const term of text.split(/,(?![^(]*\))/).map((part) => part.trim())) {
    const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term);
    const equation = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term);
    const presence = /^(!?)([^=!\s()]+)$/.exec(term);
    if (set !== null) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      terms.push((object) => values.includes(label(object, set[1]) ?? '\0') === (set[2] === 'in'));
    } else if (equation !== null) terms.push((object) => (label(object, equation[1]) === equation[3]) === (equation[2] !== '!='));
    else if (presence !== null) terms.push((object) => (label(object, presence[2]) !== undefined) === (presence[1] === ''));
    else if (term !== '') return undefined;
  }
  return (object) => terms.every((matches) => matches(object));
}

/** `path=value` and `path!=value`, joined by commas. */
export function parseFieldSelector(text: string): Selector | undefined {
  const terms: Selector[] = [];
  for (const term of text.split(',')) {
    const equation = /^([^=!\s]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
    if (equation === null) return undefined;
    const path = (equation[1] ?? '').split('.');
    terms.push((object) => (field(object, path) === equation[3]) === (equation[2] !== '!='));
  }
  return (object) => terms.every((matches) => matches(object));
}

function label(object: ApiObject, name: string | undefined): string | undefined {
  return name === undefined ? undefined : object.metadata.labels?.[name];
}

function field(object: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>((current, part) => (isMap(current) ? current[part] : undefined), object);
  return value === undefined ? '' : String(value);
}
