import type { Codec } from './codec.ts';
import { parsed } from './codec.ts';
import type { Field, FieldOptions } from './field.ts';
import { field } from './field.ts';

/** A value and the free part of the name it was read from. */
export interface NamedValue<T> {
  readonly name: string;
  readonly value: T;
}

const placeholder = '<name>';

/**
 * Declares annotations whose names end in a free part: `exact-match-header-<name>`. The field's value is the list of all that are present, by name.
 * Each is read, checked and reported on its own.
 *
 * @throws TypeError when the key does not end in `<name>`.
 */
export function fieldMap<T>(
  key: string,
  codec: Codec<T>,
  options: FieldOptions<readonly NamedValue<T>[]>,
): Field<readonly NamedValue<T>[]> {
  if (!key.endsWith(placeholder)) throw new TypeError(`the key "${key}" must end in ${placeholder}`);
  const one: Codec<readonly NamedValue<T>[]> = {
    ...codec,
    parse(text) {
      const result = codec.parse(text);
      return result.ok ? parsed([{ name: '', value: result.value }], result.dropped) : result;
    },
  };
  return { ...field(key, one, options), freeAfter: key.slice(0, -placeholder.length) };
}
