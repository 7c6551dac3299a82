import type { ControllerClient } from '../client.ts';
import { type Clock, systemClock } from '../clock.ts';
import { CloudError, isCloudError } from '../errors.ts';
import { createGateway, deleteGateway, waitUntilGone, waitUntilRunning } from './carry-out-gateway.ts';
import { setAddressList, setListening } from './carry-out-settings.ts';
import type { Plan, PlanStep } from './step.ts';

export interface ApplyOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** Milliseconds between two looks at a gateway that is on its way. Default 5 000. */
  readonly pollInterval?: number;
  /** Milliseconds a gateway may take to be running or gone. Default 1 800 000. */
  readonly waitTime?: number;
  /** Milliseconds within which what was written is expected to be visible to a read. Default 60 000. */
  readonly settleTime?: number;
  /** Called when a step is done, with the gateway it was about. Awaited, so that progress can be stored before the next step. */
  readonly onStep?: (step: PlanStep, gateway: string) => void | Promise<void>;
}

export interface ApplyResult {
  /** The gateway the plan was about, also when it was created by it. */
  readonly gateway?: string;
  readonly done: readonly PlanStep[];
  /** Steps the cloud refuses for good, with its reason. Settings that guard nothing do not hold back the steps after them. */
  readonly refused: readonly { readonly step: PlanStep; readonly error: CloudError }[];
  /** Steps that were not tried because one before them was refused. */
  readonly left: readonly PlanStep[];
}

/** What the steps share. */
export interface Application {
  readonly client: ControllerClient;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly pollInterval: number;
  readonly waitTime: number;
  readonly settleTime: number;
}

/**
 * Carries a plan out, in order. Every step first looks whether it is already done, so that a plan may be applied again after a crash at any point,
 * or after somebody else changed something.
 *
 * @throws CloudError when the cloud cannot be reached, throttles for long, denies an action, or a gateway fails. Applying again continues.
 */
export async function apply(plan: Plan, client: ControllerClient, options: ApplyOptions = {}): Promise<ApplyResult> {
  const application: Application = {
    client,
    clock: options.clock ?? systemClock,
    signal: options.signal,
    pollInterval: options.pollInterval ?? 5_000,
    waitTime: options.waitTime ?? 1_800_000,
    settleTime: options.settleTime ?? 60_000,
  };
  let created: string | undefined;
  const done: PlanStep[] = [];
  const refused: { step: PlanStep; error: CloudError }[] = [];
  const result = (left: readonly PlanStep[]): ApplyResult => {
    const gateway = created ?? plan.gateway;
    return { ...(gateway === undefined ? {} : { gateway }), done, refused, left };
  };

  for (const [index, step] of plan.steps.entries()) {
    if (options.signal?.aborted === true) throw new CloudError('cloud/aborted', 'The plan was ended by the caller.');
    try {
      if (step.kind === 'create-gateway') created = await createGateway(application, step.parameters);
      else await carryOut(application, step, step.gateway ?? created);
    } catch (error) {
      if (!isCloudError(error, 'cloud/refused')) throw error;
      refused.push({ step, error });
      if (holdsBack(step)) return result(plan.steps.slice(index + 1));
      continue;
    }
    done.push(step);
    await options.onStep?.(step, step.gateway ?? created ?? '');
  }
  return result([]);
}

async function carryOut(
  application: Application,
  step: Exclude<PlanStep, { kind: 'create-gateway' }>,
  id: string | undefined,
): Promise<void> {
  const { client, signal } = application;
  const call = signal === undefined ? {} : { signal };
  if (id === undefined) throw new TypeError(`the step ${step.kind} names no gateway and none was created before it`);
  switch (step.kind) {
    case 'wait-until-running':
      return await waitUntilRunning(application, id, step.gateway === undefined);
    case 'wait-until-gone':
      return await waitUntilGone(application, id);
    case 'delete-gateway':
      return await deleteGateway(application, id, step.owner, step.deleteLoadBalancers);
    case 'tag-gateway': {
      const Tag = Object.entries(step.tags).map(([Key, Value]) => ({ Key, Value }));
      await client.tagResources({ RegionId: client.region, ResourceType: 'GATEWAY', ResourceId: [id], Tag }, call);
      return;
    }
    case 'untag-gateway':
      await client.untagResources({ RegionId: client.region, ResourceType: 'GATEWAY', ResourceId: [id], TagKey: step.keys }, call);
      return;
    case 'set-address-list':
      return await setAddressList(application, id, step.list, step.entries);
    case 'update-option':
      await client.updateGatewayOption({ GatewayUniqueId: id, GatewayOption: step.option }, call);
      return;
    case 'update-parameter':
      await client.updateGatewayConfig({ GatewayUniqueId: id, ConfigName: step.name, ConfigValue: step.value }, call);
      return;
    case 'bind-cluster':
      return await setListening(application, id, step.cluster, step.ingress, step.onlyIfUnbound);
    case 'update-listening':
      return await setListening(application, id, step.cluster, step.ingress, false);
  }
}

/** Without the gateway nothing else can be done; without a gate nothing may be served. */
function holdsBack(step: PlanStep): boolean {
  return !['tag-gateway', 'untag-gateway', 'update-option', 'update-parameter'].includes(step.kind);
}
