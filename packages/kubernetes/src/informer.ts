import { type ApiObject, keyOf } from './api-object.ts';
import { type Clock, systemClock } from './clock.ts';
import type { ClusterSource } from './cluster.ts';
import { transportOf } from './http-transport.ts';
import type { Collection } from './list-collection.ts';
import { type IndexValues, ObjectStore, type Stored } from './object-store.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import type { ReflectorEvent, ReflectorStatus } from './reflector-status.ts';
import { ChangeFeed, type Subscriber, type SubscriberTrouble, type Subscription } from './subscription.ts';

/** What happens to an informer. */
export type InformerEvent = ReflectorEvent | SubscriberTrouble;

/** What an informer needs. `T` is what `transform` makes of each object. */
export interface InformerOptions<T extends Stored>
  extends Omit<ReflectorOptions<T>, 'transport' | 'collection' | 'store' | 'transform' | 'onEvent'>,
    Collection {
  readonly server: ClusterSource;
  /** What is kept of each object; `undefined` keeps nothing. It must keep name, namespace, uid and resourceVersion. */
  readonly transform: (object: ApiObject) => T | undefined;
  /** Indexes by name. */
  readonly indexes?: Readonly<Record<string, IndexValues<T>>>;
  /** Milliseconds after which a subscriber counts as slow; default 10,000. */
  readonly lagAfter?: number;
  readonly onEvent?: (event: InformerEvent) => void;
}

/**
 * A local copy of one collection that any number of readers share.
 *
 * The promise: the copy is eventually equal to the server. Of each object a subscriber sees an ordered subsequence of its real states; between objects
 * there is no order. A name that was deleted and created again is a delete and an add, even when the deletion itself was missed. Who subscribes late
 * first gets an `add` for everything that is there.
 */
export class Informer<T extends Stored> {
  readonly store: ObjectStore<T>;
  readonly #reflector: Reflector<T>;
  readonly #feeds = new Set<ChangeFeed<T>>();
  readonly #clock: Clock;
  readonly #lagAfter: number;
  readonly #onEvent: (event: InformerEvent) => void;
  readonly #close: () => Promise<void>;
  #isWhole = false;
  #markSynced: () => void = () => undefined;
  #number = 0;
  /** Resolves when the first list is in the store. */
  readonly synced: Promise<void>;

  constructor(options: InformerOptions<T>) {
    const {
      server,
      resource,
      namespace,
      labelSelector,
      fieldSelector,
      indexes = {},
      lagAfter = 10_000,
      clock = systemClock,
      onEvent,
      ...rest
    } = options;
    const { transport, isOwned } = transportOf(server);
    this.#close = () => (isOwned ? transport.close() : Promise.resolve());
    this.#clock = clock;
    this.#lagAfter = lagAfter;
    this.#onEvent = (event) => {
      try {
        onEvent?.(event);
      } catch {
        // Whoever listens must not be able to stop the copy.
      }
    };
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
    this.store = new ObjectStore<T>((changes) => {
      for (const feed of this.#feeds) feed.push(changes);
    });
    for (const [name, valuesOf] of Object.entries(indexes)) this.store.addIndex(name, valuesOf);
    const collection: Collection = { resource, namespace, labelSelector, fieldSelector };
    this.#reflector = new Reflector<T>({
      ...rest,
      clock,
      transport,
      collection,
      store: this.store,
      onEvent: (event) => this.#observe(event),
    });
  }

  get status(): ReflectorStatus {
    return this.#reflector.status;
  }

  /** Calls back for every change from now on, beginning with an `add` for each object that is there. */
  subscribe(subscriber: Subscriber<T>, name: string = `subscriber ${this.#number + 1}`): Subscription {
    this.#number += 1;
    const feed = new ChangeFeed<T>(subscriber, name, this.#clock, this.#lagAfter, this.#onEvent);
    this.#feeds.add(feed);
    feed.push([...this.store.values()].map((object) => ({ type: 'add', key: keyOf(object.metadata), object })));
    if (this.#isWhole) feed.markWhole();
    const close = feed.close.bind(feed);
    feed.close = () => {
      this.#feeds.delete(feed);
      close();
    };
    return feed;
  }

  /** Runs until the signal aborts. Then no subscriber is called any more; what the store holds stays readable. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      for (const feed of [...this.#feeds]) feed.close();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await this.#reflector.run(signal);
    await this.#close();
  }

  #observe(event: ReflectorEvent): void {
    if (event.type === 'listed' && !this.#isWhole) {
      this.#isWhole = true;
      this.#markSynced();
      for (const feed of this.#feeds) feed.markWhole();
    }
    this.#onEvent(event);
  }
}
