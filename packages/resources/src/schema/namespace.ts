import type { z } from 'zod';
import type { Namespace } from '../namespace.ts';
import { objectMeta } from './metadata.ts';
import { fields, oneOf } from './shape.ts';

/** v1 Namespace, by shape. */
export const namespaceSchema: z.ZodType<Namespace> = fields<Namespace>(
  { apiVersion: oneOf('v1'), kind: oneOf('Namespace'), metadata: objectMeta },
  ['spec', 'status'],
);
