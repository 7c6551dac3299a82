import type { Ingress } from './ingress.ts';
import type { Resource } from './resource.ts';

// Beside the objects, like their positions: a converted object is a v1 object in every field.
const writtenVersions = new WeakMap<object, string>();

/** Notes that an object was written in an older API version and converted. For readers. */
export function recordWrittenVersion(object: Resource, apiVersion: string): void {
  writtenVersions.set(object, apiVersion);
}

/** The API version an object was written in; its own when it was not converted. */
export function writtenVersionOf(object: Resource): string {
  return writtenVersions.get(object) ?? object.apiVersion;
}

/** Whether the version the Ingress was written in lets a path have no `pathType`. networking.k8s.io/v1 does not. */
export function isPathTypeOptional(ingress: Ingress): boolean {
  return writtenVersionOf(ingress) !== 'networking.k8s.io/v1';
}
