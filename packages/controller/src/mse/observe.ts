import { type ActualState, cloudDiagnostics, type DesiredGateway, type Plan, type PlanStep, phaseOf } from '@ingresskit/cloud';
import type { Diagnostic } from '@ingresskit/resources';
import type { GatewayObservation, GatewayRecord, GatewayRequest } from '../controller/gateway-provider.ts';

/** Everything that was seen in one look. */
export interface Sight {
  readonly request: GatewayRequest;
  readonly desired: DesiredGateway;
  readonly actual: ActualState;
  readonly next: Plan;
  readonly record: GatewayRecord;
  readonly diagnostics: readonly Diagnostic[];
}

/** What was read, as the status says it. The phase is the gateway's; what the object asks for and does not get is in the message. */
export function observe(
  { request, desired, actual, next, record, diagnostics }: Sight,
  waits: { readonly pollInterval: number; readonly interval: number },
): GatewayObservation {
  const { gateway } = actual;
  const problems = [...desired.problems, ...next.problems.filter((problem) => !desired.problems.includes(problem))];
  const refused = diagnostics.find(({ code }) => code === 'cloud/refused-step');
  const found = phaseOf(actual, request.phase);
  const phase = gateway === undefined && (problems.length > 0 || refused !== undefined) ? 'Failed' : found;
  const isBusy = next.steps.length > 0;
  const [problem] = problems;
  const [drift] = next.drift;
  const describe = (): { readonly message: string; readonly reason: string } => {
    if (problem !== undefined) return { message: problem.message, reason: 'InvalidObject' };
    if (phase === 'Failed') return { message: refused?.message ?? `The gateway ${gateway?.id} failed.`, reason: 'GatewayFailed' };
    if (isBusy) return { message: `Next: ${next.steps[0]?.reason}.`, reason: phase === 'Pending' ? 'Creating' : 'Updating' };
    if (drift !== undefined)
      return {
        message: `${drift.field} of ${drift.gateway} is ${drift.actual}, not ${drift.desired}: ${drift.reason}.`,
        reason: 'Drift',
      };
    if (phase === 'Listening')
      return { message: `The gateway ${gateway?.id} listens to ${classText(desired, actual)}.`, reason: 'Listening' };
    if (phase === 'Running') return { message: `The gateway ${gateway?.id} runs and listens to no Ingress.`, reason: 'Running' };
    return { message: 'The gateway is on its way.', reason: 'Creating' };
  };
  return {
    phase,
    ...describe(),
    isApplied: !isBusy && problems.length === 0 && next.drift.length === 0 && (phase === 'Listening' || phase === 'Running'),
    ...(gateway === undefined ? {} : { gatewayId: gateway.id }),
    record: gateway === undefined || desired.reuse !== undefined ? record : foundRecord(record, gateway.id),
    diagnostics: [...diagnostics, ...problems.filter((one) => !diagnostics.includes(one))],
    again: isBusy || phase === 'Pending' ? waits.pollInterval : waits.interval,
  };
}

/** A gateway that is reused without override may listen to something else than the object says. */
function classText(desired: DesiredGateway, { gateway }: ActualState): string {
  const ingressClass = gateway?.settings?.source?.IngressOptions?.IngressClass ?? desired.listening?.ingressClass;
  return ingressClass === undefined || ingressClass === '' ? 'every Ingress' : `Ingresses of class ${ingressClass}`;
}

/** A gateway that was found needs no mark of its creation any more. Older ones are remembered a while: they may be late to go. */
function foundRecord({ gatewayIds }: GatewayRecord, id: string): GatewayRecord {
  return { gatewayIds: gatewayIds.includes(id) ? gatewayIds : [...gatewayIds, id].slice(-3) };
}

/** Tells that the cloud refuses a step for good. */
export function refusal(object: string, step: PlanStep, message: string): Diagnostic {
  return cloudDiagnostics.make('refused-step', {
    object: { kind: 'MseIngressConfig', name: object },
    message: `The cloud refuses ${step.kind}: ${message}`,
    help: 'It is not tried again until the object changes.',
  });
}
