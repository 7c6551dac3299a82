import type { Profile } from '@ingresskit/annotations';
import { createMatcher, type Matcher } from '@ingresskit/matcher';
import type { RouteTable } from '@ingresskit/route-table';
import { profiles } from 'ingresskit';
import { HandshakePolicies } from './tls/handshake-policy.ts';

/** What tables of one profile are served with. */
export interface ProfileSetup {
  readonly matcher: Matcher;
  readonly policies: HandshakePolicies;
}

/** One setup for each profile: tables come and go, and what was prepared for their profile stays. */
export class ProfileSetups {
  readonly #given: Profile | undefined;
  readonly #setups = new Map<Profile, ProfileSetup>();

  /** @param given the profile of all tables; without it each table names a built-in one. */
  constructor(given: Profile | undefined) {
    this.#given = given;
  }

  /** @throws TypeError for a table of a profile that nobody gave. */
  setupFor(table: RouteTable): ProfileSetup {
    const profile = this.#given ?? (Object.hasOwn(profiles, table.profile) ? profiles[table.profile] : undefined);
    if (profile === undefined) throw new TypeError(`the profile "${table.profile}" of the table is not built in; give it in the options`);
    let setup = this.#setups.get(profile);
    if (setup === undefined) {
      setup = { matcher: createMatcher(profile), policies: new HandshakePolicies(profile) };
      this.#setups.set(profile, setup);
    }
    return setup;
  }
}
