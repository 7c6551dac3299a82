import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';
import { unlistedNames, unreadNames } from '../unread-names.ts';
import { higressInactiveAccess } from './inactive-access.ts';
import { higressInactiveNginx } from './inactive-nginx.ts';

/** Limits, balancing, affinity, mirrors: the twin has route-limit-…, cookies by name, path and age, and mirrors of its own (higress.md A.9–A.15). */
const governance: readonly InactiveName[] = [
  // Declared in the source and read by nobody (higress.md A.10).
  ...inactiveNames(['affinity-mode', 'affinity-canary-behavior'], { verdict: 'no-effect' }),
  ...inactiveNames(['limit-rps', 'limit-rpm', 'limit-connections', 'global-rate-limit'], {
    verdict: 'unlisted',
    restricts: true,
    instead: 'Use higress.io/route-limit-rps or route-limit-rpm; limits of single clients need the key-rate-limit plugin.',
  }),
  ...inactiveNames(
    [
      'limit-burst-multiplier',
      'limit-allowlist',
      'limit-rate',
      'limit-rate-after',
      'global-rate-limit-window',
      'global-rate-limit-key',
      'global-rate-limit-ignored-cidrs',
    ],
    { verdict: 'unlisted', instead: 'Use higress.io/route-limit-rps and route-limit-burst-multiplier.' },
  ),
  ...inactiveNames(['upstream-hash-by-subset', 'upstream-hash-by-subset-size'], {
    verdict: 'unlisted',
    instead: 'Use upstream-hash-by alone.',
  }),
  ...inactiveNames(['mirror-target', 'mirror-request-body', 'mirror-host'], {
    verdict: 'unlisted',
    instead: 'Use higress.io/mirror-target-service or mirror-target-fqdn; the whole request is copied.',
  }),
  // The commercial product has them (higress.md §9, §16).
  ...inactiveNames(['rate-limit', 'concurrency-limit'], {
    verdict: 'unsupported',
    dialect: 'mse',
    restricts: true,
    instead: 'Use higress.io/route-limit-rps, which each replica counts for itself, or the cluster-key-rate-limit plugin.',
  }),
  ...inactiveNames(
    ['rate-limit', 'concurrency-limit'].flatMap((limit) =>
      ['custom-response-code', 'custom-response-body-type', 'custom-response-body', 'redirect-url'].map(
        (name) => `${limit}-fallback-${name}`,
      ),
    ),
    { verdict: 'unsupported', dialect: 'mse', instead: 'Remove it: the limit it belongs to does not exist here.' },
  ),
  ...inactiveNames(['warmup'], {
    verdict: 'unsupported',
    dialect: 'mse',
    instead: 'Warm pods up before they are ready, with a readiness probe.',
  }),
  ...inactiveNames(
    [
      'connection-policy-tcp-max-connection',
      'connection-policy-tcp-max-connection-per-endpoint',
      'connection-policy-http-max-request-per-connection',
    ],
    { verdict: 'unsupported', dialect: 'mse', instead: 'Connections are bounded for the whole gateway, in its chart.' },
  ),
];

/** Hosts and redirects: the twin never had these of ingress-nginx (higress.md §17). */
const hosts: readonly InactiveName[] = [
  ...inactiveNames(['server-alias', 'from-to-www-redirect'], {
    verdict: 'unlisted',
    instead: 'Write a rule, or an Ingress with permanent-redirect, for the other host.',
  }),
  ...inactiveNames(['x-forwarded-prefix'], {
    verdict: 'unlisted',
    instead: 'Use higress.io/request-header-control-update with "X-Forwarded-Prefix /prefix".',
  }),
  ...inactiveNames(['preserve-trailing-slash', 'relative-redirects', 'use-port-in-redirects'], {
    verdict: 'unlisted',
    instead: 'Remove it: redirects keep the final slash, and carry the host of the request.',
  }),
];

/** The names that the profile knows and that do not act in it. */
export const higressInactive: readonly InactiveName[] = [
  ...unreadNames('unlisted'),
  ...unlistedNames,
  ...governance,
  ...hosts,
  ...higressInactiveAccess,
  ...higressInactiveNginx,
];
