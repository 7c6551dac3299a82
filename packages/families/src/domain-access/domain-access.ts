import type { Family } from '@ingresskit/annotations';
import { defineFamily, field } from '@ingresskit/annotations';
import type { AddressPolicy } from '../ip-access/address-lists.ts';
import { addressPolicy, allowList, denyList, refuseByAddress } from '../ip-access/address-lists.ts';
import { ipAccess } from '../ip-access/ip-access.ts';

/**
 * Address lists of a host (mse.md §2.12): they hold for every route of the host, whichever Ingress it comes from, except routes with lists of
 * their own. The oldest Ingress of the host that has any decides.
 */
export const domainAccess: Family<'domain-access', AddressPolicy> = defineFamily({
  name: 'domain-access',
  title: 'Client addresses that may use a host',
  scope: 'host',
  phase: 'address',
  restricting: true,
  winner: 'oldest',
  fields: {
    allow: field('domain-whitelist-source-range', allowList, {
      doc: 'Only these client addresses get in, on every route of the hosts.',
      example: '10.0.0.0/8, 2001:db8::/32',
      badExample: '10.0.0.0/33',
      dialect: 'mse',
      risk: 'Medium',
    }),
    deny: field('domain-blacklist-source-range', denyList, {
      doc: 'These client addresses are refused, on every route of the hosts.',
      example: '203.0.113.0/24',
      badExample: '*',
      dialect: 'mse',
      risk: 'Medium',
    }),
  },
  resolve: ({ allow, deny }) => addressPolicy(allow, deny),
  request(policy, exchange) {
    if (exchange.policy(ipAccess) === undefined) return refuseByAddress(policy, exchange);
    exchange.note('the route has address lists of its own, which replace those of the host');
    return undefined;
  },
});
