import { expectTypeOf } from 'vitest';
import type { z } from 'zod';
import type {
  ConfigMap,
  EndpointSlice,
  Endpoints,
  Ingress,
  IngressClass,
  MseIngressConfig,
  Namespace,
  Pod,
  Resource,
  Secret,
  Service,
} from '../index.ts';
import type {
  configMapSchema,
  endpointSliceSchema,
  endpointsSchema,
  ingressClassSchema,
  ingressSchema,
  mseIngressConfigSchema,
  namespaceSchema,
  podSchema,
  secretSchema,
  serviceSchema,
} from './index.ts';
import { fields, oneOf, optional, type Shape, text } from './shape.ts';

// The schemas give exactly the hand-written types.
expectTypeOf<z.output<typeof ingressSchema>>().toEqualTypeOf<Ingress>();
expectTypeOf<z.output<typeof ingressClassSchema>>().toEqualTypeOf<IngressClass>();
expectTypeOf<z.output<typeof serviceSchema>>().toEqualTypeOf<Service>();
expectTypeOf<z.output<typeof endpointSliceSchema>>().toEqualTypeOf<EndpointSlice>();
expectTypeOf<z.output<typeof endpointsSchema>>().toEqualTypeOf<Endpoints>();
expectTypeOf<z.output<typeof podSchema>>().toEqualTypeOf<Pod>();
expectTypeOf<z.output<typeof secretSchema>>().toEqualTypeOf<Secret>();
expectTypeOf<z.output<typeof configMapSchema>>().toEqualTypeOf<ConfigMap>();
expectTypeOf<z.output<typeof namespaceSchema>>().toEqualTypeOf<Namespace>();
expectTypeOf<z.output<typeof mseIngressConfigSchema>>().toEqualTypeOf<MseIngressConfig>();
expectTypeOf<
  | z.output<typeof ingressSchema>
  | z.output<typeof ingressClassSchema>
  | z.output<typeof serviceSchema>
  | z.output<typeof endpointSliceSchema>
  | z.output<typeof endpointsSchema>
  | z.output<typeof podSchema>
  | z.output<typeof secretSchema>
  | z.output<typeof configMapSchema>
  | z.output<typeof namespaceSchema>
  | z.output<typeof mseIngressConfigSchema>
>().toEqualTypeOf<Resource>();

interface Example {
  readonly a: string;
  readonly b?: 'x' | 'y';
}
const whole: Shape<Example> = { a: text, b: optional(oneOf('x', 'y')) };
fields<Example>(whole);
// @ts-expect-error a field of the type is missing from the schema
fields<Example>({ a: text });
// @ts-expect-error a field the type does not have
fields<Example>({ a: text, b: optional(oneOf('x', 'y')), c: text });
// @ts-expect-error an optional field whose schema requires it
fields<Example>({ a: text, b: oneOf('x', 'y') });
// @ts-expect-error a word the type does not know
fields<Example>({ a: text, b: optional(oneOf('x', 'z')) });
