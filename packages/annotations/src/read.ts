import type { Diagnostic, DiagnosticDetails, Ingress, ObjectRef } from '@ingresskit/resources';
import { nearestName, refOf } from '@ingresskit/resources';
import { annotationDiagnostics } from './annotation-diagnostics.ts';
import type { Problem } from './codec.ts';
import { onInvalidOf } from './describe.ts';
import type { Family } from './family.ts';
import type { OnInvalid } from './field.ts';
import type { InactiveVerdict } from './profile.ts';
import type { Registry, Spelling } from './registry.ts';
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
}

interface Found {
  readonly spelling: Spelling;
  readonly key: string;
  readonly text: string;
}

const shown = 80;

/** A value as messages quote it: escaped, and cut when it is long. */
export function quoteValue(text: string): string {
  return text.length > shown ? `${JSON.stringify(text.slice(0, shown))}… (${text.length} characters)` : JSON.stringify(text);
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
    readings.push(readFamily(ingress, family, found, start, end, registry, diagnostics));
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
  return { family, values: registry.defaults.get(family.name) ?? {}, keys: {}, allKeys: [], outcome: undefined, cause: undefined };
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
  const allKeys: string[] = [];
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
      allKeys.push(candidate.key);
      const freePart = freePartOf(candidate);
      if (freePart !== undefined) accepted = named.get(freePart);
      if (accepted !== undefined) {
        reportLoser(ingress, accepted, candidate, diagnostics);
        continue;
      }
      const blank = field.codec.blank !== 'value' && isBlank(candidate.text);
      // A blank name lets its alias speak, as in ingress-nginx; a gate that is blank is broken, not absent.
      if (blank && freePart === undefined && !family.restricting && next + 1 < end && found[next + 1]?.spelling.fieldName === fieldName)
        continue;
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

const consequenceOf = {
  default: 'default-used',
  'ignore-field': 'field-ignored',
  'ignore-family': 'family-ignored',
  'deny-route': 'route-denied',
  'deny-host': 'host-denied',
  'reject-ingress': 'object-rejected',
} as const;

function invalidValue(
  ingress: Ingress,
  { key, text, spelling }: Found,
  problem: Problem,
  outcome: OnInvalid,
  registry: Registry,
): Diagnostic {
  const value = spelling.field.codec.sensitive === true ? 'The value' : quoteValue(text);
  const fallback = registry.defaults.get(spelling.family.name)?.[spelling.fieldName];
  const done = {
    default: `the default ${typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)} is used`,
    'ignore-field': 'the annotation is ignored',
    'ignore-family': `all ${spelling.family.name} annotations of this Ingress are ignored`,
    'deny-route': 'the gate cannot be built, so every route of this Ingress answers 503',
    'deny-host': 'the gate cannot be built, so every route of its hosts answers 503',
    'reject-ingress': 'the whole Ingress is refused',
  }[outcome];
  const severe = outcome === 'deny-route' || outcome === 'deny-host' || outcome === 'reject-ingress';
  return make('invalid-value', ingress, key, {
    severity: severe ? 'error' : 'warning',
    consequence: consequenceOf[outcome],
    message: `${value} ${problem.message}; ${done}.`,
    help: problem.help ?? `Write ${spelling.field.codec.grammar}, for example ${JSON.stringify(spelling.field.example)}.`,
    data: { annotation: key, family: spelling.family.name, grammar: spelling.field.codec.grammar, outcome },
  });
}

function partlyInvalid(ingress: Ingress, { key, spelling }: Found, problem: Problem): Diagnostic {
  return make('partly-invalid', ingress, key, {
    message: `A part of the value ${problem.message}; it is left out and the rest acts.`,
    help: problem.help ?? `Write ${spelling.field.codec.grammar}, for example ${JSON.stringify(spelling.field.example)}.`,
    data: { annotation: key, family: spelling.family.name },
  });
}

function reportLoser(ingress: Ingress, winner: Found, loser: Found, diagnostics: Diagnostic[]): void {
  if (winner.spelling.rank < 1000 && loser.spelling.rank >= 1000) {
    diagnostics.push(
      make('unused-alias', ingress, loser.key, {
        message: `"${loser.key}" is an older spelling of "${winner.key}", which is set too; the alias is ignored.`,
        help: `Remove "${loser.key}".`,
        data: { annotation: loser.key, winner: winner.key },
      }),
    );
  } else if (winner.text !== loser.text) {
    diagnostics.push(
      make('conflicting-prefixes', ingress, loser.key, {
        message: `"${winner.key}" and "${loser.key}" set the same thing to different values; "${winner.key}" acts.`,
        help: `Remove one of the two; "${loser.key}" has no effect now.`,
        data: { annotation: loser.key, winner: winner.key },
      }),
    );
  }
}

function reportInactive(ingress: Ingress, key: string, registry: Registry, diagnostics: Diagnostic[], unenforced: Diagnostic[]): void {
  const inactive = registry.inactive.get(key);
  if (inactive !== undefined) {
    const digest = registry.digests.get(`${inactive.dialect} ${inactive.name}`)?.(ingress.metadata.annotations?.[key] ?? '');
    const restricts = (inactive.restricts === true || digest?.restricts === true) && inactive.verdict !== 'no-effect';
    const help = [inactive.instead, digest?.text].filter((part) => part !== undefined).join(' ');
    const diagnostic = make(inactive.verdict, ingress, key, {
      ...(restricts ? { severity: 'error' as const } : {}),
      message: `"${inactive.name}" ${verdictText[inactive.verdict]} (${registry.profile.title}).${restricts ? ' Requests that it should keep out get in.' : ''}`,
      ...(help === '' ? {} : { help }),
      data: { ...digest?.data, annotation: key, verdict: inactive.verdict, restricts },
    });
    diagnostics.push(diagnostic);
    if (restricts) unenforced.push(diagnostic);
    return;
  }
  const wrong = registry.wrongPrefix.get(key);
  if (wrong !== undefined) {
    const diagnostic = make('wrong-prefix', ingress, key, {
      ...(wrong.restricts ? { severity: 'error' as const } : {}),
      message: `"${key}" has no effect: the gateway reads this name only as ${wrong.instead.map((name) => `"${name}"`).join(' or ')}.`,
      help: `Rename the annotation to "${wrong.instead[0] ?? ''}".`,
      data: { annotation: key, instead: wrong.instead },
    });
    diagnostics.push(diagnostic);
    if (wrong.restricts) unenforced.push(diagnostic);
    return;
  }
  const prefix = registry.profile.prefixes.find((entry) => key.startsWith(entry.prefix))?.prefix;
  if (prefix === undefined) return;
  const hint = nearestName(key.slice(prefix.length), registry.namesByPrefix.get(prefix) ?? []);
  diagnostics.push(
    make('unknown', ingress, key, {
      message: `No annotation is named ${quoteValue(key)}; it has no effect.`,
      help: hint === undefined ? 'Check the name against the annotation reference.' : `Did you mean "${prefix}${hint}"?`,
      data: { annotation: key, ...(hint === undefined ? {} : { nearest: prefix + hint }) },
    }),
  );
}

const verdictText: Readonly<Record<InactiveVerdict, string>> = {
  'no-effect': 'is accepted and has no effect',
  planned: 'is not supported yet and has no effect',
  unsupported: 'cannot be supported and has no effect',
  unlisted: 'exists in ingress-nginx, is not listed for this gateway and has no effect',
  'not-modelled': 'acts on the real gateway and is not modelled by this version',
};

function make(name: string, ingress: Ingress, key: string, details: DiagnosticDetails): Diagnostic {
  const object: ObjectRef = refOf(ingress);
  return annotationDiagnostics.make(name, { object, path: ['metadata', 'annotations', key], ...details });
}
