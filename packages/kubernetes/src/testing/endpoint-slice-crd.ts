import type { ApiObject } from '../api-object.ts';

/**
 * Serves EndpointSlice v1 where the server has only v1beta1 (before 1.21) and that is turned off. For tests: nothing fills these objects by itself, and
 * nothing checks them.
 */
export const endpointSliceCrd: ApiObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'endpointslices.discovery.k8s.io',
    // Names of this group are guarded; this is how the guard is told that it is meant.
    annotations: { 'api-approved.kubernetes.io': 'unapproved, test only' },
  },
  spec: {
    group: 'discovery.k8s.io',
    scope: 'Namespaced',
    names: { kind: 'EndpointSlice', listKind: 'EndpointSliceList', plural: 'endpointslices', singular: 'endpointslice' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
