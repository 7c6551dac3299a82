import { type Family, type Profile, registryOf } from '@ingresskit/annotations';
import fc from 'fast-check';
import { oddValues, oneOf } from './names.ts';

/** Keys under which a profile reads each field of a family. */
export interface FamilyKeys {
  readonly family: Family;
  readonly fields: readonly { readonly keys: readonly string[]; readonly example: string; readonly badExample: string | undefined }[];
}

/** Every family that acts under a profile, with the keys of its fields. */
export function familyKeys(profile: Profile): readonly FamilyKeys[] {
  const { spellings } = registryOf(profile);
  const byField = new Map<Family, Map<string, string[]>>();
  for (const [key, { family, fieldName }] of spellings) {
    const fields = byField.get(family) ?? new Map<string, string[]>();
    byField.set(family, fields);
    fields.set(fieldName, [...(fields.get(fieldName) ?? []), key]);
  }
  return [...byField].map(([family, fields]) => ({
    family,
    fields: [...fields].map(([name, keys]) => {
      const { example, badExample } = family.fields[name] as { example: string; badExample?: string };
      return { keys, example, badExample };
    }),
  }));
}

// Examples name Secrets, headers and users that need not be there; these are, and make policies meet requests.
const wellAimed: Readonly<Record<string, readonly string[]>> = {
  'auth-secret': ['users', 'map-users', 'missing', 'web/users'],
  'auth-type': ['basic'],
  canary: ['true'],
  'canary-weight': ['0', '30', '100'],
  'canary-by-header': ['x-stage'],
  'canary-by-cookie': ['stage'],
  'enable-cors': ['true'],
  'default-backend': ['b', 'external', 'missing'],
  destination: ['80% a.default.svc.cluster.local:80\n20% b.default.svc.cluster.local:80', 'b.web.svc.cluster.local:80'],
  'rewrite-target': ['/new', '/$1', '/$2', '/../$1'],
  'use-regex': ['true'],
  'whitelist-source-range': ['10.0.0.0/8', '127.0.0.1'],
  'app-root': ['/home'],
};

function fieldValue({ keys, example, badExample }: FamilyKeys['fields'][number]): fc.Arbitrary<string> {
  const aimed = keys.flatMap((key) => wellAimed[key.slice(key.indexOf('/') + 1)] ?? []);
  const good = aimed.length === 0 ? [example] : [example, ...aimed, ...aimed];
  return fc.oneof(
    { weight: 8, arbitrary: oneOf(good) },
    { weight: 1, arbitrary: oneOf(badExample === undefined ? [example] : [badExample]) },
    { weight: 1, arbitrary: oneOf(oddValues) },
  );
}

function familyAnnotations({ fields }: FamilyKeys): fc.Arbitrary<Record<string, string>> {
  const entry = fields.map((field) => fc.tuple(fc.integer({ min: 0, max: 4 }), oneOf(field.keys), fieldValue(field)));
  // Most fields of a family that is there at all are there: single ones seldom amount to a policy.
  return fc.tuple(...entry).map((entries) => Object.fromEntries(entries.flatMap(([luck, key, value]) => (luck < 3 ? [[key, value]] : []))));
}

/** Annotations of an Ingress: those of a few families, and now and then an inactive, unknown, or foreign one. */
export function annotations(profile: Profile): fc.Arbitrary<Readonly<Record<string, string>>> {
  const families = familyKeys(profile);
  const inactive = [...registryOf(profile).inactive.keys()];
  const others = [
    ...inactive.slice(0, 40),
    ...profile.prefixes.map(({ prefix }) => `${prefix}cors-max-agee`),
    ...profile.prefixes.map(({ prefix }) => prefix),
    'kubernetes.io/ingress.class',
    'example.com/unrelated',
    '__proto__',
    'constructor',
  ];
  const some = fc.array(oneOf(families).chain(familyAnnotations), { maxLength: 3 });
  const rest = fc.array(fc.tuple(oneOf(others), oneOf(['true', 'mse', 'nginx', ...oddValues])), { maxLength: 1 });
  return fc.tuple(some, rest).map(([parts, odd]) => fromEntries([...parts.flatMap((part) => Object.entries(part)), ...odd]));
}

/** Like `Object.fromEntries`, which also keeps `__proto__` as a key. */
function fromEntries(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries);
}
