import type { InactiveName } from '@ingresskit/annotations';
import { inactiveNames } from '../inactive-names.ts';

/** Removed from the controller in 1.12 (ingress-nginx.md §17). */
const removed: readonly InactiveName[] = [
  ...inactiveNames(['global-rate-limit'], {
    verdict: 'unsupported',
    restricts: true,
    instead: 'It was removed in 1.12. Use limit-rps or limit-rpm, which each replica counts for itself.',
  }),
  ...inactiveNames(['global-rate-limit-window', 'global-rate-limit-key', 'global-rate-limit-ignored-cidrs'], {
    verdict: 'unsupported',
    instead: 'It was removed in 1.12 together with global-rate-limit.',
  }),
];

/** Names of other gateways under the controller's prefix, and of tracing that it no longer has (ingress-nginx.md §17). */
const foreign: readonly InactiveName[] = [
  ...inactiveNames(['ssl-cipher'], { verdict: 'unsupported', instead: 'Use ssl-ciphers, in the language of OpenSSL.' }),
  ...inactiveNames(['enable-opentracing', 'opentracing-trust-incoming-span'], {
    verdict: 'unsupported',
    instead: 'It was removed. Use enable-opentelemetry and opentelemetry-trust-incoming-span.',
  }),
];

/** The names that the profile knows and that do not act in it. */
export const nginxInactive: readonly InactiveName[] = [...removed, ...foreign];
