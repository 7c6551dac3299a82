import type { ObjectRef } from './ref.ts';

/** How much a diagnostic matters: an `error` changes what is served, a `warning` may surprise, an `info` is for the record. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * What was done about the problem. The values name outcomes a user can observe, from harmless to drastic:
 * - `none`: nothing changed;
 * - `default-used`: the field's default stands in for the value;
 * - `field-ignored`: the field acts as if absent;
 * - `family-ignored`: all annotations of the family act as if absent;
 * - `route-dropped`: the route does not exist, so a wider route may answer;
 * - `route-denied`: the route exists and refuses every request (503);
 * - `host-denied`: every route of the host refuses (503);
 * - `object-rejected`: the object is not part of the model at all.
 */
export type Consequence =
  | 'none'
  | 'default-used'
  | 'field-ignored'
  | 'family-ignored'
  | 'route-dropped'
  | 'route-denied'
  | 'host-denied'
  | 'object-rejected';

/** Path of a field inside an object: `['spec', 'rules', 0, 'host']`. */
export type FieldPath = readonly (string | number)[];

/** A place in a text file. Lines and columns start at 1; `length` counts UTF-16 units on that line. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Another object or field that explains a diagnostic, for example the older Ingress that owns a path. */
export interface RelatedInformation {
  readonly object: ObjectRef;
  readonly path?: FieldPath;
  readonly span?: Span;
  readonly message: string;
}

/**
 * One problem in user input, as data. `code` is permanent: tools match on it, and the documentation has one section for each.
 * `message` says what happened and what was done; `help` says what to do next.
 */
export interface Diagnostic {
  /** `<owner>/<kebab-case>`, where the owner is a family or a stage. Never renamed. */
  readonly code: string;
  readonly severity: Severity;
  readonly consequence: Consequence;
  readonly message: string;
  readonly help?: string;
  readonly object?: ObjectRef;
  readonly path?: FieldPath;
  readonly span?: Span;
  readonly related?: readonly RelatedInformation[];
  /** The arguments of the message, so that tools need not read prose. JSON only. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What the reference page says of a diagnostic code. Every code the library can emit has one definition, beside the code that emits it. */
export interface DiagnosticDefinition {
  readonly severity: Severity;
  readonly consequence: Consequence;
  /** One line that names the problem, used as the heading of its reference section. */
  readonly title: string;
  /** Why it is reported and what to do: one or two sentences for the reference page. */
  readonly doc: string;
}

/** Diagnostic definitions by their full code. */
export type DiagnosticDefinitions = Readonly<Record<string, DiagnosticDefinition>>;

/**
 * Declares the diagnostics of one owner (a family or a stage).
 *
 * @throws TypeError when the owner or a name is not kebab-case: a programmer's mistake.
 */
export function defineDiagnostics<const D extends Readonly<Record<string, DiagnosticDefinition>>>(
  owner: string,
  definitions: D,
): DiagnosticSet<D> {
  const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
  if (!/^([a-z][a-z0-9-]*\/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(owner))
    throw new TypeError(`diagnostics owner "${owner}" is not kebab-case`);
  for (const name of Object.keys(definitions)) {
    if (!kebab.test(name)) throw new TypeError(`diagnostic "${owner}/${name}" is not kebab-case`);
  }
  return {
    owner,
    definitions,
    make(name, details) {
      const definition = definitions[name];
      if (definition === undefined) throw new TypeError(`diagnostic "${owner}/${name}" is not declared`);
      return { code: `${owner}/${name}`, severity: definition.severity, consequence: definition.consequence, ...details };
    },
  };
}

/** What varies between two occurrences of one diagnostic. `severity` and `consequence` may override the definition's. */
export type DiagnosticDetails = Omit<Diagnostic, 'code' | 'severity' | 'consequence'> &
  Partial<Pick<Diagnostic, 'severity' | 'consequence'>>;

/** The set `defineDiagnostics` returns. */
export interface DiagnosticSet<D extends Readonly<Record<string, DiagnosticDefinition>> = Readonly<Record<string, DiagnosticDefinition>>> {
  readonly owner: string;
  readonly definitions: D;
  make(name: keyof D & string, details: DiagnosticDetails): Diagnostic;
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Orders diagnostics for people: errors first, then by file position, object, path and code. Total, so output never depends on input order. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    severityRank[a.severity] - severityRank[b.severity] ||
    compareText(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.line ?? 0) - (b.span?.line ?? 0) ||
    (a.span?.column ?? 0) - (b.span?.column ?? 0) ||
    compareText(keyOf(a), keyOf(b))
  );
}

function keyOf(d: Diagnostic): string {
  const object = d.object === undefined ? '' : `${d.object.kind}/${d.object.namespace ?? ''}/${d.object.name}`;
  return `${object} ${JSON.stringify(d.path ?? [])} ${d.code} ${d.message}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
