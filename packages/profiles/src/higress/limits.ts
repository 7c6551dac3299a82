import type { Profile } from '@ingresskit/annotations';
import { twinLimits } from '../twin-limits.ts';

const passwords =
  'The twin itself asks nobody for a password since its version 2.0 and needs the basic-auth plugin for it; here the annotations act as they did before.';

/** What is missing or differs of annotations that act (higress.md §5, §12 to §14). */
export const higressLimits: NonNullable<Profile['limits']> = {
  ...twinLimits,
  destination: 'It gives backends to paths that name no Service; hosts of registries (.nacos, .consul, .dns, .static) are not looked up.',
  'auth-type': passwords,
  'auth-secret': passwords,
  'auth-secret-type': passwords,
  'auth-realm': passwords,
};
