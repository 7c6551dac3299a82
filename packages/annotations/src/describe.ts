import type { Family } from './family.ts';
import type { Dialect, Field, OnInvalid, Risk } from './field.ts';
import type { InactiveName, InactiveVerdict, Profile } from './profile.ts';
import { dialectOf } from './registry.ts';

/**
 * What a gateway does with an annotation:
 * - `acts`: as documented;
 * - `acts-with-limit`: it acts, and a part of what it does elsewhere is missing or differs;
 * - an inactive verdict: known, and without effect, for the reason that the verdict names;
 * - `unknown`: the gateway never heard of it.
 */
export type AnnotationVerdict = 'acts' | 'acts-with-limit' | InactiveVerdict | 'unknown';

/** One annotation name on one gateway. */
export interface AnnotationOnProfile {
  readonly verdict: AnnotationVerdict;
  /** Full keys it is read under, in order of precedence; those that would act elsewhere are not listed. */
  readonly keys: readonly string[];
  /** What is missing or differs, for `acts-with-limit`. */
  readonly limit?: string;
  /** What to use instead, for names that do not act. */
  readonly instead?: string;
  /** Stands in when the annotation is absent; as text. */
  readonly default?: string;
  /** What an invalid value does. */
  readonly onInvalid?: OnInvalid;
}

/** One annotation name on every gateway: the row that tables, pages and editors are made from. */
export interface AnnotationDescription {
  /** Without prefix; with it for a third party's own key. */
  readonly name: string;
  readonly dialect: Dialect;
  /** The family it belongs to; absent for names that act nowhere. */
  readonly family?: string;
  readonly doc?: string;
  readonly aliases: readonly string[];
  /** The value's grammar, in words. */
  readonly grammar?: string;
  readonly example?: string;
  readonly badExample?: string;
  readonly scope?: 'ingress' | 'host' | 'service';
  readonly risk?: Risk;
  readonly since?: string;
  /** Whether its users rely on it to keep requests out. */
  readonly restricting: boolean;
  /** By profile name. */
  readonly profiles: Readonly<Record<string, AnnotationOnProfile>>;
}

interface Known {
  readonly name: string;
  readonly dialect: Dialect;
  family?: Family;
  field?: Field<unknown>;
  restricts: boolean;
}

/** Every annotation that any of the profiles knows, sorted by name and dialect, with what each profile does with it. */
export function describeAnnotations(profiles: readonly Profile[]): readonly AnnotationDescription[] {
  const known = new Map<string, Known>();
  const entryOf = (name: string, dialect: Dialect): Known => {
    const id = `${name} ${dialect}`;
    let entry = known.get(id);
    if (entry === undefined) known.set(id, (entry = { name, dialect, restricts: false }));
    return entry;
  };
  for (const profile of profiles) {
    for (const family of profile.families) {
      for (const field of Object.values(family.fields))
        Object.assign(entryOf(field.key, field.dialect), { family, field, restricts: family.restricting });
    }
    for (const { name, dialect, restricts = false } of profile.inactive) if (restricts) entryOf(name, dialect).restricts = true;
    for (const { name, dialect } of profile.inactive) entryOf(name, dialect);
  }
  return [...known.values()]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.dialect < b.dialect ? -1 : 1))
    .map((entry) => describe(entry, profiles));
}

function describe({ name, dialect, family, field, restricts }: Known, profiles: readonly Profile[]): AnnotationDescription {
  const scopes = { route: 'ingress', host: 'host', backend: 'service' } as const;
  return {
    name,
    dialect,
    aliases: field?.aliases ?? [],
    restricting: restricts,
    ...(family === undefined ? {} : { family: family.name, scope: field?.scope ?? scopes[family.scope] }),
    ...(field === undefined ? {} : { doc: field.doc, grammar: field.codec.grammar, example: field.example }),
    ...(field?.badExample === undefined ? {} : { badExample: field.badExample }),
    ...(field?.risk === undefined ? {} : { risk: field.risk }),
    ...(field?.since === undefined ? {} : { since: field.since }),
    profiles: Object.fromEntries(profiles.map((profile) => [profile.name, onProfile(name, dialect, profile)])),
  };
}

function onProfile(name: string, dialect: Dialect, profile: Profile): AnnotationOnProfile {
  const spelt = dialectOf({ key: name, dialect }, profile);
  const keys =
    dialect === 'own' ? [name] : profile.prefixes.filter(({ dialects }) => dialects.includes(spelt)).map(({ prefix }) => prefix + name);
  const inactive = profile.inactive.find((entry) => entry.name === name && entry.dialect === dialect);
  if (inactive !== undefined) return whenInactive(inactive, keys);
  for (const family of profile.families) {
    for (const field of Object.values(family.fields)) {
      if (field.key !== name || field.dialect !== dialect) continue;
      if (keys.length === 0) return { verdict: 'unknown', keys };
      const limit = profile.limits?.[name];
      const fallback = field.default === undefined ? undefined : textOf(field.default);
      return {
        verdict: limit === undefined ? 'acts' : 'acts-with-limit',
        keys,
        ...(limit === undefined ? {} : { limit }),
        ...(fallback === undefined ? {} : { default: fallback }),
        onInvalid: onInvalidOf(family, field, profile),
      };
    }
  }
  return { verdict: 'unknown', keys: [] };
}

function whenInactive({ verdict, instead }: InactiveName, keys: readonly string[]): AnnotationOnProfile {
  return { verdict, keys, ...(instead === undefined ? {} : { instead }) };
}

/** What an invalid value of a field does on a gateway: the profile's word, else the field's, and never an opening for a gate. */
export function onInvalidOf({ restricting, scope }: Family, field: Field<unknown>, profile: Profile): OnInvalid {
  const declared = profile.onInvalid[field.key] ?? field.onInvalid;
  const closes = declared === 'deny-route' || declared === 'deny-host' || declared === 'reject-ingress';
  if (restricting && !closes) {
    const mayFallBack = field.tunes === true && profile.onInvalid[field.key] !== undefined;
    return mayFallBack ? (profile.onInvalid[field.key] as OnInvalid) : scope === 'host' ? 'deny-host' : 'deny-route';
  }
  return declared ?? (field.default === undefined ? 'ignore-field' : 'default');
}

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
