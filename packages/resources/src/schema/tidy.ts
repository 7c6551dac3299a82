import type { FieldPath } from '../diagnostic.ts';

/** A JSON map: keys are data, so they are read with `Object.keys` and `Object.hasOwn` only. */
export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a key of the map itself, never one it inherits. */
export function valueAt(map: unknown, key: string): unknown {
  return isMap(map) && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The value at a path, or `undefined`. */
export function valueAtPath(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    current = Array.isArray(current) && typeof part === 'number' ? current[part] : valueAt(current, String(part));
  }
  return current;
}

/** A copy of the map with one entry replaced, or removed for `undefined`. An entry named `__proto__` stays data. */
export function withEntry(map: JsonMap, key: string, value: unknown): JsonMap {
  // Spreading defines properties instead of assigning them, so no key can reach a prototype; defineProperty keeps it so.
  const copy: Record<string, unknown> = { ...map };
  if (value === undefined) delete copy[key];
  else Object.defineProperty(copy, key, { value, writable: true, enumerable: true, configurable: true });
  return copy;
}

/** The value without the entry at a path. Copies only the maps and lists on the way. */
export function withoutPath(value: unknown, path: FieldPath): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(value) && typeof part === 'number')
    return value.map((item, index) => (index === part ? withoutPath(item, rest) : item));
  if (!isMap(value) || !Object.hasOwn(value, String(part))) return value;
  return withEntry(value, String(part), rest.length === 0 ? undefined : withoutPath(value[String(part)], rest));
}

/** An object as Kubernetes' decoder would see it. */
export interface TidyObject {
  readonly value: JsonMap;
  /** Entries of text maps that were null and are now empty text. */
  readonly nulls: readonly FieldPath[];
  /** Nested more than `maxDepth` levels, or circular: `value` is cut and must not be used. */
  readonly isTooDeep: boolean;
}

/** How many levels of maps and lists an object may have. Real ones have about a dozen. */
export const maxDepth = 64;

/**
 * Removes null and undefined fields, which mean "absent" to Kubernetes, and turns null into empty text where a map holds text, as its decoder does.
 * Untouched parts are shared with the input.
 */
export function tidy(object: JsonMap): TidyObject {
  const nulls: FieldPath[] = [];
  let isTooDeep = false;
  const visit = (value: unknown, depth: number, path: FieldPath): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxDepth) {
      isTooDeep = true;
      return undefined;
    }
    return Array.isArray(value) ? visitList(value, depth, path) : visitMap(value as JsonMap, depth, path);
  };
  const visitList = (list: readonly unknown[], depth: number, path: FieldPath): unknown => {
    let copy: unknown[] | undefined;
    for (let i = 0; i < list.length && !isTooDeep; i += 1) {
      // Paths are needed only above the level of text maps; below, the parent's will do.
      const item = visit(list[i], depth + 1, path);
      if (item === list[i]) continue;
      copy ??= list.slice();
      copy[i] = item;
    }
    return copy ?? list;
  };
  const visitMap = (map: JsonMap, depth: number, path: FieldPath): unknown => {
    let copy: JsonMap | undefined;
    const isTextMap = holdsText(path);
    for (const key of Object.keys(map)) {
      if (isTooDeep) break;
      const value = map[key];
      let next: unknown;
      if (value !== null && value !== undefined) next = visit(value, depth + 1, depth < 3 ? [...path, key] : path);
      else if (value === null && isTextMap) {
        next = '';
        nulls.push([...path, key]);
      }
      if (next === value && value !== undefined) continue;
      copy = withEntry(copy ?? map, key, next);
    }
    return copy ?? map;
  };
  const value = visitMap(object, 1, []) as JsonMap;
  return { value, nulls, isTooDeep };
}

function holdsText(path: FieldPath): boolean {
  if (path.length === 1) return path[0] === 'data' || path[0] === 'stringData' || path[0] === 'binaryData';
  return path.length === 2 && path[0] === 'metadata' && (path[1] === 'annotations' || path[1] === 'labels');
}
