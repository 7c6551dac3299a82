import type { Diagnostic, Ingress } from '@ingresskit/resources';
import type { Problem } from './codec.ts';
import { onInvalidOf } from './describe.ts';
import type { Family } from './family.ts';
import type { Found } from './read-reports.ts';
import { blankGivesWay, invalidValue, partlyInvalid, reportInactive, reportLoser } from './read-reports.ts';
import type { Registry } from './registry.ts';
import { spellingOf } from './registry.ts';

/** The annotations of one family on one Ingress, as typed values. */
export interface Reading {
  readonly family: Family;
  readonly values: Readonly<Record<string, unknown>>;
  /** The annotation key each present field was read from, by field name. */
  readonly keys: Readonly<Record<string, string>>;
  /** Every key of the family that is present, also those that lost against another spelling. */
  readonly allKeys: readonly string[];
  /** The worst outcome among its invalid values, when it is worse than a default. */
  readonly outcome: 'ignore-family' | 'deny-route' | 'deny-host' | 'reject-ingress' | undefined;
  /** The diagnostic behind `outcome`. */
  readonly cause: Diagnostic | undefined;
  /** Present where Ingresses with these very annotations share the reading: with the policy, once it is known to be the same for all of them. */
  readonly shared?: { policy: unknown };
}

/**
 * Reads the annotations of an Ingress, one family at a time, in catalog order. Every key under a known prefix is consumed or reported.
 * `unenforced` receives the diagnostics of access restrictions that do not act here.
 */
export function readAnnotations(ingress: Ingress, registry: Registry, diagnostics: Diagnostic[], unenforced: Diagnostic[] = []): Reading[] {
  const annotations = ingress.metadata.annotations;
  const found: Found[] = [];
  if (annotations !== undefined) {
    for (const key of Object.keys(annotations)) {
      const text = annotations[key];
      if (text === undefined) continue;
      const spelling = spellingOf(registry, key);
      if (spelling !== undefined) found.push({ spelling, key, text });
      else reportInactive(ingress, key, registry, diagnostics, unenforced);
    }
  }
  if (found.length > 1) found.sort(byFamilyAndField);
  const readings: Reading[] = [];
  for (let start = 0; start < found.length; ) {
    const family = (found[start] as Found).spelling.family;
    let end = start + 1;
    while (end < found.length && found[end]?.spelling.family === family) end++;
    readings.push(sharedReading(ingress, family, found, start, end, registry, diagnostics));
    start = end;
  }
  for (const family of registry.always) {
    if (!readings.some((reading) => reading.family === family)) readings.push(absentReading(family, registry));
  }
  if (registry.always.length > 0)
    readings.sort((a, b) => (registry.order.get(a.family.name) ?? 0) - (registry.order.get(b.family.name) ?? 0));
  return readings;
}

function absentReading(family: Family, registry: Registry): Reading {
  const known = registry.readings.get(family.name);
  if (known !== undefined) return known;
  const values = registry.defaults.get(family.name) ?? {};
  const reading = { family, values, keys: {}, allKeys: [], outcome: undefined, cause: undefined, shared: { policy: undefined } };
  registry.readings.set(family.name, reading);
  return reading;
}

/** The most text of one family that is worth remembering. */
const maxSharedLength = 2048;

/** The reading of a family; the same one for equal annotations, of which clusters are full, as long as there is nothing to report about them. */
function sharedReading(
  ingress: Ingress,
  family: Family,
  found: readonly Found[],
  start: number,
  end: number,
  registry: Registry,
  diagnostics: Diagnostic[],
): Reading {
  let text = '';
  for (let index = start; index < end; index++) {
    const { key, text: value, spelling } = found[index] as Found;
    if (spelling.field.codec.sensitive === true || value.length > maxSharedLength)
      return readFamily(ingress, family, found, start, end, registry, diagnostics);
    // With their lengths, so that no two lists of pairs make one text.
    text += `${key.length} ${value.length} ${key}${value}`;
  }
  const known = registry.readings.get(text);
  if (known !== undefined) return known;
  const reported = diagnostics.length;
  const reading = readFamily(ingress, family, found, start, end, registry, diagnostics);
  if (diagnostics.length > reported) return reading;
  const shared = { ...reading, shared: { policy: undefined } };
  registry.readings.set(text, shared);
  return shared;
}

function byFamilyAndField(a: Found, b: Found): number {
  return (
    a.spelling.order - b.spelling.order ||
    (a.spelling.fieldName < b.spelling.fieldName ? -1 : a.spelling.fieldName > b.spelling.fieldName ? 1 : 0) ||
    a.spelling.rank - b.spelling.rank
  );
}

const severityOfOutcome = {
  default: 0,
  'ignore-field': 0,
  'ignore-family': 1,
  'deny-route': 2,
  'deny-host': 3,
  'reject-ingress': 4,
} as const;

function readFamily(
  ingress: Ingress,
  family: Family,
  found: readonly Found[],
  start: number,
  end: number,
  registry: Registry,
  diagnostics: Diagnostic[],
): Reading {
  const values: Record<string, unknown> = { ...registry.defaults.get(family.name) };
  const keys: Record<string, string> = {};
  const allKeys = Object.freeze(Array.from({ length: end - start }, (_, index) => (found[start + index] as Found).key));
  let outcome: Reading['outcome'];
  let cause: Diagnostic | undefined;
  for (let index = start; index < end; ) {
    const first = found[index] as Found;
    const { field, fieldName } = first.spelling;
    let accepted: Found | undefined;
    let next = index;
    const named = new Map<string, Found>();
    const failed: { readonly candidate: Found; readonly problem: Problem }[] = [];
    for (; next < end && found[next]?.spelling.fieldName === fieldName; next++) {
      const candidate = found[next] as Found;
      const freePart = freePartOf(candidate);
      if (freePart !== undefined) accepted = named.get(freePart);
      if (accepted !== undefined) {
        reportLoser(ingress, accepted, candidate, diagnostics);
        continue;
      }
      const blank = field.codec.blank !== 'value' && isBlank(candidate.text);
      // A blank name lets its alias speak, as in ingress-nginx; a gate that is blank is broken, not absent.
      const following = next + 1 < end ? found[next + 1] : undefined;
      if (blank && freePart === undefined && !family.restricting && following?.spelling.fieldName === fieldName) {
        diagnostics.push(blankGivesWay(ingress, candidate, following));
        continue;
      }
      const result = blank ? blankResult : field.codec.parse(candidate.text);
      if (result.ok) {
        accepted = candidate;
        if (freePart === undefined) values[fieldName] = result.value;
        else {
          named.set(freePart, candidate);
          values[fieldName] = [...((values[fieldName] as readonly unknown[] | undefined) ?? []), ...namedValues(result.value, freePart)];
        }
        keys[fieldName] ??= candidate.key;
        for (const problem of result.dropped ?? []) diagnostics.push(partlyInvalid(ingress, candidate, problem));
        continue;
      }
      failed.push({ candidate, problem: result.problem });
    }
    for (const { candidate, problem } of failed) {
      const declared = onInvalidOf(family, candidate.spelling.field, registry.profile);
      // Where a later spelling can be read, it takes the place of this one (higress.md A.0). A gate stays as shut as its broken spelling makes it.
      const isReplaced = keys[fieldName] !== undefined && field.freeAfter === undefined && severityOfOutcome[declared] <= 1;
      const what = isReplaced ? 'ignore-field' : declared;
      const diagnostic = invalidValue(ingress, candidate, problem, what, registry);
      diagnostics.push(diagnostic);
      if (
        what !== 'default' &&
        what !== 'ignore-field' &&
        (outcome === undefined || severityOfOutcome[what] > severityOfOutcome[outcome])
      ) {
        outcome = what;
        cause = diagnostic;
      }
    }
    index = next;
  }
  return { family, values, keys, allKeys, outcome, cause };
}

/** What stands in the place of `<name>` in a key; `undefined` for fields whose name is fixed. */
function freePartOf({ key, spelling: { field } }: Found): string | undefined {
  return field.freeAfter === undefined ? undefined : key.slice(key.indexOf(field.freeAfter) + field.freeAfter.length);
}

function namedValues(list: unknown, name: string): readonly unknown[] {
  return (list as readonly object[]).map((entry) => ({ ...entry, name }));
}

const blankResult = { ok: false, problem: { message: 'is blank', help: 'Give it a value or remove the annotation.' } } as const;

function isBlank(text: string): boolean {
  return text.trim() === '';
}
