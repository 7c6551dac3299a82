import type { Clock } from './clock.ts';
import type { StoreChange, Stored } from './object-store.ts';

/** Gets the changes of an informer, one after the other: the next comes when the promise of the last one is settled. */
export type Subscriber<T extends Stored> = (change: StoreChange<T>) => void | Promise<void>;

/** What goes wrong with a subscriber; the informer and the other subscribers go on. */
export type SubscriberTrouble =
  | { readonly type: 'subscriber-failed'; readonly name: string; readonly key: string; readonly error: unknown }
  /** It has worked on one change for longer than `lagAfter`. */
  | { readonly type: 'subscriber-lag'; readonly name: string; readonly key: string; readonly waiting: number };

/** One subscriber of an informer. */
export interface Subscription {
  /** Changes that wait; at most one or two for each object, however slow the subscriber is. */
  readonly waiting: number;
  readonly failures: number;
  /** Resolves when the subscriber has seen everything of the first list. Never, when it is closed before. */
  readonly synced: Promise<void>;
  /** No further calls. */
  close(): void;
}

/**
 * Hands changes to one subscriber at its own pace. What waits is joined per object, so the subscriber sees an ordered subsequence of each object's
 * states and memory is bounded by the number of objects; between objects there is no order.
 */
export class ChangeFeed<T extends Stored> implements Subscription {
  readonly synced: Promise<void>;
  readonly #subscriber: Subscriber<T>;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #lagAfter: number;
  readonly #onTrouble: (trouble: SubscriberTrouble) => void;
  readonly #pending = new Map<string, readonly StoreChange<T>[]>();
  #markSynced: () => void = () => undefined;
  #isWholeSeen = false;
  #isWorking = false;
  #isClosed = false;
  #failures = 0;

  constructor(subscriber: Subscriber<T>, name: string, clock: Clock, lagAfter: number, onTrouble: (trouble: SubscriberTrouble) => void) {
    this.#subscriber = subscriber;
    this.#name = name;
    this.#clock = clock;
    this.#lagAfter = lagAfter;
    this.#onTrouble = onTrouble;
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
  }

  get waiting(): number {
    return this.#pending.size;
  }

  get failures(): number {
    return this.#failures;
  }

  close(): void {
    this.#isClosed = true;
    this.#pending.clear();
  }

  /** More changes. */
  push(changes: readonly StoreChange<T>[]): void {
    if (this.#isClosed) return;
    for (const change of changes) {
      const joined = join(this.#pending.get(change.key) ?? [], change);
      if (joined.length === 0) this.#pending.delete(change.key);
      else this.#pending.set(change.key, joined);
    }
    this.#start();
  }

  /** Everything of the first list has been pushed. */
  markWhole(): void {
    this.#isWholeSeen = true;
    this.#start();
  }

  #start(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    // Not inside the read loop of the watch: a subscriber that computes must not make us a slow reader.
    await Promise.resolve();
    for (;;) {
      const [entry] = this.#pending;
      if (entry === undefined || this.#isClosed) break;
      const [key, [change, ...rest]] = entry;
      if (rest.length === 0) this.#pending.delete(key);
      else this.#pending.set(key, rest);
      if (change !== undefined) await this.#call(change);
    }
    this.#isWorking = false;
    if (this.#isWholeSeen && !this.#isClosed) this.#markSynced();
  }

  async #call(change: StoreChange<T>): Promise<void> {
    const { key } = change;
    const cancel = this.#clock.timer(this.#lagAfter, () => {
      this.#onTrouble({ type: 'subscriber-lag', name: this.#name, key, waiting: this.waiting });
    });
    try {
      await this.#subscriber(change);
    } catch (error) {
      this.#failures += 1;
      this.#onTrouble({ type: 'subscriber-failed', name: this.#name, key, error });
    } finally {
      cancel();
    }
  }
}

/** What is left to tell of an object when another change follows those that wait. */
function join<T extends Stored>(waiting: readonly StoreChange<T>[], next: StoreChange<T>): readonly StoreChange<T>[] {
  const last = waiting.at(-1);
  if (last === undefined || last.type === 'delete') return [...waiting.slice(-1), next];
  const before = waiting.slice(0, -1);
  // The subscriber has not heard of the object: an addition that is taken back never was.
  if (last.type === 'add') return next.type === 'delete' ? before : [...before, { type: 'add', key: next.key, object: next.object }];
  return [...before, next.type === 'update' ? { ...next, old: last.old } : next];
}
