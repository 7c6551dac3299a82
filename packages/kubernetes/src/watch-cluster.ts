import { type Change, clusterScopedKinds, type Kind, type Resource } from '@ingresskit/resources';
import { type Clock, systemClock } from './clock.ts';
import type { ClusterSource } from './cluster.ts';
import type { ClusterEvent, ClusterStatus } from './cluster-events.ts';
import { HoldOff } from './hold-off.ts';
import { transportOf } from './http-transport.ts';
import { defaultSelectors, type Selectors } from './keep-object.ts';
import type { StreamingLists } from './reflector-options.ts';
import type { Transport } from './transport.ts';
import { changeKey, WatchedCollection } from './watched-collection.ts';

/** The kinds that a gateway needs. `Pod` (subsets of a Service), `Endpoints` and `Namespace` are watched only when they are named. */
export const defaultKinds: readonly Kind[] = [
  'Ingress',
  'IngressClass',
  'Service',
  'EndpointSlice',
  'Secret',
  'ConfigMap',
  'MseIngressConfig',
];

/** What to watch, and how. Times in milliseconds. */
export interface WatchClusterOptions {
  readonly server: ClusterSource;
  /** Ends the iteration and every request. */
  readonly signal?: AbortSignal;
  /** Default `defaultKinds`. */
  readonly kinds?: readonly Kind[];
  /** Kinds without which the rest is complete: if the server has none, or denies them, the first batch does not wait. Default `MseIngressConfig`. */
  readonly optionalKinds?: readonly Kind[];
  /** Only these namespaces, each with requests of its own, so that a Role in each is enough. Default: all, with one request for a kind. */
  readonly namespaces?: readonly string[];
  /** Server-side selectors by kind, instead of `defaultSelectors`. */
  readonly selectors?: Readonly<Partial<Record<Kind, Selectors>>>;
  /** What is kept of each object, after `managedFields` and the like are gone; `undefined` keeps nothing. It must keep kind and metadata. */
  readonly transform?: (object: Resource) => Resource | undefined;
  /** A batch is given out when nothing changed for so long; default 100. */
  readonly holdOff?: number;
  /** … but at the latest so long after its first change; default 1,000. */
  readonly maxDelay?: number;
  /** Use streaming lists (KEP-3157) where the server has them; default false. */
  readonly streamingLists?: boolean;
  readonly pageSize?: number;
  readonly watchTimeout?: number;
  /** See `ReflectorOptions.auditInterval`. */
  readonly auditInterval?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onEvent?: (event: ClusterEvent) => void;
}

/** A running watch. Iterate it once: the first batch is the whole cluster, the following ones are what changed since. */
export interface ClusterWatch extends AsyncIterable<readonly Change[]> {
  readonly status: ClusterStatus;
  /** Watches these namespaces from now on; the objects of others are reported as deleted. Only for a watch that was begun with `namespaces`. */
  setNamespaces(namespaces: readonly string[]): void;
  /** Ends the watch; resolves when no request is left. Ending the iteration does the same. */
  close(): Promise<void>;
}

/**
 * Watches a cluster as batches of changes. Every batch holds at most one change for each object, its last. A slow reader makes batches larger, never
 * a queue longer.
 *
 * @example
 * for await (const changes of watchCluster({ server: inCluster(), signal })) proxy.update(compiler.apply(changes).table);
 */
export function watchCluster(options: WatchClusterOptions): ClusterWatch {
  return new Watch(options);
}

class Watch implements ClusterWatch {
  readonly #options: WatchClusterOptions;
  readonly #transport: Transport;
  readonly #isOwned: boolean;
  readonly #clock: Clock;
  readonly #holdOff: HoldOff;
  readonly #streaming: StreamingLists;
  readonly #optional: ReadonlySet<Kind>;
  readonly #collections = new Map<string, WatchedCollection>();
  readonly #retired = new Set<Promise<void>>();
  readonly #abort = (): void => void this.close();
  #pending = new Map<string, Change>();
  #isSynced = false;
  #isFirstGiven = false;
  #isReady = false;
  #isIterated = false;
  #wake: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: WatchClusterOptions) {
    const {
      server,
      signal,
      clock = systemClock,
      optionalKinds = ['MseIngressConfig'],
      holdOff = 100,
      maxDelay = 1_000,
      streamingLists = false,
    } = options;
    this.#options = options;
    const { transport, isOwned } = transportOf(server);
    this.#transport = transport;
    this.#isOwned = isOwned;
    this.#clock = clock;
    this.#optional = new Set(optionalKinds);
    this.#streaming = { isRefused: !streamingLists };
    this.#holdOff = new HoldOff(clock, holdOff, maxDelay, () => this.#ready());
    if (signal?.aborted === true) {
      this.#abort();
      return;
    }
    signal?.addEventListener('abort', this.#abort, { once: true });
    for (const kind of this.#kinds.filter((one) => options.namespaces === undefined || clusterScopedKinds.has(one)))
      this.#watch(kind, undefined);
    for (const namespace of new Set(options.namespaces)) this.#watchNamespace(namespace);
    this.#settle();
  }

  get status(): ClusterStatus {
    return { isSynced: this.#isSynced, collections: [...this.#collections.values()].map(({ status }) => status) };
  }

  setNamespaces(namespaces: readonly string[]): void {
    if (this.#options.namespaces === undefined)
      throw new TypeError('This watch covers all namespaces; begin one with the option "namespaces" to change them.');
    if (this.#closed !== undefined) return;
    const wanted = new Set(namespaces);
    for (const [key, collection] of [...this.#collections]) {
      if (collection.namespace === undefined || wanted.has(collection.namespace)) continue;
      this.#collections.delete(key);
      const stopping = collection.stop();
      this.#retired.add(stopping);
      stopping.finally(() => this.#retired.delete(stopping));
      collection.empty();
    }
    for (const namespace of wanted) this.#watchNamespace(namespace);
    this.#settle();
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Change[], undefined, undefined> {
    if (this.#isIterated) throw new TypeError('A watch can be iterated once; its batches go to one reader.');
    this.#isIterated = true;
    return this.#batches();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  get #kinds(): readonly Kind[] {
    return [...new Set(this.#options.kinds ?? defaultKinds)];
  }

  async *#batches(): AsyncGenerator<readonly Change[], undefined, undefined> {
    try {
      while (this.#closed === undefined) {
        if (this.#isReady && this.#isSynced) {
          this.#isReady = false;
          const changes = [...this.#pending.values()];
          this.#pending = new Map();
          // The first batch is given out even when the cluster is empty: "nothing" is knowledge too.
          if (changes.length > 0 || !this.#isFirstGiven) {
            this.#isFirstGiven = true;
            yield changes;
          }
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      await this.close();
    }
  }

  #watchNamespace(namespace: string): void {
    for (const kind of this.#kinds) if (!clusterScopedKinds.has(kind)) this.#watch(kind, namespace);
  }

  #watch(kind: Kind, namespace: string | undefined): void {
    const key = `${kind}/${namespace ?? ''}`;
    if (this.#collections.has(key)) return;
    const { pageSize, watchTimeout, auditInterval, random, selectors, transform = (object: Resource): Resource => object } = this.#options;
    const collection = new WatchedCollection({
      transport: this.#transport,
      clock: this.#clock,
      kind,
      namespace,
      selectors: selectors?.[kind] ?? defaultSelectors[kind] ?? {},
      transform,
      streamingLists: this.#streaming,
      ...(pageSize === undefined ? {} : { pageSize }),
      ...(watchTimeout === undefined ? {} : { watchTimeout }),
      ...(auditInterval === undefined ? {} : { auditInterval }),
      ...(random === undefined ? {} : { random }),
      onChanges: (changes) => this.#take(changes),
      onEvent: (event) => this.#emit(event),
      onState: () => this.#settle(),
    });
    this.#collections.set(key, collection);
    collection.start();
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) {
      const key = changeKey(change);
      // Last place in the order too: the batch tells the changes in the order of the last of each object.
      this.#pending.delete(key);
      this.#pending.set(key, change);
    }
    if (changes.length > 0 && this.#isSynced) this.#holdOff.touch();
  }

  /** Declares the first batch complete as soon as every kind has answered. */
  #settle(): void {
    if (this.#isSynced || this.#closed !== undefined) return;
    if (![...this.#collections.values()].every((collection) => this.#isSettled(collection))) return;
    this.#isSynced = true;
    this.#emit({ type: 'synced' });
    this.#ready();
  }

  #isSettled({ kind, namespace, state, isSynced }: WatchedCollection): boolean {
    if (isSynced) return true;
    // One namespace without rights must not hold up the others.
    return (state === 'absent' || state === 'denied') && (this.#optional.has(kind) || namespace !== undefined);
  }

  #ready(): void {
    this.#isReady = true;
    this.#wake?.();
  }

  #emit(event: ClusterEvent): void {
    if (this.#closed !== undefined) return;
    try {
      this.#options.onEvent?.(event);
    } catch {
      // Whoever listens must not be able to stop the watch.
    }
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#holdOff.stop();
    // `close` is still being called for the first time here; the iteration must see it when it wakes.
    await Promise.resolve();
    this.#wake?.();
    await Promise.all([...[...this.#collections.values()].map((collection) => collection.stop()), ...this.#retired]);
    this.#pending.clear();
    if (this.#isOwned) await this.#transport.close();
  }
}
