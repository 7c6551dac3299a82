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
    const touched = new Map<string, NetChange>();
    for (const change of changes) {
      const { kind } = change.type === 'apply' ? change.object : change;
      const after = change.type === 'apply' ? change.object : undefined;
      const { namespace, name } = change.type === 'apply' ? change.object.metadata : change;
      const key = objectKey(kind, namespace, name);
      const known = touched.get(key);
      if (known !== undefined) known.after = after;
      else touched.set(key, { change: 'updated', kind, key, before: this.#snapshot.getByKey(kind, key), after });
    }
    const objects: ObjectDelta[] = [];
    // The parts belong together by construction: both objects were found under this kind and key.
    for (const net of touched.values()) if (settle(net)) objects.push(net as ObjectDelta);
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

/** A delta under construction: what an object was before the batch, and what the batch last made of it. */
interface NetChange {
  change: ObjectDelta['change'];
  readonly kind: Kind;
  readonly key: string;
  readonly before: Resource | undefined;
  after: Resource | undefined;
}

/** Names the change; false when there is none in the end. */
function settle(net: NetChange): boolean {
  const { before, after } = net;
  if (before === after || (before !== undefined && after !== undefined && isSameRevision(before, after))) return false;
  net.change = before === undefined ? 'added' : after === undefined ? 'removed' : 'updated';
  return true;
}

function isSameRevision(a: Resource, b: Resource): boolean {
  const { uid, resourceVersion } = a.metadata;
  return uid !== undefined && resourceVersion !== undefined && uid === b.metadata.uid && resourceVersion === b.metadata.resourceVersion;
}
