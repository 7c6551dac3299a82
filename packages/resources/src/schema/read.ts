import { encodeBase64, encodeUtf8, isBase64 } from '../base64.ts';
import type { Diagnostic, FieldPath } from '../diagnostic.ts';
import { isLabel, isSubdomain } from '../names.ts';
import { recordWrittenVersion } from '../older-version.ts';
import { quote } from '../quote.ts';
import type { ObjectRef } from '../ref.ts';
import { clusterScopedKinds, isKind, type Resource } from '../resource.ts';
import { type Origin, recordOrigin } from '../source-map.ts';
import { defaultNamespace } from '../well-known.ts';
import { isMeantAs, type KindReading, kindReadings } from './kinds.ts';
import { ObjectProblems, reportIssues } from './problems.ts';
import { isMap, type JsonMap, tidy, valueAt, withEntry, withoutPath } from './tidy.ts';

/** What came of reading one object. */
export interface ReadResult {
  /** Absent when the object is of a kind that is not read, or was rejected. */
  readonly resource?: Resource;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads one object from JSON data: checks its shape, converts older API versions, fills in the namespace, drops what the API server would drop.
 * Unread parts are shared with `json`, which must not be changed afterwards; `metadata.managedFields`, large and of no use here, is left out.
 *
 * @param origin - The text the data comes from, if any: diagnostics then carry positions, and `spanOf` knows the object.
 */
export function readResource(json: unknown, origin?: Origin): ReadResult {
  if (!isMap(json)) {
    const problems = new ObjectProblems(undefined, origin);
    problems.report(
      'not-an-object',
      [],
      'This is not a Kubernetes object: a map with apiVersion, kind and metadata is required. It is skipped.',
    );
    return { diagnostics: problems.diagnostics };
  }
  const { problems, reading } = identify(json, origin);
  if (reading === undefined) return { diagnostics: problems.diagnostics };
  const { value, nulls, isTooDeep } = tidy(json);
  if (isTooDeep) {
    problems.report('too-deep', [], `The ${reading.kind} has too many levels of maps and lists, or contains itself; it is not used.`);
    return { diagnostics: problems.diagnostics };
  }
  return readKind(value, nulls, reading, origin);
}

/** Finds out what the object says it is; reports it when it cannot be read. */
function identify(json: JsonMap, origin: Origin | undefined): { readonly problems: ObjectProblems; readonly reading?: KindReading } {
  const kind = valueAt(json, 'kind');
  const apiVersion = valueAt(json, 'apiVersion');
  const problems = new ObjectProblems(typeof kind === 'string' ? referTo(kind, valueAt(json, 'metadata')) : undefined, origin);
  if (typeof kind !== 'string' || typeof apiVersion !== 'string' || kind === '' || apiVersion === '') {
    const missing = typeof kind !== 'string' || kind === '' ? 'kind' : 'apiVersion';
    problems.report('missing-kind', [missing], `The map has no ${missing}, so it is unknown what it describes; it is skipped.`, {
      help: 'Add apiVersion and kind, or leave the file out if it is not a manifest.',
    });
    return { problems };
  }
  const reading = isKind(kind) ? kindReadings[kind] : undefined;
  if (reading === undefined || !isMeantAs(reading, apiVersion)) {
    problems.report(
      'unknown-kind',
      ['kind'],
      `${quote(kind)} of ${quote(apiVersion)} is not a kind that takes part in routing; it is skipped.`,
      {
        data: { kind, apiVersion },
      },
    );
    return { problems };
  }
  if (apiVersion !== reading.apiVersion && !Object.hasOwn(reading.older ?? {}, apiVersion)) {
    const message = `There is no ${kind} in ${quote(apiVersion)}; the object is not used.`;
    problems.report('unsupported-version', ['apiVersion'], message, { help: `Write "apiVersion: ${reading.apiVersion}".` });
    return { problems };
  }
  return { problems, reading };
}

function readKind(written: JsonMap, nulls: readonly FieldPath[], reading: KindReading, origin: Origin | undefined): ReadResult {
  const writtenVersion = String(written['apiVersion']);
  const conversion = writtenVersion === reading.apiVersion ? undefined : reading.older?.[writtenVersion];
  const placed = placeInNamespace(written, reading);
  const object = conversion === undefined ? placed : withEntry(conversion.convert(placed), 'apiVersion', reading.apiVersion);
  const writtenPath = pathsOf(reading, object, conversion?.writtenPath);
  const problems = new ObjectProblems(referTo(reading.kind, valueAt(object, 'metadata')), origin, writtenPath);
  for (const path of nulls) {
    problems.report('null-value', path, `${problems.pathText(path)} has no value and is read as empty text.`, {
      help: 'Write "" to say so.',
    });
  }
  if (conversion !== undefined) {
    problems.report(
      'old-version',
      ['apiVersion'],
      `Clusters no longer serve ${reading.kind} in ${writtenVersion}; it is read as ${reading.apiVersion}.`,
      {
        help: `Convert the manifest to ${reading.apiVersion}.`,
      },
    );
  }
  const parsed = reading.schema.safeParse(object);
  // The schema judges; the object itself goes on, since parsing copies and would lose a key named `__proto__`.
  const { isSound, unknown } = parsed.success
    ? { isSound: true, unknown: [] }
    : reportIssues(problems, reading, object, parsed.error.issues);
  const pruned = unknown.reduce<unknown>(withoutPath, object) as JsonMap;
  if (!isSound || !checkNames(problems, reading, pruned) || !checkBase64(problems, reading, pruned))
    return { diagnostics: problems.diagnostics };
  const resource = mergeStringData(pruned) as unknown as Resource;
  if (origin !== undefined) recordOrigin(resource, { file: origin.file, locate: (path) => origin.locate(writtenPath(path)) });
  if (conversion !== undefined) recordWrittenVersion(resource, writtenVersion);
  return { resource, diagnostics: problems.diagnostics };
}

/** A reference from what can be read of the metadata; an unnamed object has none. */
function referTo(kind: string, metadata: unknown): ObjectRef | undefined {
  const name = valueAt(metadata, 'name');
  const namespace = valueAt(metadata, 'namespace');
  const uid = valueAt(metadata, 'uid');
  if (typeof name !== 'string') return undefined;
  return { kind, ...(typeof namespace === 'string' ? { namespace } : {}), name, ...(typeof uid === 'string' ? { uid } : {}) };
}

function placeInNamespace(object: JsonMap, reading: KindReading): JsonMap {
  const metadata = valueAt(object, 'metadata');
  if (!isMap(metadata)) return object;
  let next = metadata;
  if (Object.hasOwn(metadata, 'managedFields')) next = withEntry(next, 'managedFields', undefined);
  const namespace = valueAt(metadata, 'namespace');
  if (clusterScopedKinds.has(reading.kind)) {
    if (namespace !== undefined) next = withEntry(next, 'namespace', undefined);
  } else if (namespace === undefined || namespace === '') next = withEntry(next, 'namespace', defaultNamespace);
  return next === metadata ? object : withEntry(object, 'metadata', next);
}

type PathMap = (path: FieldPath) => FieldPath;

function pathsOf(reading: KindReading, object: JsonMap, conversion: PathMap | undefined): PathMap {
  if (conversion !== undefined) return conversion;
  const stringData = reading.kind === 'Secret' ? valueAt(object, 'stringData') : undefined;
  if (!isMap(stringData)) return (path) => path;
  const keys = new Set(Object.keys(stringData));
  return (path) => (path[0] === 'data' && keys.has(String(path[1])) ? ['stringData', ...path.slice(1)] : path);
}

function checkNames(problems: ObjectProblems, reading: KindReading, object: JsonMap): boolean {
  const metadata = valueAt(object, 'metadata');
  const name = valueAt(metadata, 'name');
  const namespace = valueAt(metadata, 'namespace');
  const lost = `the ${reading.kind} is not used`;
  if (typeof name !== 'string' || !isSubdomain(name)) {
    const help = 'Names have lower-case letters, digits, "-" and ".", and start and end with a letter or digit.';
    problems.report('invalid-name', ['metadata', 'name'], `${quote(String(name))} is not a possible name; ${lost}.`, { help });
    return false;
  }
  if (namespace === undefined || (typeof namespace === 'string' && isLabel(namespace))) return true;
  const help = 'Namespaces have at most 63 lower-case letters, digits and "-".';
  problems.report('invalid-name', ['metadata', 'namespace'], `${quote(String(namespace))} is not a possible namespace; ${lost}.`, { help });
  return false;
}

function checkBase64(problems: ObjectProblems, reading: KindReading, object: JsonMap): boolean {
  const field = reading.kind === 'Secret' ? 'data' : reading.kind === 'ConfigMap' ? 'binaryData' : undefined;
  const data = field === undefined ? undefined : valueAt(object, field);
  if (field === undefined || !isMap(data)) return true;
  const bad = Object.keys(data).filter((key) => !isBase64(String(data[key])));
  for (const key of bad) {
    const help =
      reading.kind === 'Secret' ? 'Encode the value, or move it to stringData, which takes plain text.' : 'Move plain text to data.';
    const message = `${problems.pathText([field, key])} is not base64; the ${reading.kind} is not used.`;
    // `data` of the written object, even when `stringData` has the key too: that is where the fault is.
    problems.report('invalid-base64', [field, key], message, { help });
  }
  return bad.length === 0;
}

/** Where both have a key, `stringData` wins, as in the API server. */
function mergeStringData(object: JsonMap): JsonMap {
  const stringData = valueAt(object, 'stringData');
  if (object['kind'] !== 'Secret' || !isMap(stringData)) return object;
  const known = valueAt(object, 'data');
  let data: JsonMap = isMap(known) ? known : {};
  for (const key of Object.keys(stringData)) data = withEntry(data, key, encodeBase64(encodeUtf8(String(stringData[key]))));
  return withEntry(withEntry(object, 'stringData', undefined), 'data', data);
}
