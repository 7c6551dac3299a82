import {
  type ApiObject,
  apiResourceOf,
  type Clock,
  type EventNote,
  type EventWriter,
  isKubernetesError,
  keepNeeded,
  noteOf,
  type ObjectClient,
  type StatusWriter,
} from '@ingresskit/kubernetes';
import type { Diagnostic, IngressClass, MseIngressConfig } from '@ingresskit/resources';
import { readResource } from '@ingresskit/resources/schema';
import { eventPermissions, type Permission } from '../permission.ts';
import { type ControllerEvent, finalizer, onDeleteAnnotation } from './controller-options.ts';
import { type GatewayProvider, type GatewayRecord, type GatewayRequest, ProviderError } from './gateway-provider.ts';
import { type ObjectStatus, recordOf, type StatusParts, statusOf } from './object-status.ts';

/** What working on objects does at the API server. */
export const reconcilerPermissions: readonly Permission[] = [
  {
    group: 'mse.alibabacloud.com',
    resource: 'mseingressconfigs',
    verbs: ['get', 'patch'],
    why: 'reads the object before it is acted upon; adds and removes the finalizer',
  },
  { group: 'mse.alibabacloud.com', resource: 'mseingressconfigs/status', verbs: ['patch'], why: 'says what became of the gateway' },
  ...eventPermissions,
];

export interface ReconcilerOptions {
  readonly client: ObjectClient;
  readonly status: StatusWriter;
  readonly events: EventWriter;
  readonly provider: GatewayProvider;
  readonly onDelete: 'delete' | 'keep';
  readonly interval: number;
  readonly clock: Clock;
  readonly ingressClasses: () => readonly IngressClass[];
  readonly mayAct: () => boolean;
  readonly onEvent: (event: ControllerEvent) => void;
}

const resource = apiResourceOf('MseIngressConfig');

/**
 * Works on one object at a time. Each step reads the object first and writes the status last, and can be repeated after a crash at any point: the
 * finalizer is there before anything is created, the record before anything that could be lost.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Milliseconds until the object should be looked at again; `undefined` when it is gone. */
  async reconcile(name: string, signal: AbortSignal): Promise<number | undefined> {
    const { client, provider } = this.#options;
    const live = await client.find(resource, { name }, { signal });
    if (live === undefined) return this.#removeOrphan(name, signal);
    if (live.metadata.deletionTimestamp !== undefined) return this.#remove(live, signal);
    const held = await this.#hold(live, signal);
    if (held === undefined) return 0;
    const { resource: object, diagnostics } = readResource(keepNeeded(held));
    if (object?.kind !== 'MseIngressConfig') return this.#reject(held, diagnostics, signal);
    const look = new Look(held, this.#options, signal);
    try {
      const observation = await provider.reconcile(look.requestFor(object));
      await look.say(observation);
      await this.#tell(held, observation.diagnostics ?? [], signal);
      return observation.again ?? this.#options.interval;
    } catch (error) {
      await look.sayFailed(error);
      throw error;
    }
  }

  /** The object with our finalizer; `undefined` when it began to be deleted meanwhile. */
  async #hold(live: ApiObject, signal: AbortSignal): Promise<ApiObject | undefined> {
    if (live.metadata.finalizers?.includes(finalizer) === true) return live;
    try {
      return await this.#options.client.addFinalizer(resource, { name: live.metadata.name }, finalizer, { signal });
    } catch (error) {
      if (isKubernetesError(error, 'kubernetes/not-found', 'kubernetes/invalid', 'kubernetes/forbidden')) {
        const now = await this.#options.client.find(resource, { name: live.metadata.name }, { signal });
        if (now === undefined || now.metadata.deletionTimestamp !== undefined) return undefined;
      }
      throw error;
    }
  }

  async #reject(live: ApiObject, diagnostics: readonly Diagnostic[], signal: AbortSignal): Promise<number> {
    const look = new Look(live, this.#options, signal);
    const message = diagnostics[0]?.message ?? 'The object cannot be read.';
    // The gateway, if there is one, stays as it is; only of the object it is known that it cannot be followed.
    await look.say({
      ...look.last,
      phase: look.last.gatewayId === undefined ? 'Failed' : look.last.phase,
      message,
      reason: 'InvalidObject',
      isApplied: false,
    });
    await this.#tell(live, diagnostics, signal);
    return this.#options.interval;
  }

  async #remove(live: ApiObject, signal: AbortSignal): Promise<number | undefined> {
    const { provider, onEvent } = this.#options;
    const { name, finalizers } = live.metadata;
    if (finalizers?.includes(finalizer) !== true) return undefined;
    const { resource: read } = readResource(keepNeeded(live));
    // Whatever it says, it is known by its name; what it asked for does not matter any more.
    const object = (read ?? { ...keepNeeded(live), spec: {} }) as MseIngressConfig;
    const look = new Look(live, this.#options, signal);
    const request = look.requestFor(object);
    try {
      if ((live.metadata.annotations?.[onDeleteAnnotation] ?? this.#options.onDelete) === 'keep') await provider.release(request);
      else {
        const removal = await provider.remove(request);
        if (!removal.done) {
          const phase = look.last.phase === 'Listening' ? 'Running' : look.last.phase;
          await look.say({ ...look.last, phase, message: removal.message, reason: 'Deleting', isApplied: false, record: removal.record });
          return removal.again;
        }
      }
    } catch (error) {
      await look.sayFailed(error);
      throw error;
    }
    await this.#letGo(live, signal);
    onEvent({ type: 'removed', object: name });
    return undefined;
  }

  /** Takes the finalizer from this very object: one of the same name that came since must keep its own. */
  async #letGo({ metadata: { name, uid } }: ApiObject, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const live = await client.find(resource, { name }, { signal });
    if (live === undefined || live.metadata.uid !== uid) return;
    const finalizers = (live.metadata.finalizers ?? []).filter((one) => one !== finalizer);
    const patch = { metadata: { finalizers, uid, resourceVersion: live.metadata.resourceVersion } };
    await client.patch(resource, { name }, patch, { signal }).catch((error: unknown) => {
      if (!isKubernetesError(error, 'kubernetes/not-found')) throw error;
    });
  }

  async #removeOrphan(name: string, signal: AbortSignal): Promise<number | undefined> {
    const { provider, mayAct, onEvent } = this.#options;
    if (provider.removeOrphan === undefined || (await provider.owned?.())?.includes(name) !== true) return undefined;
    const removal = await provider.removeOrphan(name, { mayAct, signal });
    if (!removal.done) return removal.again;
    onEvent({ type: 'orphan-removed', object: name });
    return undefined;
  }

  async #tell(live: ApiObject, diagnostics: readonly Diagnostic[], signal: AbortSignal): Promise<void> {
    for (const diagnostic of diagnostics) {
      const note = noteOf(diagnostic);
      if (note === undefined) continue;
      const uid = live.metadata.uid === undefined ? {} : { uid: live.metadata.uid };
      await tell(this.#options, { ...note, object: { ...note.object, ...uid }, action: 'Reconcile' }, signal);
    }
  }
}

/** One look at one incarnation of an object: every status it writes goes to that one only. */
class Look {
  readonly #live: ApiObject;
  readonly #options: ReconcilerOptions;
  readonly #signal: AbortSignal;
  #before: Partial<ObjectStatus>;
  /** What the status says now, as parts of the next one. */
  last: StatusParts;

  constructor(live: ApiObject, options: ReconcilerOptions, signal: AbortSignal) {
    this.#live = live;
    this.#options = options;
    this.#signal = signal;
    this.#before = (live['status'] ?? {}) as Partial<ObjectStatus>;
    const { phase = 'Pending', message = '', gatewayId, urls, conditions } = this.#before;
    this.last = {
      phase,
      message,
      reason: conditions?.[0]?.reason ?? 'New',
      isApplied: conditions?.some(({ type, status }) => type === 'Applied' && status === 'True') ?? false,
      record: recordOf(this.#before),
      ...(gatewayId === undefined ? {} : { gatewayId }),
      ...(urls === undefined ? {} : { urls }),
    };
  }

  requestFor(object: MseIngressConfig): GatewayRequest {
    const { ingressClasses, mayAct } = this.#options;
    return {
      object,
      ingressClasses: ingressClasses(),
      phase: this.#before.phase,
      record: this.last.record,
      remember: (record) => this.#remember(record),
      mayAct,
      signal: this.#signal,
    };
  }

  async say(parts: StatusParts): Promise<void> {
    const isNews = parts.phase !== this.#before.phase || parts.reason !== this.#before.conditions?.[0]?.reason;
    const outcome = await this.#write(parts);
    if (outcome !== 'written' || !isNews) return;
    const { onEvent } = this.#options;
    const { name, uid } = this.#live.metadata;
    onEvent({ type: 'phase', object: name, phase: parts.phase, message: parts.message });
    const object = { kind: resource.kind, name, ...(uid === undefined ? {} : { uid }) };
    const type = parts.phase === 'Failed' ? 'Warning' : 'Normal';
    await tell(this.#options, { object, type, reason: parts.reason, note: parts.message, action: 'Reconcile' }, this.#signal);
  }

  /** After a failure nothing was seen: the phase stays and is marked as unknown, unless there is no gateway that could be in it. */
  async sayFailed(error: unknown): Promise<void> {
    if (!(error instanceof ProviderError) || error.code === 'provider/not-leading' || this.#signal.aborted) return;
    const record = error.record ?? this.last.record;
    const hasGateway = this.last.gatewayId !== undefined || record.gatewayIds.length > 0;
    const phase = hasGateway ? this.last.phase : error.isPermanent ? 'Failed' : 'Pending';
    const parts: StatusParts = { ...this.last, phase, message: error.message, reason: error.reason, isApplied: false, record };
    await this.say(hasGateway ? { ...parts, readiness: 'Unknown' } : parts).catch(() => undefined);
  }

  async #remember(record: GatewayRecord): Promise<void> {
    const parts = {
      ...this.last,
      record,
      ...(this.last.message === '' ? { message: 'The gateway is being created.', reason: 'Creating' } : {}),
    };
    const outcome = await this.#write(parts);
    if (outcome !== 'written' && outcome !== 'unchanged')
      throw new ProviderError(
        'provider/cannot-remember',
        'StatusContested',
        `The status cannot be written (${outcome}); nothing is created without it.`,
      );
    this.last = parts;
  }

  async #write(parts: StatusParts): Promise<'written' | 'unchanged' | 'gone' | 'contested'> {
    const { status, provider, clock, onEvent } = this.#options;
    const { name, uid, generation = 0 } = this.#live.metadata;
    const now = new Date(clock.wallTime()).toISOString().replace(/\.\d+Z$/, 'Z');
    const value = statusOf(parts, provider.name, generation, this.#before, now);
    const write = { name, ...(uid === undefined ? {} : { uid }), status: { ...value } };
    // The writer looks at the fields that are wanted; one that should go must be told apart.
    const drops = Object.keys(this.#before).some((field) => !Object.hasOwn(value, field));
    const current = { ...this.#live, status: drops ? {} : this.#before };
    const outcome = await status.write(resource, write, current, this.#signal);
    if (outcome.type === 'contested') onEvent({ type: 'status-contested', object: name, managers: outcome.managers });
    // What is in the object now is what the next write is compared with, fields that went away among it.
    if (outcome.type === 'written') this.#before = value;
    return outcome.type;
  }
}

/** Writes an Event. One that cannot be written must not keep a gateway from being looked after. */
async function tell({ events, onEvent }: ReconcilerOptions, note: EventNote, signal: AbortSignal): Promise<void> {
  try {
    await events.write(note, signal);
  } catch (error) {
    if (!signal.aborted) onEvent({ type: 'event-failed', object: note.object.name, error });
  }
}
