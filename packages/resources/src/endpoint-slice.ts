import type { NamespacedMeta } from './object.ts';

/** discovery.k8s.io/v1 EndpointSlice. v1beta1 is converted when it is read. */
export interface EndpointSlice {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: NamespacedMeta;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints?: readonly EndpointSliceEndpoint[];
  /** Absent or empty: the slice has no ports, so nothing can be reached through it. */
  readonly ports?: readonly EndpointPort[];
}

export interface EndpointSliceEndpoint {
  /** All addresses stand for the same endpoint; consumers use the first. */
  readonly addresses: readonly string[];
  readonly conditions?: EndpointConditions;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: EndpointTarget;
}

/** An absent `ready` means ready; an absent `serving` follows `ready`; an absent `terminating` means not terminating. */
export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export interface EndpointPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly appProtocol?: string;
}

/** The object behind an address, a Pod nearly always. */
export interface EndpointTarget {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}
