import type { Diagnostic } from '@ingresskit/resources';
import type { ActualGateway, ActualState } from './actual.ts';
import { type DesiredGateway, ownershipTags, tagKeys } from './desired.ts';
import { cloudDiagnostics } from './diagnostics.ts';
import { listeningSteps } from './plan-listening.ts';
import { purchaseDrift, purchaseOf } from './plan-purchase.ts';
import { type Draft, withoutRefused } from './plan-refused.ts';
import { settingSteps } from './plan-settings.ts';
import { formatState, isLost, isPassing } from './state.ts';
import type { Plan, PlanStep } from './step.ts';

export interface PlanOptions {
  /**
   * Keys (`stepKey`) of steps that the cloud refused, or accepted and did not carry out. They become drift instead of being tried for ever, until
   * the object asks for something else.
   */
  readonly refused?: ReadonlySet<string>;
}

/** Pure: the same desired and actual state give the same plan. An empty one has no steps. */
export function plan(desired: DesiredGateway, actual: ActualState, options: PlanOptions = {}): Plan {
  const draft: Draft = { steps: [], drift: [], problems: [] };
  if (desired.presence === 'absent') planAbsence(desired, actual, draft);
  else if (desired.problems.length > 0) draft.problems.push(...desired.problems);
  else {
    planOthers(desired, actual, draft);
    if (desired.reuse === undefined) planOwn(desired, actual.gateway, draft);
    else planReused(desired, desired.reuse, actual.gateway, draft);
  }
  const gateway = actual.gateway?.id;
  return {
    object: desired.object,
    ...(gateway === undefined ? {} : { gateway }),
    ...withoutRefused(desired, draft, options.refused ?? new Set()),
  };
}

function isOwned(desired: DesiredGateway, gateway: ActualGateway): boolean {
  return Object.entries(ownershipTags(desired)).every(([key, value]) => gateway.tags[key] === value);
}

function isReused(gateway: ActualGateway): boolean {
  return tagKeys.reused in gateway.tags;
}

/** Deletes what was created for the object and lets go of what was not (mse.md §3.3). */
function planAbsence(desired: DesiredGateway, actual: ActualState, { steps }: Draft): void {
  const all = actual.gateway === undefined ? actual.others : [actual.gateway, ...actual.others];
  for (const gateway of all.filter((candidate) => isOwned(desired, candidate))) {
    if (isReused(gateway) || gateway.id === desired.reuse?.id) {
      steps.push(untag(gateway, 'the gateway was there before the object and stays; only its marks go'));
      continue;
    }
    if (gateway.status !== 8) {
      steps.push({
        kind: 'delete-gateway',
        gateway: gateway.id,
        owner: ownershipTags(desired),
        deleteLoadBalancers: desired.deleteLoadBalancers,
        reason: 'it was created for the object, and the object is being deleted',
      });
    }
    steps.push({ kind: 'wait-until-gone', gateway: gateway.id, reason: 'the object may go only after its gateway' });
  }
}

function untag(gateway: ActualGateway, reason: string): PlanStep {
  return { kind: 'untag-gateway', gateway: gateway.id, keys: Object.values(tagKeys).filter((key) => key in gateway.tags), reason };
}

/** Gateways that carry the object's tags and are not the one it is about. Nothing that may serve traffic is deleted while the object exists. */
function planOthers(desired: DesiredGateway, actual: ActualState, { steps, drift }: Draft): void {
  for (const gateway of actual.others.filter((other) => isOwned(desired, other) && other.status !== 8)) {
    if (isReused(gateway)) steps.push(untag(gateway, 'the object no longer uses this gateway'));
    else {
      drift.push({
        gateway: gateway.id,
        field: 'gateway',
        desired: desired.reuse?.id ?? actual.gateway?.id ?? 'one gateway',
        actual: `${gateway.id} as well`,
        reason: 'a second gateway was created for this object and costs money; delete it in the console if it serves nothing',
      });
    }
  }
}

function planOwn(desired: DesiredGateway, gateway: ActualGateway | undefined, draft: Draft): void {
  const { steps } = draft;
  if (gateway === undefined || gateway.status === 8) {
    if (gateway !== undefined)
      steps.push({ kind: 'wait-until-gone', gateway: gateway.id, reason: 'the gateway that was created for the object is being deleted' });
    steps.push({ kind: 'create-gateway', parameters: purchaseOf(desired), reason: 'no gateway carries the tags of this object' });
    steps.push({ kind: 'wait-until-running', reason: 'a new gateway takes about three minutes' });
    steps.push(...settingSteps(desired, undefined, 'fresh'), ...listeningSteps(desired, undefined));
    return;
  }
  if (isLost(gateway.status)) return void draft.problems.push(unusable(desired, gateway));
  draft.drift.push(...purchaseDrift(desired, gateway));
  planManaged(desired, gateway, draft, gateway.status === 0 ? 'fresh' : 'existing');
}

function planReused(
  desired: DesiredGateway,
  reuse: { readonly id: string; readonly override: boolean },
  gateway: ActualGateway | undefined,
  draft: Draft,
): void {
  const object = { kind: 'MseIngressConfig', name: desired.object };
  if (gateway === undefined) {
    const message = `There is no gateway ${reuse.id} in ${desired.region}.`;
    const help = 'Correct spec.id, or remove it to have a gateway created.';
    return void draft.problems.push(cloudDiagnostics.make('gateway-not-found', { object, path: ['spec', 'id'], message, help }));
  }
  const tags = gateway.tags;
  const sameCluster = tags[tagKeys.cluster] === desired.cluster.id;
  if (sameCluster && tags[tagKeys.object] !== undefined && tags[tagKeys.object] !== desired.object) {
    const message = `${reuse.id} belongs to MseIngressConfig ${tags[tagKeys.object]}; nothing is changed.`;
    return void draft.problems.push(
      cloudDiagnostics.make('gateway-taken', { object, path: ['spec', 'id'], message, help: 'Use one object for each gateway.' }),
    );
  }
  if (isLost(gateway.status) || gateway.status === 8) return void draft.problems.push(unusable(desired, gateway));
  // Tags of another cluster stay: one gateway may serve several, and only one can be written down.
  if (sameCluster || tags[tagKeys.cluster] === undefined) {
    const wanted = { ...ownershipTags(desired), [tagKeys.reused]: 'true' };
    const missing = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => tags[key] !== value));
    if (Object.keys(missing).length > 0) {
      draft.steps.push({
        kind: 'tag-gateway',
        gateway: gateway.id,
        tags: missing,
        reason: 'marks the gateway as used by, and not created for, this object',
      });
    }
  }
  if (reuse.override) planManaged(desired, gateway, draft, 'existing');
  else if (gateway.settings?.source === undefined && desired.listening !== undefined) {
    draft.steps.push(...waitFor(gateway), ...listeningSteps(desired, gateway, true));
  }
}

/** Settings and listening of a gateway the object decides over: gates first, so that nothing is served before what guards it is in force. */
function planManaged(desired: DesiredGateway, gateway: ActualGateway, draft: Draft, age: 'fresh' | 'existing'): void {
  const steps = [...settingSteps(desired, gateway, age), ...listeningSteps(desired, gateway)];
  if (gateway.status === 0 || steps.length > 0) draft.steps.push(...waitFor(gateway), ...steps);
}

function waitFor(gateway: ActualGateway): PlanStep[] {
  if (!isPassing(gateway.status)) return [];
  return [{ kind: 'wait-until-running', gateway: gateway.id, reason: `the gateway is ${formatState(gateway.status)}` }];
}

function unusable(desired: DesiredGateway, gateway: ActualGateway): Diagnostic {
  return cloudDiagnostics.make('gateway-unusable', {
    object: { kind: 'MseIngressConfig', name: desired.object },
    message: `The gateway ${gateway.id} is in state "${formatState(gateway.status)}"; nothing is changed.`,
    help: 'Look at it in the console. Deleting the object deletes a gateway that was created for it.',
  });
}
