import { BoundedMap } from '@ingresskit/resources';
import type { Family } from './family.ts';
import type { Dialect, Field } from './field.ts';
import { phases as allPhases } from './phases.ts';
import type { InactiveName, Profile } from './profile.ts';
import type { Reading } from './read.ts';

/** One way to spell one field: which family reads it, and with what precedence among the spellings. */
export interface Spelling {
  readonly family: Family;
  /** Position of the family in the catalog. */
  readonly order: number;
  readonly fieldName: string;
  readonly field: Field<unknown>;
  /** Lower wins: names before aliases, then the profile's prefix order. */
  readonly rank: number;
}

/** Everything a profile knows about annotation keys, indexed by the full key. */
export interface Registry {
  readonly profile: Profile;
  readonly spellings: ReadonlyMap<string, Spelling>;
  /** Spellings with a free part, by the text before it. */
  readonly freeSpellings: ReadonlyMap<string, Spelling>;
  readonly inactive: ReadonlyMap<string, InactiveName>;
  /** Full keys that exist under other prefixes only, with the keys that would act. */
  readonly wrongPrefix: ReadonlyMap<string, { readonly instead: readonly string[]; readonly restricts: boolean }>;
  /** What looks into values that do not act, by `dialect name`. */
  readonly digests: ReadonlyMap<string, NonNullable<Field<unknown>['digest']>>;
  /** Families whose policy exists without any annotation. */
  readonly always: readonly Family[];
  /** Each family's settings: its own defaults under the profile's values. */
  readonly settings: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Each family's field values when nothing is present. */
  readonly defaults: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Catalog position by family name. */
  readonly order: ReadonlyMap<string, number>;
  /** Names without prefix by prefix, for hints. */
  readonly namesByPrefix: ReadonlyMap<string, readonly string[]>;
  /** Readings of late that follow from their annotations alone, by the text of these. */
  readonly readings: BoundedMap<Reading>;
}

const registries = new WeakMap<Profile, Registry>();
const aliasRank = 1000;
const rememberedReadings = 2048;

/**
 * The registry of a profile, built once.
 *
 * @throws TypeError when the profile contradicts itself: two families of one name, two fields with one key, settings for a family it does not
 * have, a phase missing or twice. Profiles are code, so this is a programmer's mistake.
 */
export function registryOf(profile: Profile): Registry {
  const known = registries.get(profile);
  if (known !== undefined) return known;
  const registry = build(profile);
  registries.set(profile, registry);
  return registry;
}

function build(profile: Profile): Registry {
  checkProfile(profile);
  const spellings = new Map<string, Spelling>();
  const freeSpellings = new Map<string, Spelling>();
  const inactive = new Map<string, InactiveName>();
  const inactiveNames = new Set(profile.inactive.map((entry) => `${entry.dialect} ${entry.name}`));
  const inactiveAliases = new Map<string, readonly string[]>();
  const settings = new Map<string, Readonly<Record<string, unknown>>>();
  const defaults = new Map<string, Readonly<Record<string, unknown>>>();
  const order = new Map<string, number>();
  const digests = new Map<string, NonNullable<Field<unknown>['digest']>>();
  const fields: { family: Family; fieldName: string; field: Field<unknown>; catalogOrder: number }[] = [];

  profile.families.forEach((family, catalogOrder) => {
    order.set(family.name, catalogOrder);
    settings.set(family.name, Object.freeze({ ...family.settings, ...profile.settings[family.name] }));
    const values: Record<string, unknown> = {};
    for (const [fieldName, field] of Object.entries(family.fields)) {
      values[fieldName] = field.default;
      if (field.digest !== undefined) digests.set(`${field.dialect} ${field.key}`, field.digest);
      const id = `${field.dialect} ${field.key}`;
      if (!inactiveNames.has(id)) fields.push({ family, fieldName, field, catalogOrder });
      else if (field.aliases !== undefined) inactiveAliases.set(id, field.aliases);
    }
    defaults.set(family.name, Object.freeze(values));
  });

  for (const { family, fieldName, field, catalogOrder } of fields) {
    const add = (key: string, rank: number): void => {
      const free = field.freeAfter === undefined ? undefined : key.slice(0, key.length - field.key.length + field.freeAfter.length);
      const taken = free === undefined ? spellings.get(key) : freeSpellings.get(free);
      if (taken !== undefined) throw new TypeError(`annotation "${key}" is claimed by "${taken.family.name}" and by "${family.name}"`);
      const spelling: Spelling = { family, order: catalogOrder, fieldName, field, rank };
      if (free === undefined) spellings.set(key, spelling);
      else freeSpellings.set(free, spelling);
    };
    const names = [field.key, ...(field.aliases ?? [])];
    names.forEach((name, nameIndex) => {
      if (field.dialect === 'own') add(name, nameIndex * aliasRank);
      profile.prefixes.forEach(({ prefix, dialects }, prefixIndex) => {
        if (dialects.includes(dialectOf(field, profile))) add(prefix + name, nameIndex * aliasRank + prefixIndex);
      });
    });
  }
  for (const entry of profile.inactive) {
    for (const { prefix, dialects } of profile.prefixes) {
      // Under a prefix of no dialect nothing acts, and what would not act elsewhere either is still named for what it is.
      const isKnown = dialects.length === 0 || dialects.includes(entry.dialect);
      if (!isKnown) continue;
      for (const name of [entry.name, ...(inactiveAliases.get(`${entry.dialect} ${entry.name}`) ?? [])]) {
        if (!spellings.has(prefix + name)) inactive.set(prefix + name, entry);
      }
    }
  }
  return {
    profile,
    spellings,
    freeSpellings,
    inactive,
    digests,
    wrongPrefix: wrongPrefixes(profile, fields, spellings, inactive),
    always: profile.families.filter((family) => family.resolvesWhenAbsent?.(settings.get(family.name) ?? {}) === true),
    settings,
    defaults,
    order,
    readings: new BoundedMap(rememberedReadings),
    namesByPrefix: new Map(
      profile.prefixes.map(({ prefix }) => [
        prefix,
        [...spellings.keys(), ...inactive.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)),
      ]),
    ),
  };
}

/** The dialect whose prefixes a field is read under on a gateway. */
export function dialectOf({ key, dialect }: Pick<Field<unknown>, 'key' | 'dialect'>, { dialects = {} }: Profile): Dialect {
  return Object.hasOwn(dialects, key) ? (dialects[key] ?? dialect) : dialect;
}

function checkProfile(profile: Profile): void {
  const names = new Set<string>();
  for (const family of profile.families) {
    if (names.has(family.name)) throw new TypeError(`profile "${profile.name}" has two families named "${family.name}"`);
    names.add(family.name);
  }
  for (const name of Object.keys(profile.settings)) {
    if (!names.has(name)) throw new TypeError(`profile "${profile.name}" has settings for "${name}", which is not one of its families`);
  }
  const sorted = [...profile.phases].sort();
  if (sorted.join() !== [...allPhases].sort().join()) throw new TypeError(`profile "${profile.name}" must order every phase exactly once`);
}

function wrongPrefixes(
  profile: Profile,
  fields: readonly { readonly family: Family; readonly field: Field<unknown> }[],
  spellings: ReadonlyMap<string, Spelling>,
  inactive: ReadonlyMap<string, InactiveName>,
): Registry['wrongPrefix'] {
  const wrong = new Map<string, { instead: readonly string[]; restricts: boolean }>();
  for (const { family, field } of fields) {
    if (field.dialect === 'own') continue;
    const dialect = dialectOf(field, profile);
    const instead = profile.prefixes.filter(({ dialects }) => dialects.includes(dialect)).map(({ prefix }) => prefix + field.key);
    for (const { prefix } of profile.prefixes) {
      const key = prefix + field.key;
      if (!spellings.has(key) && !inactive.has(key)) wrong.set(key, { instead, restricts: family.restricting });
    }
  }
  return wrong;
}

/** How a profile reads a full key: the spelling of exactly this key, or of the longest name with a free part that it begins with. */
export function spellingOf({ spellings, freeSpellings }: Registry, key: string): Spelling | undefined {
  const spelling = spellings.get(key);
  if (spelling !== undefined || freeSpellings.size === 0) return spelling;
  let longest = '';
  for (const before of freeSpellings.keys()) {
    if (before.length > longest.length && key.length > before.length && key.startsWith(before)) longest = before;
  }
  return freeSpellings.get(longest);
}

/**
 * A catalog with a family put in: relative to another by name, or at the end. Data in, data out.
 *
 * @throws TypeError for an unknown anchor or a name that is already there.
 */
export function insert(
  families: readonly Family[],
  family: Family,
  place: { readonly after?: string; readonly before?: string } = {},
): readonly Family[] {
  if (families.some(({ name }) => name === family.name)) throw new TypeError(`there already is a family named "${family.name}"`);
  const anchor = place.after ?? place.before;
  if (anchor === undefined) return [...families, family];
  const index = families.findIndex(({ name }) => name === anchor);
  if (index < 0) throw new TypeError(`no family is named "${anchor}"`);
  const at = place.after === undefined ? index : index + 1;
  return [...families.slice(0, at), family, ...families.slice(at)];
}
