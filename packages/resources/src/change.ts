import type { Kind, Resource, ResourceOf } from './resource.ts';

/** One event of a watch, or one manifest: the object is now as given, or it is gone. */
export type Change =
  | { readonly type: 'apply'; readonly object: Resource }
  | { readonly type: 'delete'; readonly kind: Kind; readonly namespace?: string; readonly name: string };

/** The net effect of a batch on one object. `key` is its `objectKey`. */
export type ObjectDelta<K extends Kind = Kind> = K extends Kind
  ?
      | { readonly change: 'added'; readonly kind: K; readonly key: string; readonly before?: undefined; readonly after: ResourceOf<K> }
      | {
          readonly change: 'updated';
          readonly kind: K;
          readonly key: string;
          readonly before: ResourceOf<K>;
          readonly after: ResourceOf<K>;
        }
      | { readonly change: 'removed'; readonly kind: K; readonly key: string; readonly before: ResourceOf<K>; readonly after?: undefined }
  : never;

/** The net effect of a batch: at most one entry for each object, in the order in which the batch first named them. */
export interface Delta {
  /** True when the snapshot did not change, and then it is the same snapshot. */
  readonly isEmpty: boolean;
  readonly objects: readonly ObjectDelta[];
  /** The entries of one kind. */
  of<K extends Kind>(kind: K): readonly ObjectDelta<K>[];
}

/** A change that applies `object`. */
export function applyOf(object: Resource): Change {
  return { type: 'apply', object };
}

/** A change that deletes `object`. */
export function deleteOf(object: Resource): Change {
  const { namespace, name } = object.metadata;
  return { type: 'delete', kind: object.kind, ...(namespace === undefined ? {} : { namespace }), name };
}

/** Makes a delta of its entries. */
export function createDelta(objects: readonly ObjectDelta[]): Delta {
  return {
    isEmpty: objects.length === 0,
    objects,
    of<K extends Kind>(kind: K): readonly ObjectDelta<K>[] {
      return objects.filter((entry) => entry.kind === kind) as unknown as readonly ObjectDelta<K>[];
    },
  };
}
