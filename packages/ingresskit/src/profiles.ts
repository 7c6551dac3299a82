import type { Profile } from '@ingresskit/annotations';
import { higress, ingressNginx, mse } from '@ingresskit/profiles';

export { type ConfiguredProfile, type ControllerFlags, ingressNginxWith } from '@ingresskit/profiles';

/** The built-in profiles by name. */
export interface BuiltInProfiles {
  readonly mse: Profile;
  readonly higress: Profile;
  readonly 'ingress-nginx': Profile;
}

/** The gateways that are modelled, by name. A profile of one's own is any of them with other members: `{ ...profiles.mse, name: 'acme', … }`. */
export const profiles: BuiltInProfiles & Readonly<Record<string, Profile | undefined>> = Object.freeze({
  mse,
  higress,
  'ingress-nginx': ingressNginx,
});
