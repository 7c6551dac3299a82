import { keyOf } from './api-object.ts';

/** The least a cached object has: what tells it and its versions apart. */
export interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
  };
}

/** One step of one object. A recreated object (same name, other uid) is a delete and then an add. */
export type StoreChange<T extends Stored> =
  | { readonly type: 'add'; readonly key: string; readonly object: T }
  | { readonly type: 'update'; readonly key: string; readonly object: T; readonly old: T }
  | {
      readonly type: 'delete';
      readonly key: string;
      /** The last state that was seen. */
      readonly object: T;
      /** The deletion itself was missed, so the object may have changed after `object`. */
      readonly isFinalStateUnknown: boolean;
    };

/** Answers the values under which an index lists an object. */
export type IndexValues<T> = (object: T) => readonly string[];

/**
 * The objects of one kind as they were last seen, by `namespace/name`, with indexes. Changes are told in one call for each step of the watch, and in
 * one call for a whole list: nobody sees half a list.
 */
export class ObjectStore<T extends Stored> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, { readonly valuesOf: IndexValues<T>; readonly keys: Map<string, Set<string>> }>();
  readonly #onChange: (changes: readonly StoreChange<T>[]) => void;

  constructor(onChange: (changes: readonly StoreChange<T>[]) => void = () => undefined) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Adds an index; objects already here are in it at once. */
  addIndex(name: string, valuesOf: IndexValues<T>): void {
    this.#indexes.set(name, { valuesOf, keys: new Map() });
    for (const [key, object] of this.#objects) this.#enter(key, object, name);
  }

  /** The objects that an index lists under a value. */
  byIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`There is no index "${name}".`);
    return [...(index.keys.get(value) ?? [])].flatMap((key) => this.#objects.get(key) ?? []);
  }

  /** The object is now as given. */
  apply(object: T): void {
    this.#tell(this.#put(object));
  }

  /** The object is gone. `last` is its state when it was deleted, where that is known and of use. */
  delete(key: string, last?: T): void {
    const old = this.#objects.get(key);
    if (old === undefined) return;
    this.#take(key);
    this.#tell([{ type: 'delete', key, object: last ?? old, isFinalStateUnknown: false }]);
  }

  /** The objects are now exactly these. */
  replace(objects: Iterable<T>): void {
    const changes: StoreChange<T>[] = [];
    const present = new Set<string>();
    const applied: T[] = [];
    for (const object of objects) {
      present.add(keyOf(object.metadata));
      applied.push(object);
    }
    // Deletes first: whoever follows the changes never holds more than either list.
    for (const [key, object] of [...this.#objects]) {
      if (present.has(key)) continue;
      this.#take(key);
      changes.push({ type: 'delete', key, object, isFinalStateUnknown: true });
    }
    for (const object of applied) changes.push(...this.#put(object, true));
    this.#tell(changes);
  }

  #put(object: T, isFromList = false): readonly StoreChange<T>[] {
    const key = keyOf(object.metadata);
    const old = this.#objects.get(key);
    const { uid, resourceVersion } = object.metadata;
    if (old !== undefined && uid === old.metadata.uid && resourceVersion !== undefined && resourceVersion === old.metadata.resourceVersion)
      return [];
    if (old !== undefined) this.#take(key);
    this.#objects.set(key, object);
    for (const name of this.#indexes.keys()) this.#enter(key, object, name);
    if (old === undefined) return [{ type: 'add', key, object }];
    if (old.metadata.uid === uid) return [{ type: 'update', key, object, old }];
    return [
      { type: 'delete', key, object: old, isFinalStateUnknown: isFromList },
      { type: 'add', key, object },
    ];
  }

  #take(key: string): void {
    const object = this.#objects.get(key);
    if (object === undefined) return;
    this.#objects.delete(key);
    for (const { valuesOf, keys } of this.#indexes.values()) {
      for (const value of valuesOf(object)) {
        const listed = keys.get(value);
        listed?.delete(key);
        if (listed?.size === 0) keys.delete(value);
      }
    }
  }

  #enter(key: string, object: T, name: string): void {
    const index = this.#indexes.get(name);
    for (const value of index?.valuesOf(object) ?? []) {
      const listed = index?.keys.get(value);
      if (listed === undefined) index?.keys.set(value, new Set([key]));
      else listed.add(key);
    }
  }

  #tell(changes: readonly StoreChange<T>[]): void {
    if (changes.length > 0) this.#onChange(changes);
  }
}
