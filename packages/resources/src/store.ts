import { type Change, createDelta, type Delta, type ObjectDelta } from './change.ts';
import { objectKey } from './ref.ts';
import type { Kind, Resource } from './resource.ts';
import { Snapshot } from './snapshot.ts';

/** Turns a stream of changes into snapshots. It holds the latest snapshot and nothing else. */
export class Store {
  #snapshot: Snapshot = Snapshot.empty();

  /** The latest snapshot. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /**
   * Applies a batch and says what it changed in the end. The later of two changes of one object wins; re-applying an object that did not change
   * (the same object, or equal uid and resourceVersion) and deleting what is not there are no changes.
   */
  apply(changes: Iterable<Change>): { readonly snapshot: Snapshot; readonly delta: Delta } {
    const touched = new Map<string, { readonly kind: Kind; readonly before: Resource | undefined; after: Resource | undefined }>();
    for (const change of changes) {
      const { kind, key } = identityOf(change);
      const after = change.type === 'apply' ? change.object : undefined;
      const entry = touched.get(key);
      if (entry === undefined) touched.set(key, { kind, before: this.#snapshot.getByKey(kind, key), after });
      else entry.after = after;
    }
    const objects: ObjectDelta[] = [];
    for (const [key, { kind, before, after }] of touched) {
      const entry = netChange(kind, key, before, after);
      if (entry !== undefined) objects.push(entry);
    }
    this.#snapshot = this.#snapshot.with(objects);
    return { snapshot: this.#snapshot, delta: createDelta(objects) };
  }
}

/** A snapshot of the objects; the later of two with one name wins. To settle duplicates without regard to order, use `settleDuplicates` first. */
export function createSnapshot(resources: Iterable<Resource>): Snapshot {
  return new Store().apply(applications(resources)).snapshot;
}

function* applications(resources: Iterable<Resource>): Generator<Change, undefined, undefined> {
  for (const object of resources) yield { type: 'apply', object };
}

function identityOf(change: Change): { readonly kind: Kind; readonly key: string } {
  if (change.type === 'delete') return { kind: change.kind, key: objectKey(change.kind, change.namespace, change.name) };
  const { kind, metadata } = change.object;
  return { kind, key: objectKey(kind, metadata.namespace, metadata.name) };
}

function netChange(kind: Kind, key: string, before: Resource | undefined, after: Resource | undefined): ObjectDelta | undefined {
  if (before === after || (before !== undefined && after !== undefined && isSameRevision(before, after))) return undefined;
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'updated';
  // The three parts belong together by construction: both objects were found under this kind and key.
  return { change, kind, key, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } as ObjectDelta;
}

function isSameRevision(a: Resource, b: Resource): boolean {
  const { uid, resourceVersion } = a.metadata;
  return uid !== undefined && resourceVersion !== undefined && uid === b.metadata.uid && resourceVersion === b.metadata.resourceVersion;
}
