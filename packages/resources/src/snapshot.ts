import type { ObjectDelta } from './change.ts';
import type { EndpointSlice } from './endpoint-slice.ts';
import { PersistentMap } from './persistent-map.ts';
import { objectKey } from './ref.ts';
import type { Kind, Resource, ResourceOf } from './resource.ts';
import { serviceNameLabel } from './well-known.ts';

/** An immutable set of objects. Two snapshots share everything that did not change between them. */
export class Snapshot {
  readonly #objects: Readonly<Partial<Record<Kind, PersistentMap<Resource>>>>;
  readonly #slices: PersistentMap<readonly EndpointSlice[]>;

  private constructor(objects: Readonly<Partial<Record<Kind, PersistentMap<Resource>>>>, slices: PersistentMap<readonly EndpointSlice[]>) {
    this.#objects = objects;
    this.#slices = slices;
  }

  static readonly #empty: Snapshot = new Snapshot({}, PersistentMap.empty());

  /** The snapshot that holds nothing. */
  static empty(): Snapshot {
    return Snapshot.#empty;
  }

  /** The object, or `undefined`. Cluster-scoped kinds have no namespace: pass `undefined`. */
  get<K extends Kind>(kind: K, namespace: string | undefined, name: string): ResourceOf<K> | undefined {
    return this.getByKey(kind, objectKey(kind, namespace, name));
  }

  /** The object under an `objectKey`. */
  getByKey<K extends Kind>(kind: K, key: string): ResourceOf<K> | undefined {
    return this.#of(kind).get(key) as ResourceOf<K> | undefined;
  }

  /** All objects of a kind, in unspecified order. */
  list<K extends Kind>(kind: K): Iterable<ResourceOf<K>> {
    const objects = this.#of(kind);
    return { [Symbol.iterator]: () => objects.values() as Iterator<ResourceOf<K>> };
  }

  /** The `objectKey` of each object of a kind, in unspecified order. */
  keys(kind: Kind): Iterable<string> {
    return this.#of(kind).keys();
  }

  /** How many objects of a kind there are. */
  size(kind: Kind): number {
    return this.#of(kind).size;
  }

  /** The slices that name the Service in their label `kubernetes.io/service-name`, ordered by name. Same array while none of them changes. */
  endpointSlicesOf(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#slices.get(objectKey('Service', namespace, service)) ?? [];
  }

  /** The snapshot after net changes. Costs the changes, not the size of the snapshot. */
  with(changes: readonly ObjectDelta[]): Snapshot {
    if (changes.length === 0) return this;
    const objects = { ...this.#objects };
    for (const kind of new Set(changes.map((change) => change.kind))) {
      objects[kind] = this.#of(kind).mutate((draft) => {
        for (const change of changes) {
          if (change.kind !== kind) continue;
          if (change.after === undefined) draft.delete(change.key);
          else draft.set(change.key, change.after);
        }
      });
    }
    return new Snapshot(objects, updateSlices(this.#slices, changes));
  }

  #of(kind: Kind): PersistentMap<Resource> {
    return this.#objects[kind] ?? PersistentMap.empty();
  }
}

function updateSlices(
  slices: PersistentMap<readonly EndpointSlice[]>,
  changes: readonly ObjectDelta[],
): PersistentMap<readonly EndpointSlice[]> {
  // One slice at a time would copy a service's list once for each of its slices; gathering them first copies it once.
  const edits = new Map<string, { remove: Set<string>; add: EndpointSlice[] }>();
  const editOf = (service: string): { remove: Set<string>; add: EndpointSlice[] } => {
    const edit = edits.get(service) ?? { remove: new Set<string>(), add: [] };
    edits.set(service, edit);
    return edit;
  };
  for (const change of changes) {
    if (change.kind !== 'EndpointSlice') continue;
    const before = change.before === undefined ? undefined : serviceKeyOf(change.before);
    const after = change.after === undefined ? undefined : serviceKeyOf(change.after);
    if (before !== undefined && change.before !== undefined) editOf(before).remove.add(change.before.metadata.name);
    if (after !== undefined && change.after !== undefined) editOf(after).add.push(change.after);
  }
  if (edits.size === 0) return slices;
  return slices.mutate((draft) => {
    for (const [service, { remove, add }] of edits) {
      const kept = (draft.get(service) ?? []).filter((slice) => !remove.has(slice.metadata.name));
      const next = [...kept, ...add].sort(compareNames);
      if (next.length === 0) draft.delete(service);
      else draft.set(service, next);
    }
  });
}

function serviceKeyOf(slice: EndpointSlice): string | undefined {
  const labels = slice.metadata.labels;
  const service = labels !== undefined && Object.hasOwn(labels, serviceNameLabel) ? labels[serviceNameLabel] : undefined;
  return service === undefined ? undefined : objectKey('Service', slice.metadata.namespace, service);
}

function compareNames(a: EndpointSlice, b: EndpointSlice): number {
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}
