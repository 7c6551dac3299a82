import type { core } from 'zod';
import type { Diagnostic, DiagnosticDetails, FieldPath } from '../diagnostic.ts';
import { formatPath } from '../field-path.ts';
import { nearestName } from '../nearest-name.ts';
import { quote } from '../quote.ts';
import type { ObjectRef } from '../ref.ts';
import { type SchemaProblemName, schemaDiagnostics } from '../schema-diagnostics.ts';
import type { Origin } from '../source-map.ts';
import type { KindReading } from './kinds.ts';
import { fieldPlaces, knownFields } from './shape.ts';
import { isMap, type JsonMap, valueAtPath } from './tidy.ts';

/** Makes the diagnostics of one object: adds what they share, and where they stand in text. */
export class ObjectProblems {
  readonly diagnostics: Diagnostic[] = [];
  readonly #object: ObjectRef | undefined;
  readonly #origin: Origin | undefined;
  /** Maps paths of the converted object back to the written one. */
  readonly #writtenPath: (path: FieldPath) => FieldPath;

  constructor(object: ObjectRef | undefined, origin: Origin | undefined, writtenPath: (path: FieldPath) => FieldPath = (path) => path) {
    this.#object = object;
    this.#origin = origin;
    this.#writtenPath = writtenPath;
  }

  report(name: SchemaProblemName, path: FieldPath, message: string, details: Omit<DiagnosticDetails, 'message'> = {}): void {
    const written = this.#writtenPath(path);
    const span = this.#origin?.locate(written);
    const place = {
      ...(this.#object === undefined ? {} : { object: this.#object }),
      path: written,
      ...(span === undefined ? {} : { span }),
    };
    this.diagnostics.push(schemaDiagnostics.make(name, { message, ...place, ...details }));
  }

  /** How a path reads in a message: as it was written. */
  pathText(path: FieldPath): string {
    return formatPath(this.#writtenPath(path));
  }
}

/** Reports what a schema found. Returns the paths of unknown fields, to be removed, and whether anything else makes the object unusable. */
export function reportIssues(
  problems: ObjectProblems,
  reading: KindReading,
  object: JsonMap,
  issues: readonly core.$ZodIssue[],
): { readonly isSound: boolean; readonly unknown: readonly FieldPath[] } {
  const unknown: FieldPath[] = [];
  let isSound = true;
  for (const issue of issues) {
    const path = issue.path as FieldPath;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        unknown.push([...path, key]);
        reportUnknownField(problems, reading, path, key);
      }
    } else if (path[0] === 'status') {
      // Only controllers write status, through a door of its own; a manifest's is not read by anyone.
      unknown.push(['status']);
      problems.report('invalid-type', path, `${problems.pathText(path)} is malformed; the status is ignored.`, {
        severity: 'warning',
        consequence: 'field-ignored',
      });
    } else {
      isSound = false;
      reportValue(problems, reading, path, valueAtPath(object, path), issue);
    }
  }
  return { isSound, unknown };
}

function reportUnknownField(problems: ObjectProblems, reading: KindReading, path: FieldPath, key: string): void {
  const meant = nearestName(key, knownFields(reading.schema, path));
  const [place] = fieldPlaces(reading.schema, key);
  const hint = reading.hints !== undefined && Object.hasOwn(reading.hints, key) ? reading.hints[key] : undefined;
  const help =
    hint ??
    (meant !== undefined
      ? `Did you mean ${quote(meant)}?`
      : place === undefined
        ? undefined
        : `It belongs at ${place}: check the indentation.`);
  const where = path.length === 0 ? `of ${reading.kind}` : `under ${problems.pathText(path)}`;
  problems.report(
    'unknown-field',
    [...path, key],
    `There is no field ${quote(key)} ${where}; it is ignored, as the API server would drop it.`,
    {
      ...(help === undefined ? {} : { help }),
      data: { field: key, ...(meant === undefined ? {} : { meant }) },
    },
  );
}

function reportValue(problems: ObjectProblems, reading: KindReading, path: FieldPath, value: unknown, issue: core.$ZodIssue): void {
  const field = problems.pathText(path);
  if (value === undefined) {
    const help =
      path.length === 2 && path[0] === 'metadata' && path[1] === 'name'
        ? 'Give the object a name; "generateName" is not enough here.'
        : undefined;
    problems.report(
      'missing-field',
      path,
      `${field} is required and missing; the ${reading.kind} is not used.`,
      help === undefined ? {} : { help },
    );
    return;
  }
  const expected = expectationOf(issue);
  // What stands in a Secret is never repeated, not even when it is misplaced.
  const shown = reading.kind === 'Secret' ? typeNameOf(value) : describe(value);
  const help = helpFor(issue, value, reading.kind === 'Secret');
  const message = `${field} is ${shown}, where ${expected} is required; the ${reading.kind} is not used.`;
  problems.report('invalid-type', path, message, { ...(help === undefined ? {} : { help }), data: { expected } });
}

const expectations: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function expectationOf(issue: core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return expectations[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value')
    return issue.values.length === 1 ? quote(String(issue.values[0])) : `one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_union') return issue.message;
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'a whole number that JSON can hold exactly';
  return 'something else';
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value, 60);
  if (typeof value === 'boolean' || typeof value === 'number') return `the ${typeof value} ${value}`;
  return typeNameOf(value);
}

function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function helpFor(issue: core.$ZodIssue, value: unknown, isSecret: boolean): string | undefined {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const meant = nearestName(value, issue.values.map(String));
    return meant === undefined ? undefined : `Did you mean ${quote(meant)}?`;
  }
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'string') {
    if (typeof value === 'boolean' || typeof value === 'number') return isSecret ? 'Quote the value.' : `Quote the value: "${value}".`;
    return Array.isArray(value) || isMap(value) ? 'Write one text; for several lines start it with "|".' : undefined;
  }
  if (isSecret) return undefined;
  if (typeof value === 'string') {
    const unquoted = issue.expected === 'boolean' ? /^(true|false)$/.test(value) : /^\d{1,15}$/.test(value);
    return unquoted && issue.expected !== 'array' ? `Remove the quotes: ${value}.` : undefined;
  }
  return issue.expected === 'array' && isMap(value) ? 'Start each item with "- ".' : undefined;
}
