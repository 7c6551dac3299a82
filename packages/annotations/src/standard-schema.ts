import type { Codec } from './codec.ts';
import { invalid, parsed } from './codec.ts';

/** The part of the Standard Schema interface (version 1) that fields need, so that a user may hand in a Zod or Valibot schema. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<T> | Promise<StandardResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

type StandardResult<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly { readonly message: string }[] };

/** A codec that validates with a Standard Schema. Asynchronous schemas are refused: reading annotations is synchronous. */
export function fromStandardSchema<T>(schema: StandardSchema<T>): Codec<T> {
  return {
    grammar: `as the ${schema['~standard'].vendor} schema says`,
    blank: 'value',
    parse(text) {
      let result: StandardResult<T> | Promise<StandardResult<T>>;
      try {
        result = schema['~standard'].validate(text);
      } catch {
        return invalid('made the schema throw', 'Mend the schema: validation must return issues.');
      }
      if ('then' in result) return invalid('cannot be checked: the schema is asynchronous', 'Use a synchronous schema.');
      if (result.issues === undefined) return parsed(result.value);
      return invalid(`is not valid: ${result.issues.map((issue) => issue.message).join('; ')}`);
    },
  };
}
