import { clusterScopedKinds, type Kind } from '@ingresskit/resources';

/** Where objects of a kind live in the API. */
export interface ApiResource {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in paths: lower-case plural. */
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/** Declares a kind of the API, for example one of a CRD. */
export function defineApiResource(
  apiVersion: string,
  kind: string,
  plural: string,
  scope: 'namespaced' | 'cluster' = 'namespaced',
): ApiResource {
  return { apiVersion, kind, plural, isNamespaced: scope === 'namespaced' };
}

const places: Readonly<Record<Kind, readonly [apiVersion: string, plural: string]>> = {
  Ingress: ['networking.k8s.io/v1', 'ingresses'],
  IngressClass: ['networking.k8s.io/v1', 'ingressclasses'],
  Service: ['v1', 'services'],
  EndpointSlice: ['discovery.k8s.io/v1', 'endpointslices'],
  Endpoints: ['v1', 'endpoints'],
  Pod: ['v1', 'pods'],
  Secret: ['v1', 'secrets'],
  ConfigMap: ['v1', 'configmaps'],
  Namespace: ['v1', 'namespaces'],
  MseIngressConfig: ['mse.alibabacloud.com/v1alpha1', 'mseingressconfigs'],
};

/** The API of a kind that IngressKit models. */
export function apiResourceOf(kind: Kind): ApiResource {
  const [apiVersion, plural] = places[kind];
  return defineApiResource(apiVersion, kind, plural, clusterScopedKinds.has(kind) ? 'cluster' : 'namespaced');
}

/** coordination.k8s.io/v1 Lease: leader election. */
export const leases: ApiResource = defineApiResource('coordination.k8s.io/v1', 'Lease', 'leases');

/** events.k8s.io/v1 Event. */
export const events: ApiResource = defineApiResource('events.k8s.io/v1', 'Event', 'events');

/** v1 Event, for servers that refuse the newer group. */
export const coreEvents: ApiResource = defineApiResource('v1', 'Event', 'events');

/**
 * The path of a collection, or of one object in it. Names are percent-encoded, so no name can reach another path.
 *
 * @param namespace absent for cluster-scoped kinds, and for all namespaces at once.
 */
export function apiPath(resource: ApiResource, namespace?: string, name?: string, subresource?: string): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const scope = resource.isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${resource.plural}${object}${subresource === undefined ? '' : `/${subresource}`}`;
}
