import type { PersistentMap } from '@ingresskit/resources';
import type { EndpointTable } from './endpoints.ts';
import type { GatewaySettings, RequestRules } from './gateway-settings.ts';
import type { Policies } from './policies.ts';
import type { VirtualHost } from './virtual-host.ts';

/**
 * The compiled meaning of a set of manifests under one profile. Immutable and structurally shared: a change makes a new table that has
 * every untouched virtual host in common with the old one, by identity.
 */
export interface RouteTable {
  /** Version of this shape and of its JSON form. */
  readonly format: 1;
  /** Name of the profile it was compiled with. */
  readonly profile: string;
  /** The phases in which policies act on a request, in order. */
  readonly phases: readonly string[];
  readonly request: RequestRules;
  readonly gateway: GatewaySettings;
  readonly hosts: PersistentMap<VirtualHost>;
  /** Backend-scoped policies by `backendKey`. */
  readonly backends: PersistentMap<Policies>;
  readonly endpoints: EndpointTable;
}
