import type { ConfigMap } from './config-map.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import type { Endpoints } from './endpoints.ts';
import type { Ingress } from './ingress.ts';
import type { IngressClass } from './ingress-class.ts';
import type { MseIngressConfig } from './mse-ingress-config.ts';
import type { Namespace } from './namespace.ts';
import type { Pod } from './pod.ts';
import type { Secret } from './secret.ts';
import type { Service } from './service.ts';

/** Every object IngressKit models. Anything else is skipped when it is read. */
export type Resource =
  | Ingress
  | IngressClass
  | Service
  | EndpointSlice
  | Endpoints
  | Pod
  | Secret
  | ConfigMap
  | Namespace
  | MseIngressConfig;

export type Kind = Resource['kind'];

/** The object type of a kind: `ResourceOf<'Ingress'>` is `Ingress`. */
export type ResourceOf<K extends Kind> = Extract<Resource, { readonly kind: K }>;

/** All kinds, in the order in which a reader would introduce them. */
export const kinds: readonly Kind[] = [
  'Ingress',
  'IngressClass',
  'Service',
  'EndpointSlice',
  'Endpoints',
  'Pod',
  'Secret',
  'ConfigMap',
  'Namespace',
  'MseIngressConfig',
];

/** Kinds whose objects live in no namespace. MseIngressConfig is one by every published example (mse.md section 3). */
export const clusterScopedKinds: ReadonlySet<Kind> = new Set<Kind>(['IngressClass', 'Namespace', 'MseIngressConfig']);

/** True when `kind` is one IngressKit models. */
export function isKind(kind: string): kind is Kind {
  return (kinds as readonly string[]).includes(kind);
}
