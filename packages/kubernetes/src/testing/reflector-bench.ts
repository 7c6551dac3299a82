import { type ApiObject, keyOf } from '../api-object.ts';
import { type ApiResource, apiResourceOf } from '../api-resource.ts';
import { Informer, type InformerEvent, type InformerOptions } from '../informer.ts';
import type { StoreChange } from '../object-store.ts';
import type { Transport } from '../transport.ts';
import { createFakeApiServer, type FakeApiServer, type FakeApiServerOptions } from './fake-api-server.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The collection that the tests of faults watch. */
export const configMaps: ApiResource = apiResourceOf('ConfigMap');

/** A ConfigMap with one entry. */
export function configMap(name: string, value = '1', namespace = 'default'): ApiObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { value } };
}

/** An informer on a fake server, with everything it says and does. */
export interface ReflectorBench {
  readonly clock: VirtualClock;
  readonly server: FakeApiServer;
  readonly informer: Informer<ApiObject>;
  readonly events: InformerEvent[];
  /** What a subscriber was told. */
  readonly told: StoreChange<ApiObject>[];
  /** Begins to run; before, faults and objects can be prepared. */
  start(): void;
  /** Runs until the first list is taken over. */
  sync(): Promise<void>;
  /** The requests so far, as `list` or `watch` with what matters of their query. */
  log(): readonly string[];
  /** Throws unless the copy is what the server has, object by object. */
  expectEqual(): void;
  stop(): Promise<void>;
}

/** What a bench may set differently. */
export interface BenchOptions {
  readonly server?: FakeApiServerOptions;
  readonly informer?: Partial<InformerOptions<ApiObject>>;
}

/** Sets up a bench in memory or over real sockets. */
export async function createBench(wire: 'memory' | 'http', options: BenchOptions = {}): Promise<ReflectorBench> {
  const clock: VirtualClock = new VirtualClock(() => server.settled());
  const server = createFakeApiServer({ clock, ...options.server });
  const transport: Transport = wire === 'memory' ? server.transport() : await server.httpTransport();
  const events: InformerEvent[] = [];
  const told: StoreChange<ApiObject>[] = [];
  const informer = new Informer<ApiObject>({
    server: transport,
    resource: configMaps,
    transform: (object) => object,
    clock,
    random: () => 0,
    onEvent: (event) => events.push(event),
    ...options.informer,
  });
  informer.subscribe((change) => void told.push(change));
  const controller = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const start = (): void => {
    running = informer.run(controller.signal);
  };
  return {
    clock,
    server,
    informer,
    events,
    told,
    start,
    async sync() {
      start();
      await clock.runUntil(() => informer.status.isSynced && server.openWatches().length > 0);
    },
    log: () =>
      server.requests.map(({ verb, query }) => {
        const parts = ['limit', 'resourceVersion', 'continue', 'sendInitialEvents'].filter((name) => query.has(name));
        return [verb, ...parts.map((name) => (name === 'continue' ? name : `${name}=${query.get(name)}`))].join(' ');
      }),
    expectEqual() {
      const mine = [...informer.store.values()].map(({ metadata }) => `${keyOf(metadata)}@${metadata.resourceVersion}`).sort();
      const theirs = server
        .list(configMaps)
        .map(({ metadata }) => `${keyOf(metadata)}@${metadata.resourceVersion}`)
        .sort();
      if (mine.join('\n') !== theirs.join('\n'))
        throw new Error(`The copy differs:\n${mine.join('\n')}\nThe server has:\n${theirs.join('\n')}`);
    },
    async stop() {
      controller.abort();
      await running;
      await server.close();
    },
  };
}
