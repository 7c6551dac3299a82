import { type ApiObject, keyOf } from './api-object.ts';
import { apiPath } from './api-resource.ts';
import { Backoff } from './backoff.ts';
import { type Clock, sleep, systemClock } from './clock.ts';
import { isKubernetesError, KubernetesError, type KubernetesErrorCode, toKubernetesError } from './errors.ts';
import { maxLineBytes, readLines } from './lines.ts';
import { type Collection, type Listed, listCollection, nameOf, queryOf } from './list-collection.ts';
import type { ObjectStore, Stored } from './object-store.ts';
import type { ReflectorEvent, ReflectorStatus } from './reflector-status.ts';
import { compareVersions } from './resource-version.ts';
import { refusalOf, type Transport } from './transport.ts';
import { parseWatchEvent, type WatchEvent } from './watch-events.ts';

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

const headTimeout = 30_000;
const pageTimeout = 60_000;
/** How long after its own timeout a watch is believed to be alive. */
const grace = 5_000;
/** How long the end of a streamed list is waited for. */
const streamedListTimeout = 60_000;
/** A watch that ends sooner has not really worked. */
const shortWatch = 1_000;
/** How long a server that only says 500 to a watch is asked again before it is asked for a list. */
const serverErrorWindow = 60_000;

/** Refusals that asking again in the same way cannot cure. */
const refusals: readonly KubernetesErrorCode[] = ['kubernetes/bad-request', 'kubernetes/invalid', 'kubernetes/unsupported'];

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
  #version: string | undefined;
  #needsList = true;
  /** How the next list is asked for. */
  #listMode: 'any' | 'not-older' | 'latest' = 'any';
  #isPaged = false;
  #staleLists = 0;
  #cutStreams = 0;
  #auditAt = Number.POSITIVE_INFINITY;
  #isAudit = false;
  #isSynced = false;
  #state: ReflectorStatus['state'] = 'idle';
  #error: KubernetesError | undefined;
  #heard: number;
  #counts = { lists: 0, watches: 0, failures: 0, malformed: 0, ignored: 0 };
  /** Watches that failed in a row without getting further, by why. */
  #stuck: { readonly version: string | undefined; readonly since: number; readonly count: number } | undefined;

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
    this.#backoff = new Backoff({ clock: this.#options.clock, random: this.#options.random });
    this.#heard = this.#options.clock.now();
    this.#planAudit();
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
        wait = this.#judge(toKubernetesError(thrown), this.#needsList ? 'list' : 'watch');
      }
      if (wait > 0) {
        this.#state = 'waiting';
        await sleep(this.#options.clock, wait, signal).catch(() => undefined);
      }
    }
    this.#state = 'stopped';
  }

  /** Decides what a failure means: whether to list again, and how long to wait. */
  #judge(error: KubernetesError, during: 'list' | 'watch'): number {
    this.#error = error;
    this.#counts.failures += 1;
    let isAtOnce = false;
    if (error.code === 'kubernetes/malformed' || error.code === 'kubernetes/line-too-long') {
      this.#counts.malformed += 1;
      this.#emit({ type: 'malformed', error });
    }
    if (during === 'list') isAtOnce = this.#judgeList(error);
    else this.#needsList = this.#losesHistory(error);
    const wait = isAtOnce ? 0 : this.#backoff.next(error.retryAfter);
    this.#emit({ type: 'failed', during, error, wait, willRelist: this.#needsList });
    return wait;
  }

  /** True when the list can be asked for in another way at once. */
  #judgeList(error: KubernetesError): boolean {
    if (!this.#streaming.isRefused) {
      // A stream that ends before the list does may be an accident once; a server that means it does it again.
      if (error.code === 'kubernetes/short-watch') this.#cutStreams += 1;
      if (refusals.includes(error.code) || this.#cutStreams >= 2) {
        this.#streaming.isRefused = true;
        this.#emit({ type: 'streaming-refused', error });
        return true;
      }
    }
    if (error.code === 'kubernetes/stale-list') {
      this.#staleLists += 1;
      if (this.#staleLists >= 3) this.#listMode = 'latest';
      return false;
    }
    const isUnknownVersion = error.code === 'kubernetes/expired' || error.code === 'kubernetes/version-too-large';
    if (!isUnknownVersion || this.#listMode === 'latest') return false;
    this.#listMode = 'latest';
    return true;
  }

  /** Whether a failed watch cannot go on from the last version. */
  #losesHistory(error: KubernetesError): boolean {
    const { code } = error;
    if (code === 'kubernetes/expired' || code === 'kubernetes/stale-list' || code === 'kubernetes/not-found' || refusals.includes(code))
      return true;
    const isStuckable = code === 'kubernetes/malformed' || code === 'kubernetes/line-too-long' || code === 'kubernetes/server-error';
    if (!isStuckable) return false;
    const now = this.#options.clock.now();
    const { version, since, count } = this.#stuck ?? { version: undefined, since: now, count: 0 };
    this.#stuck = version === this.#version ? { version, since, count: count + 1 } : { version: this.#version, since: now, count: 1 };
    // An event that cannot be read comes again with every watch, and hides all that follow; a list may get past it.
    const isOver = code === 'kubernetes/server-error' ? now - this.#stuck.since > serverErrorWindow : this.#stuck.count >= 3;
    if (isOver) this.#stuck = undefined;
    return isOver;
  }

  async #list(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const { transport, clock, pageSize } = this.#options;
    const objects: T[] = [];
    const isFirst = this.#version === undefined || this.#listMode === 'any';
    const version = this.#listMode === 'latest' ? '' : isFirst ? '0' : (this.#version ?? '0');
    // A limit takes a list out of the server's cache, so a relist asks for all at once, unless the cache has shown that it pages.
    const limit = this.#limitOf(version, pageSize);
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
      if (limit === 0 || this.#listMode === 'latest' || !isKubernetesError(error, 'kubernetes/expired')) throw error;
      // The page token ran out: pages of one state are not to be had, so all at once, and from what is there now.
      this.#listMode = 'latest';
      objects.length = 0;
      listed = await listCollection(transport, this.collection, { ...request, version: '', limit: 0 });
    }
    if (signal.aborted) return;
    if (version !== '' && version !== '0' && (compareVersions(listed.version, version) ?? 0) < 0) {
      throw new KubernetesError(
        'kubernetes/stale-list',
        `list ${nameOf(this.collection)}: version ${listed.version} is older than ${version}.`,
      );
    }
    this.#isPaged ||= version === '0' && listed.pages > 1;
    this.#takeList(objects, listed.version, false);
  }

  #limitOf(version: string, pageSize: number): number {
    return version === '' || version === '0' || this.#isPaged ? pageSize : 0;
  }

  #takeList(objects: Iterable<T>, version: string, isStreamed: boolean): void {
    const isFirst = !this.#isSynced;
    const seen = this.#version;
    const listed = [...objects];
    if (this.#isAudit && seen !== undefined) this.#emit({ type: 'audited', drift: this.#driftOf(listed, seen) });
    this.#isAudit = false;
    this.#version = version;
    this.#needsList = false;
    this.#listMode = 'not-older';
    this.#staleLists = 0;
    this.#counts.lists += 1;
    this.#isSynced = true;
    this.#hear();
    this.store.replace(listed);
    this.#emit({ type: 'listed', count: this.store.size, version, isFirst, isStreamed });
  }

  #planAudit(): void {
    const { auditInterval, clock, random } = this.#options;
    this.#auditAt = auditInterval > 0 ? clock.now() + auditInterval * (1 + random()) : Number.POSITIVE_INFINITY;
  }

  #startAudit(): void {
    if (this.#options.clock.now() < this.#auditAt) return;
    this.#planAudit();
    this.#isAudit = true;
    this.#needsList = true;
    this.#listMode = 'latest';
  }

  /** How many objects of a list the store should have known by a version, and did not. */
  #driftOf(listed: readonly T[], seen: string): number {
    const present = new Set(listed.map(({ metadata }) => keyOf(metadata)));
    const missed = listed.filter(({ metadata }) => {
      const version = metadata.resourceVersion ?? '';
      return (compareVersions(version, seen) ?? 1) <= 0 && this.store.get(keyOf(metadata))?.metadata.resourceVersion !== version;
    });
    const gone = [...this.store.values()].filter(({ metadata }) => !present.has(keyOf(metadata)));
    return missed.length + gone.length;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { transport, clock, random, watchTimeout } = this.#options;
    const action = `watch ${nameOf(this.collection)}`;
    const seconds = Math.max(1, Math.round((watchTimeout * (1 + random())) / 1000));
    const controller = new AbortController();
    const outer = (): void => controller.abort(signal.reason);
    signal.addEventListener('abort', outer, { once: true });
    let cancelTimer = clock.timer(headTimeout, () => controller.abort(late(action)));
    let cancelListTimer = (): void => undefined;
    const started = clock.now();
    let events = 0;
    try {
      const initial = this.#needsList ? new Map<string, T>() : undefined;
      const path = `${apiPath(this.collection.resource, this.collection.namespace)}?${this.#watchQuery(seconds, initial !== undefined)}`;
      this.#counts.watches += 1;
      const answer = await transport.request({ method: 'GET', path, signal: controller.signal, isStream: true });
      if (answer.status !== 200) throw await refusalOf(answer, action);
      cancelTimer();
      cancelTimer = clock.timer(seconds * 1000 + grace, () => controller.abort(late(action)));
      if (initial !== undefined) cancelListTimer = clock.timer(streamedListTimeout, () => controller.abort(endless(action)));
      this.#state = initial === undefined ? 'watching' : 'listing';
      if (initial === undefined) this.#startWatching();
      for await (const line of readLines(answer.body, action, this.#options.maxLineBytes)) {
        if (controller.signal.aborted) break;
        this.#hear();
        const event = parseWatchEvent(line, action);
        events += 1;
        if (this.#needsList && initial !== undefined) {
          if (this.#collect(event, initial)) cancelListTimer();
        } else this.#take(event);
      }
      if (controller.signal.aborted && !signal.aborted) throw controller.signal.reason;
      // A watch that ends cleanly at once is a server, or a proxy, in trouble; going back at once would make it worse.
      const isShort = clock.now() - started < shortWatch || this.#needsList;
      if (isShort && !signal.aborted) {
        throw new KubernetesError('kubernetes/short-watch', `${action}: it ended at once${events === 0 ? ', without an event' : ''}.`);
      }
    } finally {
      cancelTimer();
      cancelListTimer();
      signal.removeEventListener('abort', outer);
    }
  }

  #startWatching(): void {
    this.#hear();
    this.#error = undefined;
    this.#emit({ type: 'watching', version: this.#version ?? '' });
  }

  #watchQuery(seconds: number, streamsList: boolean): URLSearchParams {
    const query = queryOf(this.collection);
    query.set('watch', 'true');
    query.set('allowWatchBookmarks', 'true');
    query.set('timeoutSeconds', String(seconds));
    if (streamsList) {
      query.set('sendInitialEvents', 'true');
      query.set('resourceVersionMatch', 'NotOlderThan');
      if (this.#version !== undefined && this.#listMode !== 'latest') query.set('resourceVersion', this.#version);
    } else query.set('resourceVersion', this.#version ?? '0');
    return query;
  }

  /** One event of a streamed list. True when the list is whole. Its first events are in no order, so their versions say nothing. */
  #collect(event: WatchEvent, initial: Map<string, T>): boolean {
    if (event.type === 'BOOKMARK') {
      if (!event.endsInitialEvents) return false;
      this.#takeList(initial.values(), event.version, true);
      this.#state = 'watching';
      this.#startWatching();
      return true;
    }
    const key = keyOf(event.object.metadata);
    const kept = event.type === 'DELETED' || this.#isOtherKind(event.object) ? undefined : this.#keep(event.object);
    if (kept === undefined) initial.delete(key);
    else initial.set(key, kept);
    return false;
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
    this.#stuck = undefined;
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

function endless(action: string): KubernetesError {
  return new KubernetesError('kubernetes/unsupported', `${action}: the server did not say where the streamed list ends.`);
}

function late(action: string): KubernetesError {
  return new KubernetesError('kubernetes/timeout', `${action}: the server has not been heard of for too long.`);
}
