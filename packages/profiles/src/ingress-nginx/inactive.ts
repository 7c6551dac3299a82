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

/** The names that the profile knows and that do not act in it. */
export const nginxInactive: readonly InactiveName[] = [...removed];
