import type { z } from 'zod';
import type { NamespacedMeta, ObjectMeta } from '../object.ts';
import { integer, list, openFields, optional, type Shape, text, textMap } from './shape.ts';

const common: Omit<Shape<ObjectMeta>, 'namespace'> = {
  name: text,
  uid: optional(text),
  resourceVersion: optional(text),
  generation: optional(integer),
  creationTimestamp: optional(text),
  deletionTimestamp: optional(text),
  labels: optional(textMap),
  annotations: optional(textMap),
  finalizers: optional(list(text)),
};

/** Metadata of a cluster-scoped object. Unknown fields are kept: the API server adds some in every version. */
export const objectMeta: z.ZodType<ObjectMeta> = openFields<ObjectMeta>({ ...common, namespace: optional(text) });

/** Metadata of an object in a namespace. The reader has filled in `default` where a manifest names none. */
export const namespacedMeta: z.ZodType<NamespacedMeta> = openFields<NamespacedMeta>({ ...common, namespace: text });
