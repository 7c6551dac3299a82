import type { PersistentMap } from '@ingresskit/resources';

/** One address that can receive requests. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly ready: boolean;
  /** Labels of the pod behind it, when known: service subsets need them. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly zone?: string;
  readonly node?: string;
}

/** The endpoints of one Service port. */
export interface ServiceEndpoints {
  /** `known`: read from EndpointSlices or Endpoints. `assumed`: the input holds none at all, so one ready endpoint is taken for granted. */
  readonly source: 'known' | 'assumed';
  readonly endpoints: readonly Endpoint[];
  /** What the endpoints speak where the Service's port name tells (mse.md §2.16): `GRPC`, `HTTP2`. Absent: `HTTP`. */
  readonly protocol?: string;
  /** The DNS name of an ExternalName Service that the options allow. */
  readonly externalName?: string;
}

/**
 * Endpoints by `backendKey`, apart from the routes so that pods coming and going never compile a route.
 * A backend that is not in the table has no usable endpoint.
 */
export type EndpointTable = PersistentMap<ServiceEndpoints>;
