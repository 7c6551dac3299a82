import { lookup } from 'node:dns/promises';
import { isAddress } from '@ingresskit/annotations';
import { addressProblem } from '@ingresskit/families';

/** Finds the addresses of DNS names that tenants chose: ExternalName Services, mirrors, authentication services. */
export interface Resolver {
  resolve(name: string): Promise<readonly string[]>;
}

/** The name leads to an address that the gateway must not connect to. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
  readonly code = 'FORBIDDEN_ADDRESS';
}

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
    const problem = isAllowed(address) ? undefined : addressProblem(address);
    if (problem !== undefined) throw new ForbiddenAddress(`${name} ${problem.message}`);
  }
  return addresses;
}
