import { addressSet, isAddress } from '../address/address-set.ts';
import type { Problem } from '../codec.ts';

interface Range {
  readonly cidrs: readonly string[];
  readonly what: string;
}

/** Where no request of a gateway may go on a tenant's word (RFC 6890, reliability.md §2.5). Metadata services stand before the ranges they lie in. */
const forbidden: readonly Range[] = [
  {
    cidrs: ['169.254.169.254/32', '169.254.170.2/32', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32', 'fd00:ec2::254/128'],
    what: 'the metadata service of a cloud',
  },
  { cidrs: ['127.0.0.0/8', '::1/128'], what: 'the gateway itself' },
  { cidrs: ['0.0.0.0/8', '::/128'], what: 'an unspecified address' },
  { cidrs: ['169.254.0.0/16', 'fe80::/10'], what: 'a link-local address' },
  { cidrs: ['224.0.0.0/4', 'ff00::/8'], what: 'a multicast address' },
  { cidrs: ['240.0.0.0/4'], what: 'a reserved address' },
  // Addresses that carry an IPv4 address inside: who translates them decides where they lead.
  { cidrs: ['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96'], what: 'an address of a translation or tunnel' },
  { cidrs: ['fec0::/10', '100::/64'], what: 'a reserved address' },
];

/** Networks that are reachable from inside only. */
const privateRanges: readonly string[] = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

export interface AddressOptions {
  /** Whether private networks, where Pods and Services live, may be reached. Default yes: authentication services usually run beside the gateway. */
  readonly privateNetworks?: boolean;
}

/**
 * Why a request may not go to an address, or nothing. For whoever resolves a name: ask about **every** address it gave, and connect to one that was asked
 * about. IPv4-mapped IPv6 addresses count as the IPv4 address in them.
 */
export function addressProblem(address: string, options: AddressOptions = {}): Problem | undefined {
  const { privateNetworks = true } = options;
  if (!isAddress(address)) return { message: 'is not an IP address', help: 'Write the address in full, four decimal numbers or IPv6.' };
  for (const { cidrs, what } of forbidden) {
    if (addressSet(cidrs).has(address)) return { message: `leads to ${what}`, help: 'Name a host that other machines can reach.' };
  }
  if (!privateNetworks && addressSet(privateRanges).has(address))
    return { message: 'leads to a private network', help: 'Name a public host.' };
  return undefined;
}
