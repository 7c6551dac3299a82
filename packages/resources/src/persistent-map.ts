const shardCount = 1024;
// Up to this size one flat map is cheaper to copy than the array of shards.
const flatLimit = 64;

type Shards<V> = (Map<string, V> | undefined)[];

/** What a batch of edits works on. Valid only inside the function it is given to. */
export interface PersistentMapDraft<V> {
  readonly size: number;
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
}

/**
 * An immutable map from text to values, made for 100,000 entries and small changes. An edit returns a new map that shares all but the touched
 * shards; an edit that changes nothing returns the same map. Iteration order is unspecified; `sortedEntries` is ordered by key.
 * Values must not be `undefined`: there, `undefined` means "no entry".
 */
export class PersistentMap<V> implements Iterable<[string, V]> {
  readonly size: number;
  // Length 0 (empty), 1 (flat) or shardCount. Frozen by convention: a published shard is never written again.
  readonly #shards: Shards<V>;

  private constructor(shards: Shards<V>, size: number) {
    this.#shards = shards;
    this.size = size;
  }

  static readonly #empty: PersistentMap<never> = new PersistentMap<never>([], 0);

  /** The empty map. There is one. */
  static empty<V>(): PersistentMap<V> {
    return PersistentMap.#empty as PersistentMap<unknown> as PersistentMap<V>;
  }

  /** A map of the entries; the later of two equal keys wins. */
  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    return PersistentMap.empty<V>().withChanges(entries);
  }

  get(key: string): V | undefined {
    return shardOf(this.#shards, key)?.get(key);
  }

  has(key: string): boolean {
    return shardOf(this.#shards, key)?.has(key) ?? false;
  }

  /** The map with `key` bound to `value`. */
  set(key: string, value: V): PersistentMap<V> {
    return this.mutate((draft) => draft.set(key, value));
  }

  /** The map without `key`. */
  delete(key: string): PersistentMap<V> {
    return this.has(key) ? this.mutate((draft) => draft.delete(key)) : this;
  }

  /** The map after a batch of edits, where `undefined` deletes. */
  withChanges(changes: Iterable<readonly [string, V | undefined]>): PersistentMap<V> {
    return this.mutate((draft) => {
      for (const [key, value] of changes) {
        if (value === undefined) draft.delete(key);
        else draft.set(key, value);
      }
    });
  }

  /** The map after `edit`. Each touched shard is copied once, however many edits fall into it. */
  mutate(edit: (draft: PersistentMapDraft<V>) => void): PersistentMap<V> {
    const draft = new Draft(this.#shards, this.size);
    edit(draft);
    const shards = draft.finish();
    if (shards === this.#shards) return this;
    return draft.size === 0 ? PersistentMap.empty<V>() : new PersistentMap(shards, draft.size);
  }

  *entries(): Generator<[string, V], undefined, undefined> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.entries();
  }

  *keys(): Generator<string, undefined, undefined> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.keys();
  }

  *values(): Generator<V, undefined, undefined> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.values();
  }

  [Symbol.iterator](): Generator<[string, V], undefined, undefined> {
    return this.entries();
  }

  /** All entries, ordered by UTF-16 code units of the key: the same for equal maps, whatever their history. */
  sortedEntries(): [string, V][] {
    return [...this.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

class Draft<V> implements PersistentMapDraft<V> {
  size: number;
  readonly #base: Shards<V>;
  readonly #baseSize: number;
  #shards: Shards<V>;
  /** Indexes of shards that belong to this draft. */
  readonly #owned = new Set<number>();
  #finished = false;

  constructor(base: Shards<V>, size: number) {
    this.#base = base;
    this.#baseSize = size;
    this.#shards = base;
    this.size = size;
  }

  get(key: string): V | undefined {
    return shardOf(this.#shards, key)?.get(key);
  }

  has(key: string): boolean {
    return shardOf(this.#shards, key)?.has(key) ?? false;
  }

  set(key: string, value: V): void {
    let index = indexOf(this.#shards, key);
    const before = this.#shards[index]?.get(key);
    if (before !== undefined && Object.is(before, value)) return;
    if (before === undefined) {
      if (this.size >= flatLimit && this.#shards.length < shardCount) {
        this.#split();
        index = indexOf(this.#shards, key);
      }
      this.size += 1;
    }
    this.#own(index).set(key, value);
  }

  delete(key: string): void {
    const index = indexOf(this.#shards, key);
    if (this.#shards[index]?.has(key) !== true) return;
    this.#own(index).delete(key);
    this.size -= 1;
  }

  /** The edited shards, or the base itself when the edits cancel out. */
  finish(): Shards<V> {
    this.#finished = true;
    if (this.#shards === this.#base) return this.#base;
    if (this.#shards.length !== this.#base.length) {
      return this.size === this.#baseSize && this.#equalsBase() ? this.#base : this.#shards;
    }
    let changed = false;
    for (const index of this.#owned) {
      const [now, before] = [this.#shards[index], this.#base[index]];
      // Give back the old shard where the edits cancelled out, so that identity keeps meaning "unchanged".
      if (sameEntries(now, before)) this.#shards[index] = before;
      else {
        changed = true;
        if (now?.size === 0) this.#shards[index] = undefined;
      }
    }
    return changed ? this.#shards : this.#base;
  }

  #own(index: number): Map<string, V> {
    if (this.#finished) throw new TypeError('a draft is valid only inside the function it was given to');
    if (this.#shards === this.#base) this.#shards = this.#base.length === 0 ? [undefined] : this.#base.slice();
    const shard = this.#shards[index];
    if (shard !== undefined && this.#owned.has(index)) return shard;
    const copy = new Map(shard);
    this.#shards[index] = copy;
    this.#owned.add(index);
    return copy;
  }

  #split(): void {
    const entries = this.#shards[0];
    this.#shards = new Array<Map<string, V> | undefined>(shardCount).fill(undefined);
    this.#owned.clear();
    for (const [key, value] of entries ?? []) this.#own(indexOf(this.#shards, key)).set(key, value);
  }

  #equalsBase(): boolean {
    for (const shard of this.#base) {
      for (const [key, value] of shard ?? []) if (!this.has(key) || !Object.is(this.get(key), value)) return false;
    }
    return true;
  }
}

function shardOf<V>(shards: Shards<V>, key: string): Map<string, V> | undefined {
  return shards[indexOf(shards, key)];
}

function indexOf<V>(shards: Shards<V>, key: string): number {
  return shards.length <= 1 ? 0 : hash(key) & (shardCount - 1);
}

/** FNV-1a over UTF-16 units, folded so that the low bits see all of it. Spreads keys over shards; it is no defence against chosen keys. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  return value ^ (value >>> 15);
}

function sameEntries<V>(a: Map<string, V> | undefined, b: Map<string, V> | undefined): boolean {
  if ((a?.size ?? 0) !== (b?.size ?? 0)) return false;
  for (const [key, value] of a ?? []) if (!b?.has(key) || !Object.is(b.get(key), value)) return false;
  return true;
}
