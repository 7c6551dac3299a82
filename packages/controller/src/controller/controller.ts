import { randomUUID } from 'node:crypto';
import {
  type Clock,
  createClient,
  EventWriter,
  LeaseElector,
  type ObjectClient,
  StatusWriter,
  systemClock,
  WorkQueue,
  watchCluster,
} from '@ingresskit/kubernetes';
import { type Change, type IngressClass, mseApiGroup } from '@ingresskit/resources';
import type { Permission } from '../permission.ts';
import type { ControllerEvent, ControllerOptions } from './controller-options.ts';
import { ProviderError } from './gateway-provider.ts';
import { Reconciler } from './reconciler.ts';

/** What the controller watches. */
export const controllerWatchPermissions: readonly Permission[] = [
  { group: 'mse.alibabacloud.com', resource: 'mseingressconfigs', verbs: ['list', 'watch'], why: 'the gateways that are wanted' },
  { group: 'networking.k8s.io', resource: 'ingressclasses', verbs: ['list', 'watch'], why: 'which class a gateway listens to' },
];

/** Gives every MseIngressConfig a gateway. */
export interface Controller {
  /** Takes part in the election and works while it leads, until the signal aborts or `stop` is called. Gateways go on without it. */
  run(): Promise<void>;
  /** Ends the work in hand, then gives up the Lease; resolves when nothing is under way. */
  stop(): Promise<void>;
  readonly isLeading: boolean;
}

/**
 * Creates a controller. It keeps nothing that matters in memory: what must survive a crash is in the status of the objects, in the tags of cloud
 * gateways, and in the folder of local ones.
 */
export function createController(options: ControllerOptions): Controller {
  return new ElectedController(options);
}

class ElectedController implements Controller {
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #electing: ObjectClient;
  readonly #writing: ObjectClient;
  readonly #elector: LeaseElector;
  readonly #identity: string;
  readonly #stopping = new AbortController();
  readonly #classes = new Map<string, IngressClass>();
  #running: Promise<void> | undefined;

  constructor(options: ControllerOptions) {
    const { cluster, namespace, lease = 'ingresskit-controller', identity = randomUUID(), signal, clock = systemClock, random } = options;
    this.#options = options;
    this.#clock = clock;
    this.#identity = identity;
    // Two clients: the election must be able to write when the work may not.
    this.#electing = createClient({ server: cluster, clock });
    this.#elector = new LeaseElector({
      client: this.#electing,
      namespace,
      name: lease,
      identity,
      clock,
      ...(random === undefined ? {} : { random }),
      onEvent: (event) => this.#emit({ type: 'election', event }),
    });
    this.#writing = createClient({ server: cluster, clock, fieldManager: 'ingresskit-controller', mayWrite: () => this.isLeading });
    signal?.addEventListener('abort', () => this.#stopping.abort(), { once: true });
    if (signal?.aborted === true) this.#stopping.abort();
  }

  get isLeading(): boolean {
    return this.#elector.isLeading;
  }

  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.run();
  }

  async #run(): Promise<void> {
    try {
      await this.#elector.run(this.#stopping.signal, (signal) => this.#lead(signal));
    } finally {
      await Promise.all([this.#electing.close(), this.#writing.close()]);
      await this.#options.provider.close?.();
    }
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const { provider, onDelete = 'delete', workers = 4, interval = 30_000 } = this.#options;
    const queue = new WorkQueue({ clock: this.#clock, initialDelay: 500, maxDelay: 60_000, groupOf: (key) => key });
    const reconciler = new Reconciler({
      client: this.#writing,
      status: new StatusWriter({ client: this.#writing, clock: this.#clock }),
      events: new EventWriter({
        client: this.#writing,
        clock: this.#clock,
        controller: 'ingresskit.io/controller',
        instance: this.#identity,
      }),
      provider,
      onDelete,
      interval,
      clock: this.#clock,
      ingressClasses: () => [...this.#classes.values()],
      mayAct: () => !signal.aborted && this.isLeading,
      onEvent: (event) => this.#emit(event),
    });
    const stopWatching = provider.watch?.((name) => queue.add(name));
    const following = this.#follow(queue, signal);
    const working = queue.run(
      async (name) => {
        const again = await reconciler.reconcile(name, signal).catch((error: unknown) => this.#pauseOf(name, error));
        if (again !== undefined) queue.addAfter(name, again);
      },
      {
        workers,
        onFailure: (object, error) => {
          if (!signal.aborted) this.#emit({ type: 'failed', object, error });
        },
      },
    );
    try {
      // An election that is over shows as the end of the watch.
      await following;
    } finally {
      stopWatching?.();
      await queue.shutDown();
      await working;
      if (!this.#stopping.signal.aborted) await provider.resign?.();
    }
  }

  async #follow(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    this.#classes.clear();
    let isFirst = true;
    const watch = watchCluster({
      holdOff: 20,
      maxDelay: 500,
      ...this.#options.watch,
      server: this.#options.cluster,
      kinds: ['MseIngressConfig', 'IngressClass'],
      signal,
      clock: this.#clock,
      onEvent: (event) => this.#emit({ type: 'cluster', event }),
    });
    for await (const changes of watch) {
      for (const change of changes) for (const name of this.#touchedBy(change)) queue.add(name);
      if (!isFirst) continue;
      isFirst = false;
      // What is left over of objects that went away while nobody looked.
      for (const name of (await this.#options.provider.owned?.().catch(() => [])) ?? []) queue.add(name);
    }
  }

  #touchedBy(change: Change): readonly string[] {
    if (change.type === 'apply') {
      const { object } = change;
      if (object.kind === 'MseIngressConfig') return [object.metadata.name];
      if (object.kind !== 'IngressClass') return [];
      const before = this.#classes.get(object.metadata.name);
      this.#classes.set(object.metadata.name, object);
      return [...gatewayOf(before), ...gatewayOf(object)];
    }
    if (change.kind === 'MseIngressConfig') return [change.name];
    const before = this.#classes.get(change.name);
    this.#classes.delete(change.name);
    return gatewayOf(before);
  }

  /** How long a failure asks to wait; any other is repeated with growing waits. */
  #pauseOf(object: string, error: unknown): number {
    if (!(error instanceof ProviderError) || error.retryAfter === undefined) throw error;
    this.#emit({ type: 'failed', object, error });
    return error.retryAfter;
  }

  #emit(event: ControllerEvent): void {
    try {
      this.#options.onEvent?.(event);
    } catch {
      // Whoever listens must not be able to stop the controller.
    }
  }
}

/** The object an IngressClass points at (mse.md §4). */
function gatewayOf(ingressClass: IngressClass | undefined): readonly string[] {
  const parameters = ingressClass?.spec?.parameters;
  return parameters?.apiGroup === mseApiGroup && parameters.kind === 'MseIngressConfig' ? [parameters.name] : [];
}
