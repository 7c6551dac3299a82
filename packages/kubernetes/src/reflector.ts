import { type ApiObject, keyOf } from './api-object.ts';
import { AuditPlan, driftOf } from './audit.ts';
import { Backoff } from './backoff.ts';
import { sleep, systemClock } from './clock.ts';
import { isKubernetesError, KubernetesError, toKubernetesError } from './errors.ts';
import { maxLineBytes } from './lines.ts';
import { type Collection, type Listed, listCollection, nameOf } from './list-collection.ts';
import type { ObjectStore, Stored } from './object-store.ts';
import { Recovery } from './recovery.ts';
import type { ReflectorOptions, StreamingLists } from './reflector-options.ts';
import type { ReflectorEvent, ReflectorStatus } from './reflector-status.ts';
import { compareVersions } from './resource-version.ts';
import type { WatchEvent } from './watch-events.ts';
import { watchCollection } from './watch-stream.ts';

/** Milliseconds for one page of a list. */
const pageTimeout = 60_000;

/**
 * Keeps a store equal to a collection of the API server: list, then watch from there, and start over only when history is lost. Every failure is
 * retried for as long as it runs; what was learned stays in the store meanwhile. The rules are client-go's (reliability.md section 1.1).
 */
export class Reflector<T extends Stored> {
  readonly collection: Collection;
  readonly store: ObjectStore<T>;
  readonly #options: Required<Omit<ReflectorOptions<T>, 'streamingLists'>>;
  readonly #streaming: StreamingLists;
  readonly #backoff: Backoff;
  readonly #recovery: Recovery;
  readonly #audit: AuditPlan;
  #version: string | undefined;
  #needsList = true;
  #isPaged = false;
  #isAudit = false;
  #isSynced = false;
  #state: ReflectorStatus['state'] = 'idle';
  #error: KubernetesError | undefined;
  #heard: number;
  #counts = { lists: 0, watches: 0, failures: 0, malformed: 0, ignored: 0 };

  constructor(options: ReflectorOptions<T>) {
    this.collection = options.collection;
    this.store = options.store;
    this.#streaming = options.streamingLists ?? { isRefused: true };
    this.#options = {
      clock: systemClock,
      random: Math.random,
      pageSize: 500,
      watchTimeout: 300_000,
      auditInterval: 0,
      maxLineBytes,
      onEvent: () => undefined,
      ...options,
    };
    const { clock, random, auditInterval } = this.#options;
    this.#backoff = new Backoff({ clock, random });
    this.#recovery = new Recovery(clock);
    this.#audit = new AuditPlan(clock, random, auditInterval);
    this.#heard = clock.now();
  }

  get status(): ReflectorStatus {
    const silence = this.#options.clock.now() - this.#heard;
    return { isSynced: this.#isSynced, state: this.#state, error: this.#error, version: this.#version, ...this.#counts, silence };
  }

  /** Runs until the signal aborts, then resolves; it never rejects. Nothing is stored or told afterwards. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wait = 0;
      try {
        if (this.#needsList && this.#streaming.isRefused) await this.#list(signal);
        await this.#watch(signal);
        this.#startAudit();
      } catch (thrown) {
        if (signal.aborted) break;
        wait = this.#judge(toKubernetesError(thrown));
      }
      if (wait > 0) {
        this.#state = 'waiting';
        await sleep(this.#options.clock, wait, signal).catch(() => undefined);
      }
    }
    this.#state = 'stopped';
  }

  /** Decides what a failure means: whether to list again, and how long to wait. */
  #judge(error: KubernetesError): number {
    this.#error = error;
    this.#counts.failures += 1;
    if (error.code === 'kubernetes/malformed' || error.code === 'kubernetes/line-too-long') this.#countMalformed(error);
    const during = this.#needsList ? 'list' : 'watch';
    let isAtOnce = false;
    if (during === 'watch') this.#needsList = this.#recovery.watchFailed(error, this.#version);
    else if (!this.#streaming.isRefused && this.#recovery.refusesStreaming(error)) {
      this.#streaming.isRefused = true;
      isAtOnce = true;
      this.#emit({ type: 'streaming-refused', error });
    } else isAtOnce = this.#recovery.listFailed(error);
    const wait = isAtOnce ? 0 : this.#backoff.next(error.retryAfter);
    this.#emit({ type: 'failed', during, error, wait, willRelist: this.#needsList });
    return wait;
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const { transport, clock, pageSize } = this.#options;
    const objects: T[] = [];
    const version = this.#recovery.listMode === 'latest' ? '' : (this.#version ?? '0');
    // A limit takes a list out of the server's cache, so a relist asks for all at once, unless the cache has shown that it pages.
    const limit = version === '' || version === '0' || this.#isPaged ? pageSize : 0;
    const request = {
      version,
      limit,
      signal,
      clock,
      timeout: pageTimeout,
      onObject: (object: ApiObject) => {
        const kept = this.#keep(object);
        if (kept !== undefined) objects.push(kept);
      },
      onMalformed: (error: KubernetesError) => this.#countMalformed(error),
    };
    let listed: Listed;
    try {
      listed = await listCollection(transport, this.collection, request);
    } catch (error) {
      if (limit === 0 || this.#recovery.listMode === 'latest' || !isKubernetesError(error, 'kubernetes/expired')) throw error;
      // The page token ran out: pages of one state are not to be had, so all at once, and from what is there now.
      this.#recovery.askLatest();
      objects.length = 0;
      listed = await listCollection(transport, this.collection, { ...request, version: '', limit: 0 });
    }
    if (signal.aborted) return;
    const isQuorum = this.#recovery.listMode === 'latest';
    if (!isQuorum && (compareVersions(listed.version, version) ?? 0) < 0) {
      throw new KubernetesError(
        'kubernetes/stale-list',
        `list ${nameOf(this.collection)}: version ${listed.version} is older than ${version}.`,
      );
    }
    this.#isPaged ||= version === '0' && listed.pages > 1;
    this.#takeList(objects, listed.version, false);
  }

  #takeList(objects: readonly T[], version: string, isStreamed: boolean): void {
    const isFirst = !this.#isSynced;
    if (this.#isAudit && this.#version !== undefined) this.#emit({ type: 'audited', drift: driftOf(this.store, objects, this.#version) });
    this.#isAudit = false;
    this.#version = version;
    this.#needsList = false;
    this.#recovery.listed();
    this.#counts.lists += 1;
    this.#isSynced = true;
    this.#hear();
    this.store.replace(objects);
    this.#emit({ type: 'listed', count: this.store.size, version, isFirst, isStreamed });
  }

  async #watch(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { transport, clock, random, watchTimeout } = this.#options;
    // While there is no list yet, what comes is collected apart: nobody may see half of it.
    const initial = this.#needsList ? new Map<string, T>() : undefined;
    const isAnew = this.#recovery.listMode === 'latest';
    this.#counts.watches += 1;
    const request = {
      version: initial !== undefined && isAnew ? undefined : this.#version,
      streamsList: initial !== undefined,
      seconds: Math.max(1, Math.round((watchTimeout * (1 + random())) / 1000)),
      signal,
      clock,
      maxLineBytes: this.#options.maxLineBytes,
      onOpen: () => {
        this.#hear();
        if (initial === undefined) this.#startWatching();
        else this.#state = 'listing';
      },
    };
    for await (const event of watchCollection(transport, this.collection, request)) {
      if (signal.aborted) return;
      this.#hear();
      if (this.#needsList && initial !== undefined) this.#collect(event, initial);
      else this.#take(event);
    }
  }

  #startWatching(): void {
    this.#state = 'watching';
    this.#error = undefined;
    this.#emit({ type: 'watching', version: this.#version ?? '' });
  }

  /** One event of a streamed list. Its events are in no order, so their versions say nothing. */
  #collect(event: WatchEvent, initial: Map<string, T>): void {
    if (event.type === 'BOOKMARK') {
      if (!event.endsInitialEvents) return;
      this.#takeList([...initial.values()], event.version, true);
      this.#startWatching();
      return;
    }
    const key = keyOf(event.object.metadata);
    const kept = event.type === 'DELETED' || this.#isOtherKind(event.object) ? undefined : this.#keep(event.object);
    if (kept === undefined) initial.delete(key);
    else initial.set(key, kept);
  }

  #startAudit(): void {
    if (!this.#audit.takeDue()) return;
    this.#isAudit = true;
    this.#needsList = true;
    this.#recovery.askLatest();
  }

  #take(event: WatchEvent): void {
    const order = this.#version === undefined ? undefined : compareVersions(event.version, this.#version);
    if (event.type === 'BOOKMARK') {
      // The server knows less than we do: it was restored from a backup. Only a list can tell what is true now.
      if (order !== undefined && order < 0) {
        throw new KubernetesError('kubernetes/stale-list', `The server's version went back from ${this.#version} to ${event.version}.`);
      }
      this.#version = event.version;
      return;
    }
    const { object, version, type } = event;
    const key = keyOf(object.metadata);
    if (this.#isOtherKind(object)) return;
    const known = this.store.get(key);
    const isRepeated = type === 'DELETED' ? order === 0 && known === undefined : known?.metadata.resourceVersion === version;
    if (isRepeated || (order !== undefined && order < 0)) {
      this.#counts.ignored += 1;
      this.#emit({ type: 'ignored', why: isRepeated ? 'duplicate' : 'older', key, version });
      return;
    }
    const kept = this.#keep(object);
    this.#version = version;
    this.#recovery.advanced();
    if (type === 'DELETED' || kept === undefined) this.store.delete(key, kept);
    else this.store.apply(kept);
  }

  #keep(object: ApiObject): T | undefined {
    try {
      return this.#options.transform(object);
    } catch (cause) {
      const message = `${nameOf(this.collection)}: ${keyOf(object.metadata)} could not be taken over; it is left out.`;
      this.#countMalformed(new KubernetesError('kubernetes/malformed', message, { cause }));
      return undefined;
    }
  }

  #isOtherKind({ kind, metadata }: ApiObject): boolean {
    if (kind === this.collection.resource.kind) return false;
    this.#counts.ignored += 1;
    this.#emit({ type: 'ignored', why: 'other-kind', key: keyOf(metadata), version: metadata.resourceVersion ?? '' });
    return true;
  }

  #countMalformed(error: KubernetesError): void {
    this.#counts.malformed += 1;
    this.#emit({ type: 'malformed', error });
  }

  #hear(): void {
    this.#heard = this.#options.clock.now();
  }

  #emit(event: ReflectorEvent): void {
    try {
      this.#options.onEvent(event);
    } catch {
      // Whoever listens must not be able to stop the copy.
    }
  }
}
