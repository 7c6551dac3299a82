import type { Diagnostic, DiagnosticDetails, Ingress, ObjectRef } from '@ingresskit/resources';
import { nearestName, refOf } from '@ingresskit/resources';
import { annotationDiagnostics } from './annotation-diagnostics.ts';
import type { Problem } from './codec.ts';
import type { OnInvalid } from './field.ts';
import type { InactiveVerdict } from './profile.ts';
import type { Registry, Spelling } from './registry.ts';

/** An annotation of an Ingress that a family reads. */
export interface Found {
  readonly spelling: Spelling;
  readonly key: string;
  readonly text: string;
}

const shown = 80;

/** A value as messages quote it: escaped, and cut when it is long. */
export function quoteValue(text: string): string {
  return text.length > shown ? `${JSON.stringify(text.slice(0, shown))}… (${text.length} characters)` : JSON.stringify(text);
}

const consequenceOf = {
  default: 'default-used',
  'ignore-field': 'field-ignored',
  'ignore-family': 'family-ignored',
  'deny-route': 'route-denied',
  'deny-host': 'host-denied',
  'reject-ingress': 'object-rejected',
} as const;

export function invalidValue(
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

export function partlyInvalid(ingress: Ingress, { key, spelling }: Found, problem: Problem): Diagnostic {
  return make('partly-invalid', ingress, key, {
    message: `A part of the value ${problem.message}; it is left out and the rest acts.`,
    help: problem.help ?? `Write ${spelling.field.codec.grammar}, for example ${JSON.stringify(spelling.field.example)}.`,
    data: { annotation: key, family: spelling.family.name },
  });
}

export function reportLoser(ingress: Ingress, winner: Found, loser: Found, diagnostics: Diagnostic[]): void {
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
  } else {
    diagnostics.push(
      make('repeated', ingress, loser.key, {
        message: `"${loser.key}" says what "${winner.key}" says; one of them is enough.`,
        data: { annotation: loser.key, winner: winner.key },
      }),
    );
  }
}

/** A blank annotation in whose place another spelling of it speaks. */
export function blankGivesWay(ingress: Ingress, { key }: Found, next: Found): Diagnostic {
  return make('blank', ingress, key, {
    message: `"${key}" is blank, so "${next.key}" is read in its place.`,
    help: `Remove "${key}".`,
    data: { annotation: key, winner: next.key },
  });
}

export function reportInactive(
  ingress: Ingress,
  key: string,
  registry: Registry,
  diagnostics: Diagnostic[],
  unenforced: Diagnostic[],
): void {
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
