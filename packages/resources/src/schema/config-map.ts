import type { z } from 'zod';
import type { ConfigMap } from '../config-map.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, flag, oneOf, optional, textMap } from './shape.ts';

/** v1 ConfigMap, by shape. */
export const configMapSchema: z.ZodType<ConfigMap> = fields<ConfigMap>({
  apiVersion: oneOf('v1'),
  kind: oneOf('ConfigMap'),
  metadata: namespacedMeta,
  data: optional(textMap),
  binaryData: optional(textMap),
  immutable: optional(flag),
});
