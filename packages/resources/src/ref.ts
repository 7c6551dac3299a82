/**
 * The name of one API object. `namespace` is absent for cluster-scoped kinds (IngressClass, Namespace, MseIngressConfig).
 */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

/** The reference of an object, with its uid when the API server gave one. */
export function refOf(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined; readonly uid?: string | undefined };
}): ObjectRef {
  const { name, namespace, uid } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(uid === undefined ? {} : { uid }),
  };
}

/** `namespace/name`, or `name` for cluster-scoped objects: how people and the CLI write a reference. */
export function formatRef(ref: { readonly namespace?: string | undefined; readonly name: string }): string {
  return ref.namespace === undefined || ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}

/**
 * A key that identifies an object within a cluster. Kubernetes names hold no `/`, so the three parts cannot run into each other
 * (the lesson of Traefik's CVE-2026-85596: never join with a character that names may hold).
 */
export function objectKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
