import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';

/** Why an address may not be connected to, or nothing. */
export type AddressCheck = (address: string) => string | undefined;

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/** A destination that must not be connected to (A31). The message names neither address nor name: it may reach a tenant's log. */
export class ForbiddenAddressError extends Error {
  readonly code = 'external-auth/forbidden-address';

  constructor(problem: string) {
    super(`the destination ${problem}`);
    this.name = 'ForbiddenAddressError';
  }
}

/** Throws where a host is itself an address that is forbidden: such hosts are never looked up. */
export function checkHost(host: string, check: AddressCheck): void {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const problem = isIP(bare) === 0 ? undefined : check(bare);
  if (problem !== undefined) throw new ForbiddenAddressError(problem);
}

/**
 * A `lookup` for sockets that resolves once, refuses the name when one of its addresses is forbidden, and connects to what was checked: a name that answers
 * differently the next time changes nothing.
 */
export function checkedLookup(resolve: ResolveName, check: AddressCheck): LookupFunction {
  return (name, { all = false }, callback) => {
    resolve(name).then(
      (addresses) => {
        const problem = addresses.map(({ address }) => check(address)).find((one) => one !== undefined);
        const [first] = addresses;
        if (problem !== undefined) callback(new ForbiddenAddressError(problem), []);
        else if (first === undefined) callback(new Error('the name has no address'), []);
        else if (all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('the name could not be resolved'), []),
    );
  };
}
