import { createHash } from 'node:crypto';
import {
  type ActualState,
  apply,
  type Clock,
  type ControllerClient,
  type DesiredContext,
  type DesiredGateway,
  isCloudError,
  type Plan,
  type PlanStep,
  plan,
  readActual,
  readDesired,
  stepKey,
  systemClock,
} from '@ingresskit/cloud';
import { applyOf, type Diagnostic, type IngressClass, type MseIngressConfig } from '@ingresskit/resources';
import { createCompiler } from 'ingresskit';
import type { GatewayObservation, GatewayProvider, GatewayRecord, GatewayRequest, Removal } from '../controller/gateway-provider.ts';
import { notLeading } from '../controller/gateway-provider.ts';
import { guardClient } from './guard-client.ts';
import { observe, refusal } from './observe.ts';
import { providerErrorOf } from './provider-error-of.ts';

/** Where gateways are bought, and for whom. Times in milliseconds. */
export interface MseProviderOptions extends Omit<DesiredContext, 'settings' | 'ingressClasses' | 'region'> {
  readonly client: ControllerClient;
  /** Between two looks at a gateway on its way; default 5,000. */
  readonly pollInterval?: number;
  /** Within which what was written is visible to a read; default 60,000. */
  readonly settleTime?: number;
  /** Between two looks at a gateway that is as it should be: somebody may change it in the console. Default 60,000. */
  readonly interval?: number;
  readonly clock?: Clock;
}

/** What one process remembers of an object. Losing it costs time, never a second gateway. */
interface Memory {
  /** What is asked for; when it changes, what was refused may be tried again. */
  asked: string;
  readonly refused: Set<string>;
  /** When each step was carried out. */
  readonly tried: Map<string, number>;
  /** Until when a creation of whose outcome nothing is known may still become visible. */
  blindUntil: number | undefined;
  readonly events: Diagnostic[];
}

/** Gateways of the cloud. Each call reads, plans, and carries out the plan as far as it goes without waiting. */
export function createMseProvider(options: MseProviderOptions): GatewayProvider {
  return new MseProvider(options);
}

/** What an object asks of the cloud, by way of the compiler: the address lists that are simulated are the ones that are sent. */
export function desiredOf(
  object: MseIngressConfig,
  ingressClasses: readonly IngressClass[],
  context: Omit<DesiredContext, 'settings' | 'ingressClasses'>,
): ReturnType<typeof readDesired> {
  const compiler = createCompiler({ gateway: object.metadata.name });
  const { table } = compiler.apply([applyOf(object), ...ingressClasses.map(applyOf)]);
  return readDesired(object, { ...context, settings: table.gateway, ingressClasses });
}

class MseProvider implements GatewayProvider {
  readonly name = 'mse';
  readonly #options: Required<Pick<MseProviderOptions, 'pollInterval' | 'settleTime' | 'interval' | 'clock'>> & MseProviderOptions;
  readonly #memories = new Map<string, Memory>();

  constructor(options: MseProviderOptions) {
    this.#options = { pollInterval: 5_000, settleTime: 60_000, interval: 60_000, clock: systemClock, ...options };
  }

  async reconcile(request: GatewayRequest): Promise<GatewayObservation> {
    const { desired, diagnostics } = this.#desired(request);
    const memory = this.#memoryOf(request, desired);
    let record = request.record;
    try {
      let actual = await this.#read(request, desired, record);
      let next = plan(desired, actual, { refused: memory.refused });
      const steps = this.#dueSteps(next, memory);
      if (steps.length > 0) {
        const wait = steps[0]?.kind === 'create-gateway' ? this.#blindFor(memory, record) : 0;
        if (wait > 0) return this.#blind(record, wait);
        record = await this.#carryOut(request, next, steps, memory, record, (now) => {
          record = now;
        });
        actual = await this.#read(request, desired, record);
        next = plan(desired, actual, { refused: memory.refused });
      }
      return observe({ request, desired, actual, next, record, diagnostics: [...diagnostics, ...memory.events] }, this.#options);
    } catch (error) {
      throw providerErrorOf(error, record);
    }
  }

  async remove(request: GatewayRequest): Promise<Removal> {
    const { desired } = this.#desired(request);
    const memory = this.#memoryOf(request, desired);
    const { record } = request;
    const { pollInterval } = this.#options;
    try {
      const actual = await this.#read(request, desired, record);
      const next = plan(desired, actual, { refused: memory.refused });
      const steps = this.#dueSteps(next, memory);
      if (steps.length > 0) await this.#carryOut(request, next, steps, memory, record, () => undefined);
      if (next.steps.length > 0) {
        return {
          done: false,
          message: `The gateway is being deleted${next.gateway === undefined ? '' : `: ${next.gateway}`}.`,
          record,
          again: pollInterval,
        };
      }
      // A creation that was under way when its process died may still show up.
      const wait = actual.gateway === undefined ? this.#blindFor(memory, record) : 0;
      if (wait > 0)
        return { done: false, message: 'Making sure that no gateway is still being created.', record, again: Math.min(wait, pollInterval) };
      this.#memories.delete(keyOf(request.object));
      return { done: true };
    } catch (error) {
      throw providerErrorOf(error, record);
    }
  }

  release(request: GatewayRequest): Promise<void> {
    // Its tags stay, too: they are how an object of this name finds it again.
    this.#memories.delete(keyOf(request.object));
    return Promise.resolve();
  }

  #desired({ object, ingressClasses }: GatewayRequest): ReturnType<typeof readDesired> {
    return desiredOf(object, ingressClasses, { ...this.#options, region: this.#options.client.region });
  }

  #read({ signal }: GatewayRequest, desired: DesiredGateway, record: GatewayRecord): Promise<ActualState> {
    return readActual(this.#options.client, desired, { known: record.gatewayIds, signal });
  }

  #memoryOf({ object }: GatewayRequest, desired: DesiredGateway): Memory {
    const key = keyOf(object);
    const asked = createHash('sha256').update(JSON.stringify(desired)).digest('hex');
    let memory = this.#memories.get(key);
    if (memory === undefined) {
      memory = { asked, refused: new Set(), tried: new Map(), blindUntil: undefined, events: [] };
      this.#memories.set(key, memory);
    } else if (memory.asked !== asked) {
      memory.asked = asked;
      memory.refused.clear();
      memory.tried.clear();
      memory.events.length = 0;
    }
    return memory;
  }

  /** The steps before the first wait that were not carried out a moment ago. One that comes back although it was done counts as refused in time. */
  #dueSteps(next: Plan, memory: Memory): readonly PlanStep[] {
    const wait = next.steps.findIndex(({ kind }) => kind === 'wait-until-running' || kind === 'wait-until-gone');
    const before = wait < 0 ? next.steps : next.steps.slice(0, wait);
    const { clock, settleTime } = this.#options;
    for (const step of before) {
      const at = memory.tried.get(stepKey(step));
      // A gateway that somebody deleted is created again, as often as that happens.
      if (at !== undefined && clock.now() - at >= settleTime) {
        if (step.kind === 'create-gateway' || step.kind === 'delete-gateway') memory.tried.delete(stepKey(step));
        else memory.refused.add(stepKey(step));
      }
    }
    return before.some((step) => !memory.tried.has(stepKey(step))) ? before.filter((step) => !memory.refused.has(stepKey(step))) : [];
  }

  /** How long it must be waited before a gateway may be created: somebody else's creation may have been cut off (the API has no client token). */
  #blindFor(memory: Memory, record: GatewayRecord): number {
    const { clock, settleTime } = this.#options;
    // Measured by this process's own clock from when it saw the mark: what the calendar says, here or there, does not matter.
    if (record.creatingSince !== undefined) memory.blindUntil ??= clock.now() + settleTime;
    return memory.blindUntil === undefined ? 0 : Math.max(0, memory.blindUntil - clock.now());
  }

  #blind(record: GatewayRecord, wait: number): GatewayObservation {
    return {
      phase: 'Pending',
      message: 'A creation was cut off; the gateway is looked for before another one is created.',
      reason: 'LookingForGateway',
      isApplied: false,
      record,
      again: Math.min(wait, this.#options.pollInterval),
    };
  }

  async #carryOut(
    request: GatewayRequest,
    next: Plan,
    steps: readonly PlanStep[],
    memory: Memory,
    before: GatewayRecord,
    onRecord: (record: GatewayRecord) => void,
  ): Promise<GatewayRecord> {
    const { client, clock, pollInterval, settleTime } = this.#options;
    let record = before;
    const remember = async (now: GatewayRecord): Promise<void> => {
      await request.remember(now);
      record = now;
      onRecord(now);
    };
    if (!request.mayAct()) throw notLeading();
    const creates = steps.some(({ kind }) => kind === 'create-gateway');
    if (creates) {
      // First the mark, then the creation: a process that dies in between leaves a mark, never a gateway nobody looks for.
      await remember({ ...record, creatingSince: new Date(this.#options.clock.now()).toISOString() });
      memory.blindUntil = undefined;
    }
    try {
      const result = await apply({ ...next, steps }, guardClient(client, request.mayAct), {
        clock,
        pollInterval,
        settleTime,
        signal: request.signal,
        onStep: async (step, gateway) => {
          memory.tried.set(stepKey(step), clock.now());
          if (step.kind !== 'create-gateway') return;
          const { creatingSince: _done, ...rest } = record;
          await remember({ ...rest, gatewayIds: [...new Set([...record.gatewayIds, gateway])] });
        },
      });
      for (const { step, error } of result.refused) {
        memory.refused.add(stepKey(step));
        memory.events.push(refusal(next.object, step, error.message));
      }
    } catch (error) {
      // Nothing was done, or nothing is known: the next try waits only when it must.
      if (creates)
        memory.blindUntil =
          isCloudError(error) && error.effect === 'none' && error.code !== 'cloud/aborted' ? clock.now() : clock.now() + settleTime;
      throw error;
    }
    if (creates && record.creatingSince !== undefined) {
      // Refused for good: there is none, and none is on its way.
      const { creatingSince: _done, ...rest } = record;
      await remember(rest);
    }
    return record;
  }
}

function keyOf({ metadata }: MseIngressConfig): string {
  return `${metadata.name}/${metadata.uid ?? ''}`;
}
