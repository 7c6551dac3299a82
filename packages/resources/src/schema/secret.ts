import type { z } from 'zod';
import type { Secret } from '../secret.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, flag, oneOf, optional, type Shape, text, textMap } from './shape.ts';

const shape: Shape<Secret> = {
  apiVersion: oneOf('v1'),
  kind: oneOf('Secret'),
  metadata: namespacedMeta,
  type: optional(text),
  data: optional(textMap),
  immutable: optional(flag),
};

/** v1 Secret, by shape, as it is once read. */
export const secretSchema: z.ZodType<Secret> = fields<Secret>(shape);

/** v1 Secret as a manifest may write it; the reader merges `stringData` into `data`. */
export const writtenSecretSchema: z.ZodType<WrittenSecret> = fields<WrittenSecret>({ ...shape, stringData: optional(textMap) });

/** A Secret that may hold plain text yet. */
export interface WrittenSecret extends Secret {
  readonly stringData?: Readonly<Record<string, string>>;
}
