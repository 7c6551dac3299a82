import type { ApiObject } from './api-object.ts';
import type { Clock } from './clock.ts';
import type { Collection } from './list-collection.ts';
import type { ObjectStore, Stored } from './object-store.ts';
import type { ReflectorEvent } from './reflector-status.ts';
import type { Transport } from './transport.ts';

/** Whether a cluster streams lists: shared by the reflectors of one cluster, so that one refusal is enough. */
export interface StreamingLists {
  isRefused: boolean;
}

/** How to copy one collection. Times in milliseconds. */
export interface ReflectorOptions<T extends Stored> {
  readonly transport: Transport;
  readonly collection: Collection;
  readonly store: ObjectStore<T>;
  /** What is kept of each object; `undefined` keeps nothing. Runs before anything is stored, so it bounds the memory. */
  readonly transform: (object: ApiObject) => T | undefined;
  readonly clock?: Clock;
  /** A number in [0, 1). */
  readonly random?: () => number;
  /** Objects of one page of a list; default 500. */
  readonly pageSize?: number;
  /** A watch is asked to last between the first and twice the first; default 300,000. */
  readonly watchTimeout?: number;
  /** Ask for streaming lists (KEP-3157); absent: plain lists. */
  readonly streamingLists?: StreamingLists;
  /**
   * Compare with a full list every so often, stretched by up to its own length at random; 0, the default, never does. API servers have lost events
   * (kubernetes#123072), and only a list shows it. It happens when a watch ends anyway.
   */
  readonly auditInterval?: number;
  /** Longest event in bytes; default 16 MiB. */
  readonly maxLineBytes?: number;
  readonly onEvent?: (event: ReflectorEvent) => void;
}
