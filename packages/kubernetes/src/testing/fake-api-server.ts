import { kinds } from '@ingresskit/resources';
import { type ApiObject, keyOf } from '../api-object.ts';
import { type ApiResource, apiResourceOf, coreEvents, events, leases } from '../api-resource.ts';
import { type Clock, sleep, systemClock } from '../clock.ts';
import { createTransport } from '../http-transport.ts';
import type { Transport, TransportRequest } from '../transport.ts';
import { answerList } from './answer-list.ts';
import { answerObject } from './answer-write.ts';
import { FakeWatch, openWatch } from './fake-watch.ts';
import { type Failure, Fault, type FaultMatch } from './fault.ts';
import { type FrontTls, type HttpFront, openFront } from './http-front.ts';
import { MemoryTransport, type Outcome } from './memory-transport.ts';
import { type MeteredRequest, MeteredTransport, meterHeader } from './metered-transport.ts';
import { collectionOf, type ParsedRequest, parseRequest, type ServedResource } from './parse-request.ts';
import { statusAnswer } from './status-body.ts';
import { VersionedStore } from './versioned-store.ts';
import { turn } from './virtual-clock.ts';

/** How a fake API server behaves when nothing is scripted. */
export interface FakeApiServerOptions {
  readonly clock?: Clock;
  /** Kinds besides those that IngressKit models, Lease and Event; for kinds in both, this declaration counts. */
  readonly resources?: readonly ServedResource[];
  /** Kinds, by plural name, that are not installed at first. */
  readonly absent?: readonly string[];
  /** Bearer tokens that are let in; default: everyone. */
  readonly tokens?: Iterable<string>;
  /** Milliseconds between bookmarks; default 60,000, and 0 sends none. */
  readonly bookmarkInterval?: number;
  /** Watch events go out in pieces of so many bytes; default whole. */
  readonly pieceSize?: number;
  /** Whether `sendInitialEvents` is understood; default false, as before Kubernetes 1.32. `endless` never says where the list ends. */
  readonly hasStreamingLists?: boolean | 'endless';
  /** Whether lists at version 0 are paged; default false, as the real watch cache. */
  readonly pagesFromCache?: boolean;
}

/**
 * An API server for tests, over real HTTP or in memory. Its state is a versioned store with a history that can be compacted, so expiry, paging,
 * conflicts and resumption are consequences rather than scripts; what a test scripts are the failures around them. It checks no schemas, keeps no
 * discovery and has no RBAC beyond `deny`; namespaces need not exist.
 */
export class FakeApiServer {
  readonly store: VersionedStore = new VersionedStore();
  /** Every request so far that was understood. */
  readonly requests: ParsedRequest[] = [];
  /** Bearer tokens that are let in; `undefined` lets everyone in. Rotate by changing the set. */
  readonly tokens: Set<string> | undefined;
  readonly #options: FakeApiServerOptions;
  readonly #clock: Clock;
  readonly #resources = new Map<string, ServedResource>();
  readonly #installed = new Set<string>();
  readonly #faults: Fault[] = [];
  readonly #watches: FakeWatch[] = [];
  readonly #transports: MeteredTransport[] = [];
  readonly #closing = new AbortController();
  readonly #waiting = new Set<string>();
  readonly #watchOfRequest = new Map<string, FakeWatch>();
  #front: HttpFront | undefined;
  #number = 0;

  constructor(options: FakeApiServerOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.tokens = options.tokens === undefined ? undefined : new Set(options.tokens);
    const withStatus = new Set(['Ingress', 'Service', 'Pod', 'Namespace', 'MseIngressConfig']);
    const builtIn = [...kinds.map(apiResourceOf), leases, events, coreEvents];
    for (const resource of [...builtIn.map((one) => ({ ...one, hasStatus: withStatus.has(one.kind) })), ...(options.resources ?? [])])
      this.install(resource);
    for (const resource of [...this.#resources.values()]) if (options.absent?.includes(resource.plural) === true) this.uninstall(resource);
  }

  /** Serves a kind, as installing its CRD does. */
  install(resource: ApiResource & { readonly hasStatus?: boolean }): void {
    const collection = collectionOf(resource);
    this.#resources.set(collection, { hasStatus: this.#resources.get(collection)?.hasStatus ?? false, ...resource });
    this.#installed.add(collection);
  }

  /** Stops serving a kind: its objects are deleted, its watches end, its path is a 404. */
  uninstall(resource: ApiResource): void {
    const collection = collectionOf(resource);
    for (const object of this.store.list(collection)) this.store.delete(collection, keyOf(object.metadata));
    for (const watch of this.openWatches(resource.plural)) watch.end();
    this.#installed.delete(collection);
  }

  /** Puts an object as someone with all rights would: created, or replaced with a new version. */
  put(object: object): ApiObject {
    const given = object as ApiObject;
    const resource = this.#resourceOf(given);
    const collection = collectionOf(resource);
    const key = keyOf(given.metadata);
    const live = this.store.get(collection, key);
    const own = given.metadata.uid ?? live?.metadata.uid ?? `00000000-0000-4000-8000-${this.#next().toString(16).padStart(12, '0')}`;
    const created = live?.metadata.creationTimestamp ?? new Date(this.#clock.wallTime()).toISOString().replace(/\.\d+Z$/, 'Z');
    const metadata = { creationTimestamp: created, generation: (live?.metadata.generation ?? 0) + 1, ...given.metadata, uid: own };
    return this.store.put(collection, key, { ...given, metadata });
  }

  /** Removes an object at once, finalizers or not. */
  remove(object: {
    readonly kind: string;
    readonly apiVersion?: string;
    readonly metadata: { readonly namespace?: string; readonly name: string };
  }): void {
    this.store.delete(collectionOf(this.#resourceOf(object)), keyOf(object.metadata));
  }

  /** The object as it is now. */
  get(resource: ApiResource, name: string, namespace?: string): ApiObject | undefined {
    return this.store.get(collectionOf(resource), keyOf({ namespace, name }));
  }

  /** All objects of a kind. */
  list(resource: ApiResource): readonly ApiObject[] {
    return this.store.list(collectionOf(resource));
  }

  /** Scripts a failure for the next request that matches. Failures are tried in the order in which they were scripted. */
  fail(match: FaultMatch, failure: Failure): Fault {
    const fault = new Fault(match, failure);
    this.#faults.push(fault);
    return fault;
  }

  /** Answers 403 to all matching requests until the fault is cancelled. */
  deny(match: FaultMatch): Fault {
    return this.fail(
      { times: Number.POSITIVE_INFINITY, ...match },
      { kind: 'status', code: 403, message: 'forbidden: not allowed by RBAC' },
    );
  }

  /** Watches that are open now, oldest first. */
  openWatches(plural?: string): readonly FakeWatch[] {
    return this.#watches.filter(({ isOpen, request }) => isOpen && (plural === undefined || request.resource.plural === plural));
  }

  /** Requests so far by verb and plural name. */
  requestsOf(verb: ParsedRequest['verb'], plural?: string): readonly ParsedRequest[] {
    return this.requests.filter((request) => request.verb === verb && (plural === undefined || request.resource.plural === plural));
  }

  /** A transport without sockets, metered for `settled`. */
  transport(): Transport {
    return this.meter(new MemoryTransport((request) => this.#handle(request)));
  }

  /** Listens on loopback; gives the URL. */
  async listen(tls?: FrontTls): Promise<string> {
    this.#front ??= await openFront((request) => this.#handle(request), tls);
    return this.#front.url;
  }

  /** How many connections clients opened over HTTP. */
  get connections(): number {
    return this.#front?.connections() ?? 0;
  }

  /** A transport over real sockets, metered for `settled`. Listens if need be. */
  async httpTransport(options: { readonly token?: string } = {}): Promise<Transport> {
    return this.meter(createTransport({ server: await this.listen(), ...options, clock: this.#clock }));
  }

  /** Makes `settled` wait for what this transport has under way too. */
  meter(inner: Transport): Transport {
    const transport = new MeteredTransport(inner, () => String(this.#next()));
    this.#transports.push(transport);
    return transport;
  }

  /**
   * Resolves when the metered transports have nothing under way that time would not have to bring: every answer is read, every byte of every watch
   * has arrived, and the code behind had its turn.
   */
  async settled(): Promise<void> {
    let quietTurns = 0;
    let lastNumber = -1;
    for (const start = Date.now(); quietTurns < 3; ) {
      await turn();
      const isQuiet = this.#transports.every(({ open }) => [...open].every((request) => this.#isAtRest(request)));
      quietTurns = isQuiet && lastNumber === this.#number ? quietTurns + 1 : 0;
      lastNumber = this.#number;
      if (Date.now() - start > 20_000) throw new Error('The requests to the fake API server do not come to rest.');
    }
  }

  /** Ends all watches and closes the socket and the transports it gave out. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const watch of this.openWatches()) watch.end();
    await Promise.all(this.#transports.map((transport) => transport.close()));
    await this.#front?.close();
    this.#front = undefined;
  }

  #isAtRest({ id, isStream, hasHead, received }: MeteredRequest): boolean {
    if (!hasHead) return this.#waiting.has(id);
    const watch = this.#watchOfRequest.get(id);
    if (!isStream || watch === undefined) return false;
    return watch.pipe.end === 'open' && watch.pipe.sent === received;
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }

  #resourceOf({ kind, apiVersion }: { readonly kind: string; readonly apiVersion?: string }): ServedResource {
    const resource = [...this.#resources.values()].find(
      (one) => one.kind === kind && (apiVersion === undefined || one.apiVersion === apiVersion),
    );
    if (resource === undefined)
      throw new TypeError(`The fake API server does not know ${kind} of ${apiVersion ?? 'any version'}; install it first.`);
    return resource;
  }

  async #handle(request: TransportRequest): Promise<Outcome> {
    const id = request.headers?.[meterHeader];
    if (this.tokens !== undefined && !this.tokens.has((request.headers?.['authorization'] ?? '').replace(/^Bearer /, ''))) {
      return statusAnswer(401, { message: 'Unauthorized' });
    }
    const served = [...this.#installed].map((collection) => this.#resources.get(collection)).filter((one) => one !== undefined);
    const parsed = parseRequest(request, served);
    if (parsed === undefined) return statusAnswer(404, { message: 'the server could not find the requested resource' });
    this.requests.push(parsed);
    const failure = this.#faults.find((fault) => fault.takes(parsed))?.failure;
    switch (failure?.kind) {
      case undefined:
        return this.#answer(parsed, id);
      case 'status':
        return statusAnswer(failure.code, failure);
      case 'body':
        return { status: 200, headers: { 'content-type': 'application/json' }, body: failure.text };
      case 'reset':
        return 'reset';
      case 'lost-answer':
        this.#answer(parsed, undefined);
        return 'reset';
      case 'hang':
        if (id !== undefined) this.#waiting.add(id);
        return 'hang';
      case 'delay':
        if (id !== undefined) this.#waiting.add(id);
        await sleep(this.#clock, failure.ms, this.#closing.signal);
        if (id !== undefined) this.#waiting.delete(id);
        return this.#answer(parsed, id);
      case 'stale': {
        // Without a version the real server asks etcd, which is never behind.
        const asksLatest = (parsed.query.get('resourceVersion') ?? '') === '' && !parsed.query.has('continue');
        if (parsed.verb !== 'list' || asksLatest) return this.#answer(parsed, id);
        const version = Math.min(Math.max(failure.version, this.store.compacted), this.store.version);
        return answerList(parsed, this.store, this.#options.pagesFromCache ?? false, version);
      }
      case 'end': {
        const answer = this.#answer(parsed, id);
        this.#watches.at(-1)?.end();
        return answer;
      }
    }
  }

  #answer(request: ParsedRequest, id: string | undefined): Outcome {
    if (request.verb === 'list') return answerList(request, this.store, this.#options.pagesFromCache ?? false);
    if (request.verb !== 'watch') return answerObject(request, { store: this.store, clock: this.#clock, nextNumber: () => this.#next() });
    const { bookmarkInterval = 60_000, pieceSize = 0, hasStreamingLists = false } = this.#options;
    const watch = openWatch(request, this.store, { clock: this.#clock, bookmarkInterval, pieceSize, hasStreamingLists });
    if (!(watch instanceof FakeWatch)) return watch;
    this.#watches.push(watch);
    if (id !== undefined) this.#watchOfRequest.set(id, watch);
    return watch.pipe;
  }
}

/** Creates a fake API server; see `FakeApiServer`. */
export function createFakeApiServer(options: FakeApiServerOptions = {}): FakeApiServer {
  return new FakeApiServer(options);
}
