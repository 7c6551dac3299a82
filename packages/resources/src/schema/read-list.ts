import type { Diagnostic } from '../diagnostic.ts';
import type { Resource } from '../resource.ts';
import type { Origin } from '../source-map.ts';
import { ObjectProblems } from './problems.ts';
import { readResource } from './read.ts';
import { isMap, type JsonMap, valueAt, withEntry } from './tidy.ts';

/** What came of reading several objects. */
export interface ReadResults {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
}

// kubectl writes one level; a few more do no harm, a chain of them would.
const maxListDepth = 4;

/** Reads one manifest: an object, or a `List` (also `IngressList` and so on) of objects. */
export function readManifest(json: unknown, origin?: Origin): ReadResults {
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  collect(json, origin, 0, resources, diagnostics);
  return { resources, diagnostics };
}

/** Reads objects and lists of objects from JSON data: answers of an API server, or values a program made. */
export function readResources(values: Iterable<unknown>): ReadResults {
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const value of values) collect(value, undefined, 0, resources, diagnostics);
  return { resources, diagnostics };
}

function collect(json: unknown, origin: Origin | undefined, depth: number, resources: Resource[], diagnostics: Diagnostic[]): void {
  const itemKind = listKind(json);
  if (!isMap(json) || itemKind === undefined) {
    const result = readResource(json, origin);
    if (result.resource !== undefined) resources.push(result.resource);
    for (const diagnostic of result.diagnostics) diagnostics.push(diagnostic);
    return;
  }
  const items = valueAt(json, 'items') ?? [];
  if (!Array.isArray(items) || depth >= maxListDepth) {
    const problems = new ObjectProblems(undefined, origin);
    const message = Array.isArray(items)
      ? 'Lists are nested too deeply; the inner one is skipped.'
      : 'The items of a List are not a list; it is skipped.';
    problems.report('invalid-list', ['items'], message);
    for (const diagnostic of problems.diagnostics) diagnostics.push(diagnostic);
    return;
  }
  for (const [index, item] of items.entries()) {
    collect(isMap(item) ? nameItem(item, itemKind, json) : item, originOfItem(origin, index), depth + 1, resources, diagnostics);
  }
}

/** The kind of the items: empty for a plain `List`, whose items say it themselves; `undefined` for what is no list. */
function listKind(json: unknown): string | undefined {
  const kind = valueAt(json, 'kind');
  if (typeof kind !== 'string' || !kind.endsWith('List') || (valueAt(json, 'items') === undefined && kind !== 'List')) return undefined;
  return kind.slice(0, -'List'.length);
}

// The API server leaves kind and apiVersion out of the items of a typed list.
function nameItem(item: JsonMap, kind: string, list: JsonMap): JsonMap {
  if (kind === '' || valueAt(item, 'kind') !== undefined) return item;
  return withEntry(withEntry(item, 'kind', kind), 'apiVersion', valueAt(item, 'apiVersion') ?? valueAt(list, 'apiVersion'));
}

function originOfItem(origin: Origin | undefined, index: number): Origin | undefined {
  return origin === undefined ? undefined : { file: origin.file, locate: (path) => origin.locate(['items', index, ...path]) };
}
