/** A JSON map as it came over the wire. */
export type JsonMap = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text under a key, or `undefined`. */
export function textAt(map: JsonMap, key: string): string | undefined {
  const value = Object.hasOwn(map, key) ? map[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Equality of JSON values; the order of keys does not matter, `undefined` fields count as absent. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a).filter((key) => a[key] !== undefined);
  if (keys.length !== Object.keys(b).filter((key) => b[key] !== undefined).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]));
}

/** The part of `value` that `pattern` names: how a status looks through the fields one wants to set. */
export function restrictTo(value: unknown, pattern: unknown): unknown {
  if (!isMap(value) || !isMap(pattern)) return value;
  return Object.fromEntries(
    Object.keys(pattern).map((key) => [key, Object.hasOwn(value, key) ? restrictTo(value[key], pattern[key]) : undefined]),
  );
}
