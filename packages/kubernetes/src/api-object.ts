import { isMap, textAt } from './json.ts';

/** Metadata of any object, as far as this package reads it. */
export interface ApiMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly unknown[];
  readonly managedFields?: readonly unknown[];
}

/** Any object of a Kubernetes API. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ApiMetadata;
  readonly [field: string]: unknown;
}

/** True when the value has what every object must have: a kind and a named metadata. */
export function isApiObject(value: unknown): value is ApiObject {
  return isMap(value) && isMap(value['metadata']) && typeof value['kind'] === 'string' && (textAt(value['metadata'], 'name') ?? '') !== '';
}

/** `namespace/name`, or `name`: the identity of an object among those of its kind. */
export function keyOf(metadata: { readonly namespace?: string | undefined; readonly name: string }): string {
  return metadata.namespace === undefined || metadata.namespace === '' ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}
