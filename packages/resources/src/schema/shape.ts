import * as z from 'zod';

/**
 * One schema for each field of `T`: neither a field of the type nor of the schema can be forgotten, and an optional field must be `optional`.
 * That is what pins the schemas to the hand-written types.
 */
export type Shape<T> = { readonly [K in keyof T]-?: undefined extends T[K] ? OptionalField<Exclude<T[K], undefined>> : z.ZodType<T[K]> };

/** A field that may be absent. */
export type OptionalField<T> = z.ZodType<T | undefined> & { readonly isOptionalField: true };

// What a reader of problems needs to know about a schema: the fields of a map, or the schema of a list's items.
const fieldsOf = new WeakMap<z.ZodType, Readonly<Record<string, z.ZodType>>>();
const itemOf = new WeakMap<z.ZodType, z.ZodType>();

/** A field that may be absent. An explicit null never gets here: readers take it as absent. */
export function optional<T>(schema: z.ZodType<T>): OptionalField<T> {
  const field = schema.optional();
  const fields = fieldsOf.get(schema);
  const item = itemOf.get(schema);
  if (fields !== undefined) fieldsOf.set(field, fields);
  if (item !== undefined) itemOf.set(field, item);
  return Object.assign(field, { isOptionalField: true as const });
}

/** A map with exactly the fields of `T`. Fields named in `also` exist in Kubernetes and are kept, but nothing here reads them. */
export function fields<T>(shape: Shape<T>, also: readonly string[] = []): z.ZodType<T> {
  const all: Record<string, z.ZodType> = { ...(shape as unknown as Record<string, z.ZodType>) };
  for (const name of also) all[name] = z.unknown().optional();
  const schema = z.strictObject(all);
  fieldsOf.set(schema, all);
  return schema as unknown as z.ZodType<T>;
}

/** A map with at least the fields of `T`; what else it holds is kept and never reported. */
export function openFields<T>(shape: Shape<T>): z.ZodType<T> {
  return z.looseObject(shape as unknown as Record<string, z.ZodType>) as unknown as z.ZodType<T>;
}

/** A list. */
export function list<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  const schema = z.array(item);
  itemOf.set(schema, item);
  return schema;
}

export const text: z.ZodType<string> = z.string();
export const flag: z.ZodType<boolean> = z.boolean();
export const integer: z.ZodType<number> = z.int();

/** Kubernetes' IntOrString. */
export const integerOrText: z.ZodType<number | string> = z.union([z.int(), z.string()], { error: 'a whole number or text' });

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): z.ZodType<T> {
  return z.enum(words as readonly [T, ...T[]]);
}

/**
 * A map from text to text: annotations, labels, data. Checked by hand, since zod passes over a key named `__proto__`, which is data like any other.
 */
export const textMap: z.ZodType<Readonly<Record<string, string>>> = z.custom<Readonly<Record<string, string>>>().check((context) => {
  const value: unknown = context.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    context.issues.push({ code: 'invalid_type', expected: 'record', input: value });
    return;
  }
  for (const key of Object.keys(value)) {
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof item !== 'string') context.issues.push({ code: 'invalid_type', expected: 'string', input: item, path: [key] });
  }
});

/** The names of the fields a map may have at `path`, or none when the schema leaves them open. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: z.ZodType | undefined = schema;
  for (const part of path) {
    if (current === undefined) return [];
    const known: Readonly<Record<string, z.ZodType>> | undefined = fieldsOf.get(current);
    current =
      typeof part === 'number'
        ? itemOf.get(current)
        : known !== undefined && Object.hasOwn(known, part)
          ? known[part as string]
          : undefined;
  }
  return current === undefined ? [] : Object.keys(fieldsOf.get(current) ?? {});
}

/** Where in a schema fields of this name are, written like `spec.rules[].host`, outermost first. */
export function fieldPlaces(schema: z.ZodType, name: string): readonly string[] {
  const found: string[] = [];
  const queue: { readonly schema: z.ZodType; readonly at: string }[] = [{ schema, at: '' }];
  for (const { schema: current, at } of queue) {
    const item = itemOf.get(current);
    if (item !== undefined) queue.push({ schema: item, at: `${at}[]` });
    for (const [key, field] of Object.entries(fieldsOf.get(current) ?? {})) {
      const place = at === '' ? key : `${at}.${key}`;
      if (key === name) found.push(place);
      queue.push({ schema: field, at: place });
    }
  }
  return found;
}
