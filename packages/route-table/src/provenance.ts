import type { FieldPath, ObjectRef } from '@ingresskit/resources';

/** Where a route came from. */
export type RouteOrigin = 'path' | 'default-backend' | 'family';

/** The object and field a fact came from. Shared between the routes of one Ingress as far as possible. */
export interface Provenance {
  readonly origin: RouteOrigin;
  readonly ingress: ObjectRef;
  /** Index of the rule and of the path within it; absent for default backends and routes that a family adds. */
  readonly rule?: number;
  readonly path?: number;
  /** The family that added the route. */
  readonly family?: string;
  /** `namespace/name` of the canary that the route is a copy for, with a condition of its own. */
  readonly canary?: string;
  /** The class the Ingress names, by annotation or field. */
  readonly ingressClass?: string;
  /** Annotation keys that each family read, by family name: why a policy is what it is. */
  readonly annotations: Readonly<Record<string, readonly string[]>>;
}

/** The field of the Ingress that a route stands for. */
export function fieldOf(provenance: Provenance): FieldPath {
  if (provenance.rule === undefined || provenance.path === undefined) {
    return provenance.origin === 'default-backend' ? ['spec', 'defaultBackend'] : ['metadata', 'annotations'];
  }
  return ['spec', 'rules', provenance.rule, 'http', 'paths', provenance.path];
}
