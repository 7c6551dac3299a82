import type { z } from 'zod';
import type { IngressClass, IngressClassParameters, IngressClassSpec } from '../ingress-class.ts';
import { objectMeta } from './metadata.ts';
import { fields, oneOf, optional, text } from './shape.ts';

const parameters = fields<IngressClassParameters>({
  apiGroup: optional(text),
  kind: text,
  name: text,
  scope: optional(text),
  namespace: optional(text),
});

/** networking.k8s.io/v1 IngressClass, by shape. */
export const ingressClassSchema: z.ZodType<IngressClass> = fields<IngressClass>({
  apiVersion: oneOf('networking.k8s.io/v1'),
  kind: oneOf('IngressClass'),
  metadata: objectMeta,
  spec: optional(fields<IngressClassSpec>({ controller: optional(text), parameters: optional(parameters) })),
});
