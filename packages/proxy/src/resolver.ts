import { lookup } from 'node:dns/promises';
import { addressSet, isAddress } from '@ingresskit/annotations';

/** Finds the addresses of DNS names that tenants chose: ExternalName Services, mirrors, authentication services. */
export interface Resolver {
  resolve(name: string): Promise<readonly string[]>;
}

/** The name leads to an address that the gateway must not connect to. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';
}

/** Loopback, link-local with the metadata services of clouds, unspecified, multicast: what no tenant may reach through the gateway (reliability.md §2.5). */
const forbidden = addressSet([
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::/32',
  '100.100.100.200/32',
]);

/** The system's resolver. */
export function systemResolver(): Resolver {
  return {
    async resolve(name) {
      const found = await lookup(name, { all: true });
      return found.map(({ address }) => address);
    },
  };
}

/**
 * Resolves, then checks **every** address; connections go to the checked addresses, so a name cannot change between the check and the connection.
 *
 * @throws ForbiddenAddress when any address is one that must not be reached.
 */
export async function resolveChecked(
  name: string,
  resolver: Resolver,
  isAllowed: (address: string) => boolean,
): Promise<readonly string[]> {
  const addresses = isAddress(name) ? [name] : await resolver.resolve(name);
  for (const address of addresses) {
    if (forbidden.has(address) && !isAllowed(address))
      throw new ForbiddenAddress(`${name} leads to ${address}, which tenants may not reach`);
  }
  return addresses;
}
