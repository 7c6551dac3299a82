import type { EndpointPort, EndpointTarget } from './endpoint-slice.ts';
import type { NamespacedMeta } from './object.ts';

/** v1 Endpoints: what clusters had before EndpointSlice and hand-written manifests still use. It has the name of its Service. */
export interface Endpoints {
  readonly apiVersion: 'v1';
  readonly kind: 'Endpoints';
  readonly metadata: NamespacedMeta;
  readonly subsets?: readonly EndpointSubset[];
}

/** Every address serves every port of the subset. */
export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly EndpointPort[];
}

export interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: EndpointTarget;
}
