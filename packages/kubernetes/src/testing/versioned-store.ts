import type { ApiObject } from '../api-object.ts';

/** One step of the history of all objects. `before` and `after` are states; a deletion's `after` is absent. */
export interface HistoryStep {
  readonly version: number;
  /** Which collection, for example `ingresses.networking.k8s.io`. */
  readonly collection: string;
  readonly key: string;
  readonly before: ApiObject | undefined;
  readonly after: ApiObject | undefined;
}

/** What etcd is to an API server: states by key, one counter for all, and a history that compaction cuts off. */
export class VersionedStore {
  readonly #objects = new Map<string, Map<string, ApiObject>>();
  readonly #subscribers = new Set<(step: HistoryStep) => void>();
  #history: HistoryStep[] = [];
  #version = 1;
  #compacted = 0;

  /** The latest version. */
  get version(): number {
    return this.#version;
  }

  /** Versions up to this one are gone. */
  get compacted(): number {
    return this.#compacted;
  }

  get(collection: string, key: string): ApiObject | undefined {
    return this.#objects.get(collection)?.get(key);
  }

  /** Writes the object under a new version, which it then carries. */
  put(collection: string, key: string, object: ApiObject): ApiObject {
    this.#version += 1;
    const after = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
    const objects = this.#objects.get(collection) ?? new Map<string, ApiObject>();
    this.#objects.set(collection, objects);
    const before = objects.get(key);
    objects.set(key, after);
    this.#record({ version: this.#version, collection, key, before, after });
    return after;
  }

  /** Removes the object; the deletion has a version of its own. */
  delete(collection: string, key: string): ApiObject | undefined {
    const before = this.get(collection, key);
    if (before === undefined) return undefined;
    this.#version += 1;
    this.#objects.get(collection)?.delete(key);
    this.#record({ version: this.#version, collection, key, before, after: undefined });
    return before;
  }

  /** Lets the counter run ahead, as writes to other kinds do. */
  skip(versions: number): void {
    this.#version += versions;
  }

  /** The objects of a collection by key, in the order of their keys, as they were at a version. */
  list(collection: string, at: number = this.#version): readonly ApiObject[] {
    const objects = new Map(this.#objects.get(collection));
    for (let index = this.#history.length - 1; index >= 0; index -= 1) {
      const step = this.#history[index];
      if (step === undefined || step.version <= at) break;
      if (step.collection !== collection) continue;
      if (step.before === undefined) objects.delete(step.key);
      else objects.set(step.key, step.before);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, object]) => object);
  }

  /** What happened to a collection after a version, or `expired`. */
  since(collection: string, version: number): readonly HistoryStep[] | 'expired' {
    if (version < this.#compacted) return 'expired';
    return this.#history.filter((step) => step.version > version && step.collection === collection);
  }

  /** Forgets history up to a version; default all of it. */
  compact(version: number = this.#version): void {
    this.#compacted = Math.max(this.#compacted, version);
    this.#history = this.#history.filter((step) => step.version > version);
  }

  /** Calls back on every step. The answer ends it. */
  subscribe(callback: (step: HistoryStep) => void): () => void {
    this.#subscribers.add(callback);
    return () => this.#subscribers.delete(callback);
  }

  #record(step: HistoryStep): void {
    this.#history.push(step);
    for (const subscriber of [...this.#subscribers]) subscriber(step);
  }
}

/** Objects are handed out without copying, so nobody may change them. */
function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
