import type { InactiveName } from '@ingresskit/annotations';

/** The names that the profile knows and that do not act in it. */
export const higressInactive: readonly InactiveName[] = [];
