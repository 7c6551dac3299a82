import type { z } from 'zod';
import type {
  Ingress,
  IngressBackend,
  IngressPath,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressStatus,
  IngressTls,
  PathType,
  TypedLocalObjectReference,
} from '../ingress.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, integer, list, oneOf, openFields, optional, text } from './shape.ts';

const service = fields<IngressServiceBackend>({
  name: text,
  port: optional(fields<NonNullable<IngressServiceBackend['port']>>({ name: optional(text), number: optional(integer) })),
});

const backend = fields<IngressBackend>({
  service: optional(service),
  resource: optional(fields<TypedLocalObjectReference>({ apiGroup: optional(text), kind: text, name: text })),
});

const path = fields<IngressPath>({
  path: optional(text),
  // Any text here: `validateIngress` names an unknown type and drops that path alone.
  pathType: optional(text as z.ZodType<PathType>),
  backend,
});

const rule = fields<IngressRule>({
  host: optional(text),
  http: optional(fields<NonNullable<IngressRule['http']>>({ paths: list(path) })),
});

const status = openFields<IngressStatus>({
  loadBalancer: optional(
    openFields<NonNullable<IngressStatus['loadBalancer']>>({
      ingress: optional(
        list(openFields<{ readonly ip?: string; readonly hostname?: string }>({ ip: optional(text), hostname: optional(text) })),
      ),
    }),
  ),
});

/** networking.k8s.io/v1 Ingress, by shape. What its values mean is `validateIngress`'s affair. */
export const ingressSchema: z.ZodType<Ingress> = fields<Ingress>({
  apiVersion: oneOf('networking.k8s.io/v1'),
  kind: oneOf('Ingress'),
  metadata: namespacedMeta,
  spec: optional(
    fields<IngressSpec>({
      ingressClassName: optional(text),
      defaultBackend: optional(backend),
      tls: optional(list(fields<IngressTls>({ hosts: optional(list(text)), secretName: optional(text) }))),
      rules: optional(list(rule)),
    }),
  ),
  status: optional(status),
});
