import type { Family } from '@ingresskit/annotations';
import { defineFamily, field } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { AddressPolicy } from './address-lists.ts';
import { addressPolicy, allowList, denyList, refuseByAddress } from './address-lists.ts';

/** What differs between gateways: lists that hold on every route without a list of that kind of its own. Canonical CIDRs. */
export interface IpAccessSettings {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

const settings: IpAccessSettings = {};

/**
 * Address lists of a route (mse.md §2.12). They replace the lists of its host; the gateway's own lists hold besides. Where an allow list and a deny
 * list meet, a client must be absent from the one and present in the other. The twin drops bad items and opens when none is left; here a list that
 * cannot be read in full closes the route.
 */
export const ipAccess: Family<'ip-access', AddressPolicy> = defineFamily({
  name: 'ip-access',
  title: 'Client addresses that may use a route',
  scope: 'route',
  phase: 'address',
  restricting: true,
  accessCheck: true,
  settings,
  fields: {
    allow: field('allowlist-source-range', allowList, {
      doc: 'Only these client addresses get in; the newer name of whitelist-source-range.',
      example: '10.0.0.0/8, 2001:db8::/32',
      badExample: '10.0.0.0/33',
      risk: 'Medium',
    }),
    whitelist: field('whitelist-source-range', allowList, {
      doc: 'Only these client addresses get in.',
      example: '10.0.0.0/8, 2001:db8::/32',
      badExample: '10.0.0.0/33',
      risk: 'Medium',
    }),
    deny: field('denylist-source-range', denyList, {
      doc: 'These client addresses are refused.',
      example: '203.0.113.0/24',
      badExample: '*',
      risk: 'Medium',
      since: '1.2.31',
    }),
    blacklist: field('blacklist-source-range', denyList, {
      doc: 'These client addresses are refused, unless denylist-source-range is set.',
      example: '203.0.113.0/24',
      badExample: '*',
      dialect: 'mse',
      risk: 'Medium',
    }),
  },
  diagnostics: defineDiagnostics('ip-access', {
    'list-hidden': {
      severity: 'warning',
      consequence: 'field-ignored',
      title: 'Two annotations name the same kind of list',
      doc: 'denylist-source-range beats blacklist-source-range, and allowlist-source-range beats whitelist-source-range. The entries of the other list are not added. Move them into the list that acts.',
    },
  }),
  resolvesWhenAbsent: ({ allow, deny }) => allow !== undefined || deny !== undefined,
  resolve({ allow, whitelist, deny, blacklist }, context) {
    const hide = (hidden: string, hiddenKey: string, winner: string): void =>
      context.report('list-hidden', {
        field: hidden,
        message: `${winner} is set too and acts alone; the entries of ${hiddenKey} have no effect.`,
        help: `Move the entries into ${winner}.`,
      });
    if (allow !== undefined && whitelist !== undefined) hide('whitelist', 'whitelist-source-range', 'allowlist-source-range');
    if (deny !== undefined && blacklist !== undefined) hide('blacklist', 'blacklist-source-range', 'denylist-source-range');
    return addressPolicy(allow ?? whitelist ?? context.settings.allow, deny ?? blacklist ?? context.settings.deny);
  },
  request: refuseByAddress,
});
