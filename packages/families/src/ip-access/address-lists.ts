import type { Codec, Exchange, Outcome } from '@ingresskit/annotations';
import { addressSet, cidrList, isAddress, parsed } from '@ingresskit/annotations';

/** Who may send requests, by client address. Entries are canonical CIDRs. */
export interface AddressPolicy {
  /** Absent: everybody whom `deny` does not name. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

const everyAddress: readonly string[] = ['0.0.0.0/0', '::/0'];
const strictList = cidrList({ strict: true });

/** Addresses that are refused. A bad item makes the whole list invalid: leaving it out would let somebody in. */
export const denyList: Codec<readonly string[]> = strictList;

/**
 * Addresses that may pass. A lone `*` is everybody, as on the twin (higress.md A.7); beside addresses it would undo them without a trace, so there it
 * counts as a bad item, and a bad item makes the whole list invalid.
 */
export const allowList: Codec<readonly string[]> = {
  ...strictList,
  grammar: `${strictList.grammar}, or a lone *`,
  parse: (text) => (text.trim() === '*' ? parsed(everyAddress) : strictList.parse(text)),
};

/** The lists as a policy without empty members. */
export function addressPolicy(allow: readonly string[] | undefined, deny: readonly string[] | undefined): AddressPolicy {
  return { ...(allow === undefined ? {} : { allow }), ...(deny === undefined ? {} : { deny }) };
}

/** 403 for a client that is denied, is not allowed, or has no readable address. Deny comes first: of two lists that name a client, it wins. */
export function refuseByAddress({ allow, deny }: AddressPolicy, exchange: Exchange): Outcome | undefined {
  const { clientAddress } = exchange.request;
  const why = !isAddress(clientAddress)
    ? 'the client has no readable address'
    : deny !== undefined && addressSet(deny).has(clientAddress)
      ? `${clientAddress} is on the deny list`
      : allow !== undefined && !addressSet(allow).has(clientAddress)
        ? `${clientAddress} is not on the allow list`
        : undefined;
  if (why === undefined) {
    // A client that no list names is let in by nobody: where one check is enough, a lone deny list says nothing for it.
    if (allow !== undefined) exchange.grantAccess();
    return undefined;
  }
  exchange.note(why);
  return { kind: 'respond', status: 403, body: '', reason: 'ip-access' };
}
