import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';

/** Lists of addresses: the twin has an allow list for routes and no other (higress.md A.7, §16). */
const addresses: readonly InactiveName[] = [
  ...inactiveNames(['denylist-source-range'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Use whitelist-source-range, or the ip-restriction plugin for addresses that are to be refused.',
  }),
  ...inactiveNames(['blacklist-source-range'], {
    verdict: 'unsupported',
    dialect: 'mse',
    restricts: true,
    instead: 'Use whitelist-source-range, or the ip-restriction plugin for addresses that are to be refused.',
  }),
  ...inactiveNames(['domain-whitelist-source-range', 'domain-blacklist-source-range'], {
    verdict: 'unsupported',
    dialect: 'mse',
    restricts: true,
    instead: 'Use whitelist-source-range on every Ingress of the host, or the ip-restriction plugin.',
  }),
];

/** External authentication is a plugin's work on the twin. */
const external: readonly InactiveName[] = [
  ...inactiveNames(['auth-url'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Use the ext-auth plugin; without it every request gets in.',
  }),
  ...inactiveNames(
    [
      'auth-method',
      'auth-signin',
      'auth-signin-redirect-param',
      'auth-response-headers',
      'auth-request-redirect',
      'auth-always-set-cookie',
      'auth-proxy-set-headers',
      'auth-cache-key',
      'auth-cache-duration',
      'auth-keepalive',
      'auth-keepalive-requests',
      'auth-keepalive-share-vars',
      'auth-keepalive-timeout',
    ],
    { verdict: 'unlisted', instead: 'It tunes external authentication, which this gateway does by plugin only.' },
  ),
];

/** What filters requests otherwise. */
const filters: readonly InactiveName[] = [
  ...inactiveNames(['enable-modsecurity', 'enable-owasp-core-rules', 'modsecurity-snippet'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Use the waf plugin.',
  }),
  ...inactiveNames(['modsecurity-transaction-id'], { verdict: 'unlisted', instead: 'Use the waf plugin, which numbers requests itself.' }),
  ...inactiveNames(['auth-snippet'], {
    verdict: 'unsupported',
    restricts: true,
    instead: 'Put the authentication into a plugin.',
  }),
  ...inactiveNames(['proxy-body-size'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Limit bodies in the backend: the gateway streams them.',
  }),
];

/** Names that keep requests out elsewhere, or belong to one that does, and that the twin does not read. */
export const higressInactiveAccess: readonly InactiveName[] = [...addresses, ...external, ...filters];
