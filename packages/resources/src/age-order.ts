import type { ObjectMeta } from './object.ts';

/**
 * Which of two objects of one second counts as older: the one whose `name.namespace` is the smaller text (higress.md §0, step 2), or the one whose
 * `namespace/name` is the larger (ingress-nginx.md §0).
 */
export type AgeTies = 'name' | 'namespace-descending';

/**
 * Orders objects oldest first, which is how conflicts are settled: by `creationTimestamp`, where an absent or unreadable one counts as the
 * oldest, then by their names. Total over objects of one kind.
 */
export function compareAge(a: { readonly metadata: ObjectMeta }, b: { readonly metadata: ObjectMeta }, ties: AgeTies = 'name'): number {
  const difference = compareKeys(ageKey(a.metadata), ageKey(b.metadata));
  if (ties === 'name' || difference === 0 || timeOf(a.metadata) !== timeOf(b.metadata)) return difference;
  return fullName(a.metadata) > fullName(b.metadata) ? -1 : 1;
}

function fullName({ namespace = '', name }: ObjectMeta): string {
  return `${namespace}/${name}`;
}

/** A new array, oldest first. Reads each timestamp once, which matters for 100,000 objects. */
export function sortByAge<T extends { readonly metadata: ObjectMeta }>(objects: Iterable<T>): T[] {
  const keyed: { readonly object: T; readonly key: AgeKey }[] = [];
  for (const object of objects) keyed.push({ object, key: ageKey(object.metadata) });
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed.map((entry) => entry.object);
}

interface AgeKey {
  /** Milliseconds since 1970, or minus infinity. */
  readonly time: number;
  readonly tie: string;
}

function timeOf({ creationTimestamp }: ObjectMeta): number {
  const time = creationTimestamp === undefined ? Number.NaN : Date.parse(creationTimestamp);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

function ageKey(metadata: ObjectMeta): AgeKey {
  // Namespaces hold no dot, so the joined text cannot be read two ways.
  return { time: timeOf(metadata), tie: `${metadata.name}.${metadata.namespace ?? ''}` };
}

function compareKeys(a: AgeKey, b: AgeKey): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.tie < b.tie ? -1 : a.tie > b.tie ? 1 : 0;
}
