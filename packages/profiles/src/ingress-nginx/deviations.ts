import type { Deviation } from '@ingresskit/annotations';

/** Where the profile departs from the controller on purpose (ingress-nginx.md §18). */
export const nginxDeviations: readonly Deviation[] = [];
