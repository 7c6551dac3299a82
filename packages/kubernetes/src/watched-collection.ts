import { type Change, type Kind, objectKey, type Resource } from '@ingresskit/resources';
import { readResource } from '@ingresskit/resources/schema';
import type { ApiObject } from './api-object.ts';
import { apiResourceOf } from './api-resource.ts';
import type { ClusterEvent, CollectionState, CollectionStatus } from './cluster-events.ts';
import type { KubernetesError } from './errors.ts';
import { isSameJson } from './json.ts';
import { keepNeeded, type Selectors } from './keep-object.ts';
import { ObjectStore, type StoreChange } from './object-store.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector-options.ts';
import type { ReflectorEvent } from './reflector-status.ts';

/** What a collection needs besides its place. */
export interface CollectionOptions extends Omit<ReflectorOptions<Resource>, 'collection' | 'store' | 'transform' | 'onEvent'> {
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  readonly selectors: Selectors;
  readonly transform: (object: Resource) => Resource | undefined;
  readonly onChanges: (changes: readonly Change[]) => void;
  readonly onEvent: (event: ClusterEvent) => void;
  /** Called when the state may have changed. */
  readonly onState: () => void;
}

/** One kind of a watched cluster: its copy, read into resources, and how it is doing. */
export class WatchedCollection {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly #options: CollectionOptions;
  readonly #place: { readonly kind: Kind; readonly namespace?: string };
  readonly #store: ObjectStore<Resource>;
  readonly #reflector: Reflector<Resource>;
  readonly #stopping = new AbortController();
  #state: CollectionState = 'pending';
  #run: Promise<void> | undefined;

  constructor(options: CollectionOptions) {
    const {
      kind,
      namespace,
      selectors,
      transform: _transform,
      onChanges: _onChanges,
      onEvent: _onEvent,
      onState: _onState,
      ...rest
    } = options;
    this.kind = kind;
    this.namespace = namespace;
    this.#options = options;
    this.#place = { kind, ...(namespace === undefined ? {} : { namespace }) };
    this.#store = new ObjectStore<Resource>((changes) => options.onChanges(changes.flatMap(toChanges)));
    this.#reflector = new Reflector<Resource>({
      ...rest,
      collection: { resource: apiResourceOf(kind), namespace, ...selectors },
      store: this.#store,
      transform: (object) => this.#read(object),
      onEvent: (event) => this.#observe(event),
    });
  }

  get state(): CollectionState {
    return this.#state;
  }

  get isSynced(): boolean {
    return this.#reflector.status.isSynced;
  }

  get status(): CollectionStatus {
    const { state: activity, ...rest } = this.#reflector.status;
    return { ...this.#place, ...rest, activity, state: this.#state, objects: this.#store.size };
  }

  start(): void {
    this.#run ??= this.#reflector.run(this.#stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#run;
  }

  /** Tells that all its objects are gone: the namespace is no longer watched. */
  empty(): void {
    this.#store.replace([]);
  }

  #read(object: ApiObject): Resource | undefined {
    const { resource, diagnostics } = readResource(keepNeeded(object));
    if (resource !== undefined) return this.#options.transform(resource);
    const { namespace, name } = object.metadata;
    this.#options.onEvent({ type: 'rejected', kind: this.kind, ...(namespace === undefined ? {} : { namespace }), name, diagnostics });
    return undefined;
  }

  #observe(event: ReflectorEvent): void {
    this.#options.onEvent({ type: 'reflector', ...this.#place, event });
    if (event.type === 'failed') this.#degrade(event.error);
    else if (event.type === 'listed' || event.type === 'watching') this.#recover();
    this.#options.onState();
  }

  #degrade(error: KubernetesError): void {
    const state = stateOf(error);
    // Lost connections and expired versions are the daily life of a watch; only a kind that was never read, or may not be, is degraded by them.
    if (state === 'failing' && this.isSynced) return;
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onEvent({ type: 'degraded', ...this.#place, state, error });
  }

  #recover(): void {
    const wasDegraded = this.#state !== 'synced' && this.#state !== 'pending';
    this.#state = 'synced';
    if (wasDegraded) this.#options.onEvent({ type: 'recovered', ...this.#place });
  }
}

function stateOf({ code }: KubernetesError): CollectionState {
  if (code === 'kubernetes/not-found') return 'absent';
  return code === 'kubernetes/forbidden' || code === 'kubernetes/unauthorized' ? 'denied' : 'failing';
}

function toChanges(change: StoreChange<Resource>): readonly Change[] {
  if (change.type === 'delete') {
    const { kind, metadata } = change.object;
    return [{ type: 'delete', kind, ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }), name: metadata.name }];
  }
  // A write to a part that is not kept, such as a status, only moves the version.
  if (change.type === 'update' && isSameButVersion(change.old, change.object)) return [];
  return [{ type: 'apply', object: change.object }];
}

function isSameButVersion(old: Resource, now: Resource): boolean {
  return isSameJson(
    { ...old, metadata: { ...old.metadata, resourceVersion: '' } },
    { ...now, metadata: { ...now.metadata, resourceVersion: '' } },
  );
}

/** The key under which changes of one object are joined. */
export function changeKey(change: Change): string {
  if (change.type === 'delete') return objectKey(change.kind, change.namespace, change.name);
  const { kind, metadata } = change.object;
  return objectKey(kind, metadata.namespace, metadata.name);
}
