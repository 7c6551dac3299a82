import type * as z from 'zod';
import { toJSONSchema } from 'zod';

/** An OpenAPI v3 schema as CRDs have them. */
export interface StructuralSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly items?: StructuralSchema;
  readonly [key: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Adds what is known of the field at a path. */
export type Annotate = (path: string) => Json;

/**
 * A zod schema as a structural schema: every level has one type, unknown fields are pruned by the server instead of forbidden, and a union is one of
 * the two forms that structural schemas have for it.
 *
 * @param field only this field of the schema: metadata has a form that the server knows by itself.
 * @throws TypeError for what has no such form: a programmer's mistake.
 */
export function toStructuralSchema(schema: z.ZodType, annotate: Annotate, field?: string): StructuralSchema {
  const whole = toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return convert(field === undefined ? whole : ((whole['properties'] as Readonly<Record<string, Json>>)[field] ?? {}), '', annotate);
}

function convert(given: Json, path: string, annotate: Annotate): StructuralSchema {
  const notes = path === '' ? {} : annotate(path);
  const union = given['anyOf'] as readonly Json[] | undefined;
  if (union !== undefined) return { ...notes, ...ofUnion(union, path) };
  switch (given['type']) {
    case 'object': {
      const properties = Object.entries((given['properties'] ?? {}) as Readonly<Record<string, Json>>).map(([name, field]) => [
        name,
        convert(field, path === '' ? name : `${path}.${name}`, annotate),
      ]);
      const required = given['required'] as readonly string[] | undefined;
      return {
        type: 'object',
        ...notes,
        properties: Object.fromEntries(properties),
        ...(required === undefined || required.length === 0 ? {} : { required }),
      };
    }
    case 'array':
      return { type: 'array', ...notes, items: convert(given['items'] as Json, `${path}[]`, () => ({})) };
    case 'integer':
      // zod writes the range of exact numbers; JSON of the API server has 64 bits.
      return { type: 'integer', format: 'int64', ...notes };
    case 'string':
    case 'boolean':
      return { type: given['type'], ...notes };
    default:
      throw new TypeError(`no structural schema for ${path || 'the root'}: ${JSON.stringify(given)}`);
  }
}

function ofUnion(union: readonly Json[], path: string): StructuralSchema {
  const types = union.map(({ type }) => String(type)).sort();
  if (types.join() === 'integer,string') return { 'x-kubernetes-int-or-string': true };
  // Inside `anyOf` a structural schema may not name types, so the forms of other unions cannot be told apart by the server.
  if (types.every((type) => type === 'boolean' || type === 'array')) return { 'x-kubernetes-preserve-unknown-fields': true };
  throw new TypeError(`no structural schema for the union at ${path}`);
}
