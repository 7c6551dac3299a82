import type { Deviation } from '@ingresskit/annotations';

/** Where the profile departs from the twin on purpose. */
export const higressDeviations: readonly Deviation[] = [];
