import type { Endpoint as TableEndpoint } from '@ingresskit/route-table';

/** One address that can receive requests, as the data plane sees it: every endpoint of a route table is one. */
export interface Endpoint extends TableEndpoint {
  /** The name of the pod behind it, when known; only for logs. */
  readonly name?: string;
  /** Its share among the others before warm-up. Default 1; one that is not above 0 gets no request while another endpoint has a share. */
  readonly weight?: number;
}

/** Names an endpoint in maps, metrics and logs: `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function endpointKey({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
