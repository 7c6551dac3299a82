import type { z } from 'zod';
import type { Pod, PodStatus } from '../pod.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, oneOf, openFields, optional, text } from './shape.ts';

/** v1 Pod, by shape, as far as a gateway reads it. */
export const podSchema: z.ZodType<Pod> = fields<Pod>(
  {
    apiVersion: oneOf('v1'),
    kind: oneOf('Pod'),
    metadata: namespacedMeta,
    status: optional(openFields<PodStatus>({ phase: optional(text), podIP: optional(text) })),
  },
  ['spec'],
);
