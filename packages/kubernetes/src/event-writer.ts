import { type Diagnostic, isKind, type ObjectRef } from '@ingresskit/resources';
import type { ApiObject } from './api-object.ts';
import { type ApiResource, apiResourceOf, coreEvents, events } from './api-resource.ts';
import { type Clock, systemClock } from './clock.ts';
import { isKubernetesError } from './errors.ts';
import type { ObjectClient } from './object-client.ts';
import { TokenBucket } from './token-bucket.ts';

/** What people should read at an object. */
export interface EventNote {
  readonly object: ObjectRef & { readonly apiVersion?: string };
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase; permanent, since tools filter by it. */
  readonly reason: string;
  /** Cut to 1,024 bytes, which the server allows. */
  readonly note: string;
  /** What was being done; default `Compile`. */
  readonly action?: string;
}

/** How Events are written. Times in milliseconds. */
export interface EventWriterOptions {
  readonly client: ObjectClient;
  /** Who says it, such as `ingresskit.io/gateway`. */
  readonly controller: string;
  /** Which replica says it, at most 128 characters. */
  readonly instance: string;
  /** A note that comes again within so long counts up the Event that is there; default 3,600,000 (servers forget Events after an hour). */
  readonly joinWithin?: number;
  /** A count is written at most this often; default 60,000. */
  readonly countInterval?: number;
  /** Events of one object at once, before they are thinned out; default 25. */
  readonly burst?: number;
  /** Then one per object every so long; default 300,000. */
  readonly interval?: number;
  readonly clock?: Clock;
}

/** What became of a note. */
export type EventOutcome = 'created' | 'counted' | 'joined' | 'dropped';

interface Series {
  readonly firstAt: number;
  readonly name: string;
  readonly namespace: string;
  readonly resource: ApiResource;
  count: number;
  lastAt: number;
  /** When the count was last written. */
  writtenAt: number;
}

/** Objects that are remembered, so that a cluster of any size costs the same memory. */
const maxRemembered = 4_096;

/**
 * Writes Events: the same note becomes one Event with a count, and an object that has much to say is thinned out (client-go's 25 at once, then one in
 * five minutes). An Event that cannot be written is no reason to stop: only the caller's `catch` sees it.
 */
export class EventWriter {
  readonly #options: Required<EventWriterOptions>;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, TokenBucket>();
  #isCore = false;
  #number = 0;

  constructor(options: EventWriterOptions) {
    this.#options = { joinWithin: 3_600_000, countInterval: 60_000, burst: 25, interval: 300_000, clock: systemClock, ...options };
  }

  /** Writes a note, or counts it where it is known already. */
  async write(note: EventNote, signal?: AbortSignal): Promise<EventOutcome> {
    const { clock, joinWithin, countInterval, burst, interval } = this.#options;
    const now = clock.now();
    const object = `${note.object.kind}/${note.object.namespace ?? ''}/${note.object.name}/${note.object.uid ?? ''}`;
    const key = JSON.stringify([object, note.type, note.reason, note.action ?? '', note.note]);
    const known = this.#series.get(key);
    if (known !== undefined && now - known.lastAt < joinWithin) {
      known.count += 1;
      known.lastAt = now;
      if (now - known.writtenAt < countInterval) return 'joined';
      known.writtenAt = now;
      if (await this.#count(known, signal)) return 'counted';
      this.#series.delete(key);
    }
    const bucket = this.#buckets.get(object) ?? new TokenBucket(clock, burst, interval);
    remember(this.#buckets, object, bucket);
    if (!bucket.take()) return 'dropped';
    // Remembered before the answer, so that the same note does not overtake itself.
    const series = this.#begin(note, now);
    remember(this.#series, key, series);
    try {
      await this.#create(note, series, signal);
      return 'created';
    } catch (error) {
      if (this.#series.get(key) === series) this.#series.delete(key);
      throw error;
    }
  }

  /** Writes one note for each diagnostic that names an object, one after the other. Stops at the first that cannot be written. */
  async writeDiagnostics(diagnostics: Iterable<Diagnostic>, signal?: AbortSignal): Promise<void> {
    for (const diagnostic of diagnostics) {
      const note = noteOf(diagnostic);
      if (note !== undefined) await this.write(note, signal);
    }
  }

  #begin({ object }: EventNote, now: number): Series {
    this.#number += 1;
    const suffix = `${Math.floor(this.#options.clock.wallTime()).toString(16)}${this.#number.toString(16).padStart(4, '0')}`;
    // Names have at most 253 characters; Events of cluster-scoped objects live in `default`, by convention.
    const name = `${object.name.slice(0, 200)}.${suffix}`;
    return {
      firstAt: now,
      name,
      namespace: object.namespace ?? 'default',
      resource: this.#resource,
      count: 1,
      lastAt: now,
      writtenAt: now,
    };
  }

  get #resource(): ApiResource {
    return this.#isCore ? coreEvents : events;
  }

  async #create(note: EventNote, series: Series, signal?: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const options = signal === undefined ? {} : { signal };
    if (!this.#isCore) {
      try {
        await client.create(events, this.#toEvent(note, series), options);
        return;
      } catch (error) {
        // "No such path" means an old server: a missing namespace has a name in its message, and fails the same way below. And up to 1.20 a new Event
        // about a cluster-scoped object is invalid outside kube-system.
        const isRefused = note.object.namespace === undefined && isKubernetesError(error, 'kubernetes/invalid');
        if (!isRefused && !isKubernetesError(error, 'kubernetes/not-found')) throw error;
      }
    }
    await client.create(coreEvents, this.#toCoreEvent(note, series), options);
    this.#isCore = true;
  }

  async #count(series: Series, signal?: AbortSignal): Promise<boolean> {
    const lastAt = this.#timeOf(series.lastAt);
    const isCore = series.resource === coreEvents || this.#isCore;
    const patch = isCore
      ? { count: series.count, lastTimestamp: seconds(lastAt) }
      : { series: { count: series.count, lastObservedTime: lastAt } };
    try {
      await this.#options.client.patch(isCore ? coreEvents : events, series, patch, signal === undefined ? {} : { signal });
      return true;
    } catch (error) {
      // The server has forgotten the Event: it starts anew.
      if (isKubernetesError(error, 'kubernetes/not-found')) return false;
      throw error;
    }
  }

  #toEvent(note: EventNote, { name, namespace, firstAt }: Series): ApiObject {
    const { controller, instance } = this.#options;
    return {
      apiVersion: events.apiVersion,
      kind: events.kind,
      metadata: { name, namespace },
      eventTime: this.#timeOf(firstAt),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      action: note.action ?? 'Compile',
      reason: note.reason.slice(0, 128),
      regarding: referenceOf(note),
      note: cut(note.note),
      type: note.type,
    };
  }

  #toCoreEvent(note: EventNote, { name, namespace, firstAt }: Series): ApiObject {
    const { controller, instance } = this.#options;
    const at = seconds(this.#timeOf(firstAt));
    return {
      apiVersion: coreEvents.apiVersion,
      kind: coreEvents.kind,
      metadata: { name, namespace },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
      source: { component: controller },
      reportingComponent: controller,
      reportingInstance: instance.slice(0, 128),
      action: note.action ?? 'Compile',
      reason: note.reason.slice(0, 128),
      involvedObject: referenceOf(note),
      message: cut(note.note),
      type: note.type,
    };
  }

  /** A moment of our monotonic clock as MicroTime. */
  #timeOf(at: number): string {
    const { clock } = this.#options;
    return new Date(clock.wallTime() - (clock.now() - at)).toISOString().replace('Z', '000Z');
  }
}

/** A diagnostic as a note at its object: `cors/invalid-max-age` has the reason `CorsInvalidMaxAge`. Diagnostics without an object have none. */
export function noteOf({ code, severity, message, help, object }: Diagnostic): EventNote | undefined {
  if (object === undefined) return undefined;
  return {
    object,
    type: severity === 'info' ? 'Normal' : 'Warning',
    reason: code
      .split(/[/-]/)
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join(''),
    note: help === undefined ? message : `${message} ${help}`,
  };
}

function referenceOf({
  object: { kind, namespace, name, uid, apiVersion = isKind(kind) ? apiResourceOf(kind).apiVersion : undefined },
}: EventNote): object {
  return {
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
  };
}

/** At most 1,024 bytes of UTF-8, cut between characters. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= 1024) return text;
  return `${bytes
    .subarray(0, 1021)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}…`;
}

function seconds(microTime: string): string {
  return microTime.replace(/\.\d+Z$/, 'Z');
}

/** Puts an entry last and drops the oldest beyond the limit. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= maxRemembered) break;
    map.delete(oldest);
  }
}
