import {
  type ApiObject,
  apiResourceOf,
  type Clock,
  EventWriter,
  ingressStatusOf,
  isKubernetesError,
  type LoadBalancerAddress,
  noteOf,
  type ObjectClient,
  StatusWriter,
  toKubernetesError,
  WorkQueue,
} from '@ingresskit/kubernetes';
import { type Change, canonicalJson, formatRef } from '@ingresskit/resources';
import type { Compiled } from 'ingresskit';
import { eventPermissions, type Permission } from '../permission.ts';
import type { GatewayEvent } from './gateway-events.ts';

/** What publishing does at the API server. */
export const ingressStatusPermissions: readonly Permission[] = [
  { group: 'networking.k8s.io', resource: 'ingresses', verbs: ['get', 'list'], why: 'reads the status before it is written' },
  { group: 'networking.k8s.io', resource: 'ingresses/status', verbs: ['patch'], why: 'publishes the address of the gateway' },
  ...eventPermissions,
];

export interface IngressStatusOptions {
  /** Writes only while this process leads. */
  readonly client: ObjectClient;
  readonly addresses: readonly LoadBalancerAddress[];
  /** Who writes, in Events. */
  readonly instance: string;
  /** Whether the diagnostics of an Ingress become Events at it. */
  readonly events: boolean;
  readonly clock: Clock;
  readonly onEvent: (event: GatewayEvent) => void;
}

/** The field manager of addresses. One for all gateways: an Ingress that moves between them is not fought over by its former one. */
const fieldManager = 'ingresskit-gateway';

/** Stands for all Ingresses in the queue: no namespace is called so. */
const all = '*';

/**
 * Keeps the published address in the status of every Ingress the gateway takes, and takes its own away from those it no longer takes. What changed is
 * looked at, not the whole cluster; all of it only when a lead begins and when classes change.
 */
export class IngressStatusPublisher {
  readonly #options: IngressStatusOptions;
  readonly #writer: StatusWriter;
  readonly #events: EventWriter;
  readonly #wanted: Readonly<Record<string, unknown>>;
  #queue: WorkQueue | undefined;
  #compiled: Compiled | undefined;

  constructor(options: IngressStatusOptions) {
    this.#options = options;
    const { client, clock, instance, addresses } = options;
    this.#writer = new StatusWriter({ client, clock, fieldManager });
    this.#events = new EventWriter({ client, clock, controller: 'ingresskit.io/gateway', instance });
    this.#wanted = ingressStatusOf(addresses);
  }

  /** Another table serves. */
  update(compiled: Compiled, changes: readonly Change[]): void {
    const isFirst = this.#compiled === undefined;
    this.#compiled = compiled;
    if (isFirst || changes.some(touchesSelection)) this.#queue?.add(all);
    else
      for (const change of changes)
        if (change.type === 'apply' && change.object.kind === 'Ingress') this.#queue?.add(formatRef(change.object.metadata));
  }

  /** Writes until the signal aborts. */
  async lead(signal: AbortSignal): Promise<void> {
    const queue = new WorkQueue({ clock: this.#options.clock });
    this.#queue = queue;
    const stop = (): void => void queue.shutDown();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    queue.add(all);
    await queue.run((key) => (key === all ? this.#lookAtAll(queue, signal) : this.#publish(key, signal)), {
      workers: 4,
      onFailure: (_key, error) => {
        if (!signal.aborted) this.#options.onEvent({ type: 'write-failed', error: toKubernetesError(error) });
      },
    });
    this.#queue = undefined;
  }

  /** Finds the Ingresses that do not say what they should: one list instead of a question for each. */
  async #lookAtAll(queue: WorkQueue, signal: AbortSignal): Promise<void> {
    const compiled = this.#compiled;
    if (compiled === undefined) return;
    for (const live of await this.#options.client.list(apiResourceOf('Ingress'), { signal })) {
      const { namespace = '', name } = live.metadata;
      if (compiled.snapshot.get('Ingress', namespace, name) === undefined) continue;
      if (isTaken(compiled, namespace, name) ? !this.#isOurs(live) || this.#options.events : this.#isOurs(live))
        queue.add(formatRef(live.metadata));
    }
  }

  async #publish(key: string, signal: AbortSignal): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const compiled = this.#compiled;
    const ingress = compiled?.snapshot.get('Ingress', namespace, name);
    if (compiled === undefined || ingress === undefined) return;
    const live = await this.#options.client.find(apiResourceOf('Ingress'), { namespace, name }, { signal });
    if (live === undefined) return;
    if (!isTaken(compiled, namespace, name)) {
      // Only what we wrote: the gateway it belongs to now may have been faster.
      if (this.#options.addresses.length > 0 && this.#isOurs(live)) await this.#write(live, ingressStatusOf([]), signal);
      return;
    }
    await this.#write(live, this.#wanted, signal);
    if (!this.#options.events) return;
    for (const diagnostic of compiled.diagnosticsOf(namespace, name)) {
      const note = diagnostic.severity === 'info' ? undefined : noteOf(diagnostic);
      if (note !== undefined) await this.#events.write(note, signal);
    }
  }

  #isOurs(live: ApiObject): boolean {
    const { loadBalancer } = (live['status'] ?? {}) as { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
    const shown = ingressStatusOf((loadBalancer?.ingress ?? []) as readonly LoadBalancerAddress[]);
    return canonicalJson(shown) === canonicalJson(this.#wanted);
  }

  async #write(live: ApiObject, status: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<void> {
    const { namespace, name, uid } = live.metadata;
    const write = { namespace, name, ...(uid === undefined ? {} : { uid }), status };
    const outcome = await this.#writer.write(apiResourceOf('Ingress'), write, live, signal).catch((error: unknown) => {
      // The lead was lost between two writes: the next leader looks at everything.
      if (isKubernetesError(error, 'kubernetes/not-leading')) return undefined;
      throw error;
    });
    if (outcome?.type === 'contested')
      this.#options.onEvent({ type: 'status-contested', ingress: `${namespace}/${name}`, managers: outcome.managers });
  }
}

function isTaken(compiled: Compiled, namespace: string, name: string): boolean {
  return !compiled.diagnosticsOf(namespace, name).some(({ code }) => code === 'class/not-selected');
}

function touchesSelection(change: Change): boolean {
  const kind = change.type === 'apply' ? change.object.kind : change.kind;
  return kind === 'IngressClass' || kind === 'MseIngressConfig';
}
