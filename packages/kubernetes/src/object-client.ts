import { type ApiObject, isApiObject } from './api-object.ts';
import { type ApiResource, apiPath } from './api-resource.ts';
import { type Clock, type Deadline, startDeadline, systemClock } from './clock.ts';
import type { ClusterSource } from './cluster.ts';
import { isKubernetesError, KubernetesError } from './errors.ts';
import { transportOf } from './http-transport.ts';
import { isMap, textAt } from './json.ts';
import { type JsonAnswer, requestJson, type Transport, type TransportRequest } from './transport.ts';

/** Which object: its kind's place in the API, and its name. */
export interface ObjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Options of writes. */
export interface WriteOptions extends CallOptions {
  /** Name under which the server records who set which fields. Default: the client's. */
  readonly fieldManager?: string;
  /** Write to a subresource, usually `status`. */
  readonly subresource?: string;
}

/** Options of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  /** Takes fields from other managers instead of rejecting with `kubernetes/conflict`. Default false: two writers that both force never end. */
  readonly force?: boolean;
}

export interface DeleteOptions extends CallOptions {
  /** Delete only this incarnation, or this version. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
}

export interface ListOptions extends CallOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects of one page; default 500. */
  readonly pageSize?: number;
}

/** How to build a client. */
export interface ClientOptions {
  readonly server: ClusterSource;
  /** Default `ingresskit`. */
  readonly fieldManager?: string;
  /** Asked before every write. When it answers false the write is not sent: see `LeaseElector.isLeading`. */
  readonly mayWrite?: () => boolean;
  /** Milliseconds a call may take in all; default 30,000. */
  readonly timeout?: number;
  readonly clock?: Clock;
}

/**
 * Reads and writes any kind of object. Every rejection is a `KubernetesError`; nothing is retried, since only the caller knows whether repeating a
 * write is right.
 */
export class ObjectClient {
  readonly transport: Transport;
  readonly #isOwned: boolean;
  readonly #options: Required<Omit<ClientOptions, 'server'>>;

  constructor({ server, ...options }: ClientOptions) {
    const { transport, isOwned } = transportOf(server);
    this.transport = transport;
    this.#isOwned = isOwned;
    this.#options = { fieldManager: 'ingresskit', mayWrite: () => true, timeout: 30_000, clock: systemClock, ...options };
  }

  /** The object, or a rejection with `kubernetes/not-found`. */
  get<T extends ApiObject = ApiObject>(resource: ApiResource, object: ObjectName, options: CallOptions = {}): Promise<T> {
    return this.#object(resource, object, 'GET', options, {});
  }

  /** The object, or `undefined` when there is none. */
  async find<T extends ApiObject = ApiObject>(
    resource: ApiResource,
    object: ObjectName,
    options: CallOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.get<T>(resource, object, options);
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/not-found')) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, page by page from the current state. An expired page token begins again, unpaged. */
  async list<T extends ApiObject = ApiObject>(resource: ApiResource, options: ListOptions = {}): Promise<readonly T[]> {
    const { namespace, labelSelector, fieldSelector, pageSize = 500 } = options;
    const selectors = { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
    const items: T[] = [];
    let token = '';
    let limit = pageSize;
    for (;;) {
      const query = new URLSearchParams({
        ...selectors,
        ...(limit > 0 ? { limit: String(limit) } : {}),
        ...(token === '' ? {} : { continue: token }),
      });
      const path = `${apiPath(resource, namespace)}${query.size > 0 ? `?${query}` : ''}`;
      try {
        const { body } = await this.#send({ method: 'GET', path }, `list ${resource.plural}`, options);
        const list = isMap(body) ? body : {};
        if (!Array.isArray(list['items']))
          throw new KubernetesError('kubernetes/malformed', `list ${resource.plural}: the answer has no items.`);
        // Items of a list carry neither kind nor apiVersion.
        for (const item of list['items']) items.push({ apiVersion: resource.apiVersion, kind: resource.kind, ...item });
        token = isMap(list['metadata']) ? (textAt(list['metadata'], 'continue') ?? '') : '';
        if (token === '') return items;
      } catch (error) {
        if (token === '' || !isKubernetesError(error, 'kubernetes/expired')) throw error;
        items.length = 0;
        token = '';
        limit = 0;
      }
    }
  }

  /** Creates the object; `kubernetes/already-exists` when its name is taken. */
  create<T extends ApiObject>(resource: ApiResource, object: T, options: WriteOptions = {}): Promise<T> {
    const path = `${apiPath(resource, object.metadata.namespace)}?${this.#writer(options)}`;
    return this.#write(
      resource,
      { method: 'POST', path, body: JSON.stringify(object) },
      `create ${resource.kind} ${object.metadata.name}`,
      options,
    );
  }

  /** Replaces the object. With `metadata.resourceVersion` the server refuses (`kubernetes/conflict`) when someone was faster. */
  replace<T extends ApiObject>(resource: ApiResource, object: T, options: WriteOptions = {}): Promise<T> {
    return this.#object(resource, object.metadata, 'PUT', options, { body: JSON.stringify(object), query: this.#writer(options) });
  }

  /** Server-side apply: the object now has these fields, and we own them. Creates it when it is not there. */
  apply<T extends ApiObject>(resource: ApiResource, object: T, options: ApplyOptions = {}): Promise<T> {
    const query = this.#writer(options);
    query.set('force', String(options.force ?? false));
    return this.#object(resource, object.metadata, 'PATCH', options, {
      body: JSON.stringify(object),
      query,
      contentType: 'application/apply-patch+yaml',
    });
  }

  /** JSON merge patch (RFC 7396): `null` removes a field, lists are replaced whole. */
  patch<T extends ApiObject = ApiObject>(
    resource: ApiResource,
    object: ObjectName,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#object(resource, object, 'PATCH', options, {
      body: JSON.stringify(patch),
      query: this.#writer(options),
      contentType: 'application/merge-patch+json',
    });
  }

  /** Deletes the object. False when there was none: gone is what the caller wanted. */
  async delete(resource: ApiResource, object: ObjectName, options: DeleteOptions = {}): Promise<boolean> {
    const { preconditions, propagation } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(preconditions === undefined ? {} : { preconditions }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    };
    try {
      this.#check();
      const path = apiPath(resource, object.namespace, object.name);
      await this.#send({ method: 'DELETE', path, body: JSON.stringify(body) }, `delete ${resource.kind} ${object.name}`, options);
      return true;
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/not-found')) return false;
      throw error;
    }
  }

  /** Makes sure the object has the finalizer. Rejects when it is being deleted: the server allows no new finalizer then. */
  addFinalizer<T extends ApiObject = ApiObject>(
    resource: ApiResource,
    object: ObjectName,
    finalizer: string,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#editFinalizers<T>(resource, object, options, (known) =>
      known.includes(finalizer) ? known : [...known, finalizer],
    ) as Promise<T>;
  }

  /** Makes sure the object does not have the finalizer; `undefined` when the object is gone. */
  async removeFinalizer<T extends ApiObject = ApiObject>(
    resource: ApiResource,
    object: ObjectName,
    finalizer: string,
    options: WriteOptions = {},
  ): Promise<T | undefined> {
    try {
      return await this.#editFinalizers<T>(resource, object, options, (known) => known.filter((name) => name !== finalizer));
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/not-found')) return undefined;
      throw error;
    }
  }

  /** Closes the transport, if this client opened it. */
  async close(): Promise<void> {
    if (this.#isOwned) await this.transport.close();
  }

  async #editFinalizers<T extends ApiObject>(
    resource: ApiResource,
    object: ObjectName,
    options: WriteOptions,
    edit: (known: readonly string[]) => readonly string[],
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const current = await this.get<T>(resource, object, options);
      const known = current.metadata.finalizers ?? [];
      const finalizers = edit(known);
      if (finalizers.length === known.length) return current;
      // A merge patch replaces the list, so it must not miss what others added: the version makes the server refuse then.
      const metadata = { finalizers, resourceVersion: current.metadata.resourceVersion };
      try {
        return await this.patch<T>(resource, object, { metadata }, options);
      } catch (error) {
        if (tries >= 5 || !isKubernetesError(error, 'kubernetes/conflict')) throw error;
      }
    }
  }

  #object<T extends ApiObject>(
    resource: ApiResource,
    { namespace, name }: ObjectName,
    method: TransportRequest['method'],
    options: WriteOptions,
    { body, query, contentType }: { readonly body?: string; readonly query?: URLSearchParams; readonly contentType?: string },
  ): Promise<T> {
    const path = `${apiPath(resource, namespace, name, options.subresource)}${query === undefined ? '' : `?${query}`}`;
    const request = {
      method,
      path,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
    };
    return this.#write(resource, request, `${method.toLowerCase()} ${resource.kind} ${name}`, options);
  }

  async #write<T extends ApiObject>(resource: ApiResource, request: TransportRequest, action: string, options: CallOptions): Promise<T> {
    if (request.method !== 'GET') this.#check();
    const { body } = await this.#send(request, action, options);
    if (!isApiObject(body)) throw new KubernetesError('kubernetes/malformed', `${action}: the answer is not a ${resource.kind}.`);
    return body as T;
  }

  #check(): void {
    if (!this.#options.mayWrite())
      throw new KubernetesError('kubernetes/not-leading', 'This process does not lead; the write was not sent.');
  }

  #writer({ fieldManager = this.#options.fieldManager }: WriteOptions): URLSearchParams {
    return new URLSearchParams({ fieldManager });
  }

  async #send(request: TransportRequest, action: string, { signal }: CallOptions): Promise<JsonAnswer> {
    const deadline: Deadline = startDeadline(this.#options.clock, this.#options.timeout, signal);
    const headers = request.body === undefined ? {} : { 'content-type': 'application/json' };
    try {
      return await requestJson(
        this.transport,
        { ...request, headers: { ...headers, ...request.headers }, signal: deadline.signal },
        action,
      );
    } finally {
      deadline.cancel();
    }
  }
}

/** Creates a client. */
export function createClient(options: ClientOptions): ObjectClient {
  return new ObjectClient(options);
}
