import type { ApiObject } from './api-object.ts';
import type { ApiResource } from './api-resource.ts';
import { type Clock, systemClock } from './clock.ts';
import { isKubernetesError } from './errors.ts';
import { isSameJson, restrictTo } from './json.ts';
import type { ObjectClient, ObjectName } from './object-client.ts';

/** What became of a status. */
export type StatusOutcome =
  /** It says already what it should. */
  | { readonly type: 'unchanged'; readonly object: ApiObject }
  | { readonly type: 'written'; readonly object: ApiObject }
  /** The object is gone, or is another one of the same name. */
  | { readonly type: 'gone' }
  /** Another writer claims the same fields; nothing is written any more until `resume`, or until other values are wanted. */
  | { readonly type: 'contested'; readonly managers: readonly string[]; readonly message: string };

/** How status is written. */
export interface StatusWriterOptions {
  readonly client: ObjectClient;
  /** Default: the client's. Two writers must not use one name. */
  readonly fieldManager?: string;
  /** How often another writer may undo the same value before we stop; default 3. */
  readonly maxUndone?: number;
  /** … within so many milliseconds; default 600,000. */
  readonly undoneWindow?: number;
  readonly clock?: Clock;
}

/** Which status, and what it should say. Only the fields given are ours. */
export interface StatusWrite extends ObjectName {
  /** Writes only to this incarnation. */
  readonly uid?: string;
  readonly status: Readonly<Record<string, unknown>>;
}

interface StatusRecord {
  readonly status: Readonly<Record<string, unknown>>;
  /** When we wrote this value. */
  written: number[];
  contested: StatusOutcome | undefined;
}

/**
 * Writes status by server-side apply, without force, and only when it would change something. Two controllers that each insist on their value rewrite
 * one object for ever (gateway-api-bench shows a pair that does): here the second claim ends it, with a report.
 */
export class StatusWriter {
  readonly #options: Required<Omit<StatusWriterOptions, 'fieldManager'>> & Pick<StatusWriterOptions, 'fieldManager'>;
  readonly #records = new Map<string, StatusRecord>();

  constructor(options: StatusWriterOptions) {
    this.#options = { maxUndone: 3, undoneWindow: 600_000, clock: systemClock, ...options };
  }

  /**
   * Makes the status say what it should.
   *
   * @param current the object as the caller saw it last; without it, it is read first. A watch's copy without status will not do.
   */
  async write(resource: ApiResource, write: StatusWrite, current?: ApiObject, signal?: AbortSignal): Promise<StatusOutcome> {
    const call = signal === undefined ? {} : { signal };
    const live = current ?? (await this.#options.client.find(resource, write, call));
    const key = `${resource.apiVersion}/${resource.plural}/${write.namespace ?? ''}/${write.name}`;
    if (live === undefined || (write.uid !== undefined && live.metadata.uid !== write.uid)) {
      this.#records.delete(key);
      return { type: 'gone' };
    }
    const record = this.#recordOf(key, write.status);
    if (isSameJson(restrictTo(live['status'], write.status), write.status)) {
      // Someone gave in: what was contested is not any more.
      record.contested = undefined;
      return { type: 'unchanged', object: live };
    }
    if (record.contested !== undefined) return record.contested;
    const undone = this.#undoneOften(record);
    if (undone)
      return this.#contest(
        record,
        managersOf(live, this.#options.fieldManager),
        `Another writer undid the same status ${record.written.length} times.`,
      );
    return this.#apply(resource, write, live, record, signal);
  }

  /** Tries again where another writer was in the way. */
  resume(resource: ApiResource, { namespace, name }: ObjectName): void {
    this.#records.delete(`${resource.apiVersion}/${resource.plural}/${namespace ?? ''}/${name}`);
  }

  async #apply(
    resource: ApiResource,
    write: StatusWrite,
    live: ApiObject,
    record: StatusRecord,
    signal?: AbortSignal,
  ): Promise<StatusOutcome> {
    const { client, fieldManager, clock } = this.#options;
    const { namespace, name, uid } = live.metadata;
    const object: ApiObject = {
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      // The uid keeps the write from reaching, or creating, another object of the same name.
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
      status: write.status,
    };
    const options = { ...(fieldManager === undefined ? {} : { fieldManager }), ...(signal === undefined ? {} : { signal }) };
    try {
      const written = await this.#applyStatus(client, resource, object, options);
      record.written.push(clock.now());
      return { type: 'written', object: written };
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/not-found')) return { type: 'gone' };
      if (!isKubernetesError(error, 'kubernetes/conflict')) throw error;
      // Without managers it is the uid that did not match.
      if (error.managers.length === 0) return { type: 'gone' };
      return this.#contest(record, error.managers, error.message);
    }
  }

  async #applyStatus(
    client: ObjectClient,
    resource: ApiResource,
    object: ApiObject,
    options: { readonly fieldManager?: string },
  ): Promise<ApiObject> {
    try {
      return await client.apply(resource, object, { ...options, subresource: 'status' });
    } catch (error) {
      // A CRD may have no status subresource: then status is a field like any other.
      if (!isKubernetesError(error, 'kubernetes/not-found')) throw error;
      if ((await client.find(resource, object.metadata)) === undefined) throw error;
      return await client.apply(resource, object, options);
    }
  }

  #recordOf(key: string, status: Readonly<Record<string, unknown>>): StatusRecord {
    const known = this.#records.get(key);
    if (known !== undefined && isSameJson(known.status, status)) return known;
    const record: StatusRecord = { status, written: [], contested: undefined };
    this.#records.set(key, record);
    return record;
  }

  /** True when the value was written so often that someone must be taking it back. */
  #undoneOften(record: StatusRecord): boolean {
    const { clock, undoneWindow, maxUndone } = this.#options;
    record.written = record.written.filter((at) => clock.now() - at < undoneWindow);
    return record.written.length >= maxUndone;
  }

  #contest(record: StatusRecord, managers: readonly string[], message: string): StatusOutcome {
    record.contested = { type: 'contested', managers, message };
    return record.contested;
  }
}

/** Who else writes to the status. */
function managersOf({ metadata }: ApiObject, own: string | undefined): readonly string[] {
  const names = (metadata.managedFields ?? []).flatMap((entry) => {
    const { manager, subresource } = entry as { readonly manager?: unknown; readonly subresource?: unknown };
    return subresource === 'status' && typeof manager === 'string' && manager !== own ? [manager] : [];
  });
  return [...new Set(names)];
}
