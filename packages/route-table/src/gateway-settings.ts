import type { ObjectRef } from '@ingresskit/resources';

/** What holds for every request of the gateway, whatever the host: read from MseIngressConfig or from the profile. */
export interface GatewaySettings {
  /** The gateway objects these settings come from. */
  readonly sources: readonly ObjectRef[];
  /** Gateway-level address lists. A request must pass every one of them. */
  readonly addressLists: readonly GatewayAddressList[];
  /** Set when a gateway-level gate could not be read: every request is refused. */
  readonly denied?: { readonly code: string; readonly source: ObjectRef };
}

/** Gateway-level allow and deny list (mse.md §2.12). Entries are canonical CIDRs. */
export interface GatewayAddressList {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly source: ObjectRef;
}

/** How the gateway reads a request before matching, and how it picks a host: fixed by the profile. */
export interface RequestRules {
  /** The path policy of reliability.md §2.4. */
  readonly pathNormalization: 'base' | 'hardened' | 'nginx';
  /** `any`: `*.example.com` covers any number of labels. `single`: exactly one. */
  readonly wildcardDepth: 'any' | 'single';
  /** Whether a host without a matching route hands over to the next wider host. */
  readonly hostFallback: boolean;
  /** Whether a request without the trailing slash of a prefix or exact route is redirected to it (ingress-nginx). */
  readonly trailingSlashRedirect: boolean;
  /** `forward-canonical` sends the canonical path upstream; `forward-raw` sends the client's text (ingress-nginx without rewrite). */
  readonly forwardPath: 'canonical' | 'raw';
  /** Who the client is, where something in front of the gateway says so. Absent: the TCP peer. */
  readonly clientAddress?: ClientAddressRules;
  /** What a host answers whose host-level gate could not be built. Default 503, as for routes. */
  readonly closedHostStatus?: 403 | 503;
}

/** How a client's address is read from a header that proxies write (ingress-nginx.md §5). */
export interface ClientAddressRules {
  /** Lower case; its value is a list of addresses, nearest last. */
  readonly header: string;
  /** Canonical CIDRs of the peers that are believed, and passed over in the list. */
  readonly trusted: readonly string[];
}
