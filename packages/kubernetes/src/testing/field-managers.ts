import type { ApiObject } from '../api-object.ts';
import { isMap, isSameJson, type JsonMap, textAt } from '../json.ts';

/** The fields of one writer: who, how, and at which endpoint. */
interface Ownership {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: string;
  readonly paths: Set<string>;
}

/** Who writes: managers of the same name own separately for apply and update, and for each subresource, as in Kubernetes. */
export interface Writer {
  readonly manager: string;
  readonly subresource: string;
  readonly apiVersion: string;
  /** RFC 3339. */
  readonly time: string;
}

/** Another manager owns a field that an apply would change. */
export interface FieldConflict {
  readonly manager: string;
  readonly path: string;
}

// Field names may hold dots and slashes, but no control characters.
const separator = '\u0001';

/** Fields that belong to the server or name the object: nobody owns them. */
const unowned = new Set(
  ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'selfLink'].map(
    (name) => `metadata${separator}${name}`,
  ),
);

/**
 * Server-side apply: merges `applied` into `live`. Lists are atomic, as in Ingress status and in CRDs whose schema says nothing else.
 *
 * @returns the merged object, or the conflicts that stopped it.
 */
export function applyFields(
  live: ApiObject,
  applied: JsonMap,
  writer: Writer,
  force: boolean,
): { readonly object: ApiObject } | { readonly conflicts: readonly FieldConflict[] } {
  const owners = readOwners(live);
  const wanted = leaves(applied);
  const own = owners.find((owner) => isSameOwner(owner, writer, 'Apply'));
  const others = owners.filter((owner) => owner !== own);
  const conflicts: FieldConflict[] = [];
  for (const [path, value] of wanted) {
    if (isSameJson(at(live, path), value)) continue;
    for (const other of others) {
      if (![...other.paths].some((held) => isSamePlace(held, path))) continue;
      if (force) drop(other.paths, path);
      else conflicts.push({ manager: other.manager, path: path.split(separator).join('.') });
    }
  }
  if (conflicts.length > 0) return { conflicts };
  let object: JsonMap = live;
  for (const path of own?.paths ?? []) {
    const isHeld = wanted.has(path) || others.some((other) => other.paths.has(path));
    if (!isHeld && ![...wanted.keys()].some((other) => isSamePlace(other, path))) object = without(object, path.split(separator));
  }
  for (const [path, value] of wanted) object = withValue(object, path.split(separator), value);
  for (const path of emptyMaps(applied)) if (!isMap(at(object, path))) object = withValue(object, path.split(separator), {});
  const ownership: Ownership = {
    manager: writer.manager,
    operation: 'Apply',
    subresource: writer.subresource,
    paths: new Set(wanted.keys()),
  };
  return { object: writeOwners(object as unknown as ApiObject, [...others, ownership], writer) };
}

/** An update or patch: the writer now owns what it changed. */
export function updateFields(live: ApiObject | undefined, next: ApiObject, writer: Writer): ApiObject {
  const owners = live === undefined ? [] : readOwners(live);
  const after = leaves(next as unknown as JsonMap);
  const changed = [...after].filter(([path, value]) => live === undefined || !isSameJson(at(live, path), value)).map(([path]) => path);
  for (const { paths } of owners) {
    for (const path of changed) drop(paths, path);
    for (const path of paths) if (at(next, path) === undefined) paths.delete(path);
  }
  const own = owners.find((owner) => isSameOwner(owner, writer, 'Update'));
  if (own !== undefined) for (const path of changed) own.paths.add(path);
  else if (changed.length > 0)
    owners.push({ manager: writer.manager, operation: 'Update', subresource: writer.subresource, paths: new Set(changed) });
  return writeOwners(next, owners, writer);
}

/** Two paths meet when one is the other or lies inside it. */
function isSamePlace(a: string, b: string): boolean {
  return a === b || a.startsWith(b + separator) || b.startsWith(a + separator);
}

function drop(paths: Set<string>, path: string): void {
  for (const held of paths) if (isSamePlace(held, path)) paths.delete(held);
}

function isSameOwner(owner: Ownership, writer: Writer, operation: Ownership['operation']): boolean {
  return owner.manager === writer.manager && owner.operation === operation && owner.subresource === writer.subresource;
}

function leaves(value: JsonMap, prefix = '', found: Map<string, unknown> = new Map()): Map<string, unknown> {
  for (const [key, part] of Object.entries(value)) {
    const path = prefix === '' ? key : `${prefix}${separator}${key}`;
    if (path === 'apiVersion' || path === 'kind' || unowned.has(path) || part === undefined) continue;
    // A map is not a value of its own: whoever writes an empty one owns nothing in it.
    if (isMap(part)) leaves(part, path, found);
    else found.set(path, part);
  }
  return found;
}

function* emptyMaps(value: JsonMap, prefix = ''): Generator<string, undefined, undefined> {
  for (const [key, part] of Object.entries(value)) {
    if (!isMap(part)) continue;
    const path = prefix === '' ? key : `${prefix}${separator}${key}`;
    if (Object.keys(part).length === 0) yield path;
    else yield* emptyMaps(part, path);
  }
}

function at(value: unknown, path: string): unknown {
  return path.split(separator).reduce<unknown>((current, part) => (isMap(current) ? current[part] : undefined), value);
}

function withValue(map: JsonMap, [key, ...rest]: readonly string[], value: unknown): JsonMap {
  if (key === undefined) return map;
  const part = map[key];
  return { ...map, [key]: rest.length === 0 ? value : withValue(isMap(part) ? part : {}, rest, value) };
}

function without(map: JsonMap, [key, ...rest]: readonly string[]): JsonMap {
  if (key === undefined || !Object.hasOwn(map, key)) return map;
  const { [key]: part, ...others } = map;
  return rest.length === 0 ? others : { ...map, [key]: isMap(part) ? without(part, rest) : part };
}

function readOwners(object: ApiObject): Ownership[] {
  return (object.metadata.managedFields ?? []).filter(isMap).map((entry) => ({
    manager: textAt(entry, 'manager') ?? '',
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    subresource: textAt(entry, 'subresource') ?? '',
    paths: new Set(readPaths(isMap(entry['fieldsV1']) ? entry['fieldsV1'] : {})),
  }));
}

function* readPaths(tree: JsonMap, prefix = ''): Generator<string, undefined, undefined> {
  for (const [key, part] of Object.entries(tree)) {
    const path = prefix === '' ? key.slice(2) : `${prefix}${separator}${key.slice(2)}`;
    if (isMap(part) && Object.keys(part).length > 0) yield* readPaths(part, path);
    else yield path;
  }
}

function writeOwners(object: ApiObject, owners: readonly Ownership[], writer: Writer): ApiObject {
  const managedFields = owners
    .filter(({ paths }) => paths.size > 0)
    .map(({ manager, operation, subresource, paths }) => ({
      manager,
      operation,
      apiVersion: writer.apiVersion,
      time: writer.time,
      fieldsType: 'FieldsV1',
      fieldsV1: [...paths].reduce<JsonMap>(
        (tree, path) =>
          withValue(
            tree,
            path.split(separator).map((part) => `f:${part}`),
            {},
          ),
        {},
      ),
      ...(subresource === '' ? {} : { subresource }),
    }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}
