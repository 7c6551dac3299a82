import { addressSet, isAddress } from '../address/address-set.ts';

/** Where the client's address is read. The shape of `RequestRules.clientAddress`. */
export interface ClientAddressSource {
  /** Lower case. */
  readonly header: string;
  /** Canonical CIDRs of the peers that are believed. */
  readonly trusted: readonly string[];
}

/**
 * The client's address as the proxies in front tell it (ingress-nginx.md §5): from the end of the list back over the trusted ones to the first that is not;
 * the first of the list where all of them are. A list that cannot be read is not believed, nor is any from a peer that is not trusted.
 */
export function clientAddressOf(peer: string, list: string | undefined, { trusted }: ClientAddressSource): string {
  const known = addressSet(trusted);
  if (list === undefined || !known.has(peer)) return peer;
  const addresses = list.split(',').map((item) => item.trim());
  let client = peer;
  for (let index = addresses.length - 1; index >= 0; index--) {
    const address = addresses[index] as string;
    if (!isAddress(address)) return client;
    client = address;
    if (!known.has(address)) return client;
  }
  return client;
}
