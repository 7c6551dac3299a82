import { Sensitive } from '@ingresskit/resources';

/** Deep copy, frozen, in which the JSON form of a sensitive value becomes an unresolved one again. */
export function reviveSensitive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(reviveSensitive));
  const keys = Object.keys(value);
  const label = (value as { readonly $sensitive?: unknown }).$sensitive;
  if (keys.length === 1 && typeof label === 'string') return Sensitive.unresolved(label);
  const copy: Record<string, unknown> = {};
  // defineProperty, because a plain assignment to "__proto__" would change the prototype instead of storing the key.
  for (const key of keys) {
    Object.defineProperty(copy, key, {
      value: reviveSensitive((value as Record<string, unknown>)[key]),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return Object.freeze(copy);
}
