import type { Diagnostic } from '@ingresskit/resources';
import type { DesiredGateway } from './desired.ts';
import { cloudDiagnostics } from './diagnostics.ts';
import { type Drift, type Plan, type PlanStep, stepKey } from './step.ts';

/** A plan in the making. */
export interface Draft {
  readonly steps: PlanStep[];
  readonly drift: Drift[];
  readonly problems: Diagnostic[];
}

/** What was refused before is reported, not tried again. A refused gate holds back whatever it should guard. */
export function withoutRefused(
  desired: DesiredGateway,
  draft: Draft,
  refused: ReadonlySet<string>,
): Pick<Plan, 'steps' | 'drift' | 'problems'> {
  const isRefused = (step: PlanStep): boolean => refused.has(stepKey(step));
  const drift = [...draft.drift];
  const problems = [...draft.problems];
  for (const step of draft.steps.filter(isRefused)) {
    drift.push({
      gateway: step.gateway ?? '',
      field: step.kind,
      desired: describe(step),
      actual: 'unchanged',
      reason: 'the cloud refused it, or accepted it without effect; it is tried again when the object changes',
    });
  }
  let steps = draft.steps.filter((step) => !isRefused(step));
  if (draft.steps.some((step) => step.kind === 'set-address-list' && step.entries.length > 0 && isRefused(step))) {
    problems.push(
      cloudDiagnostics.make('gate-refused', {
        object: { kind: 'MseIngressConfig', name: desired.object },
        path: ['spec', 'global', 'ipAccessControl'],
        message: 'The cloud did not take an address list; listening is left as it is.',
        help: 'See the drift for the list. Correct it, or set it in the console.',
      }),
    );
    steps = steps.filter((step) => !opensListening(step));
  }
  if (steps.every((step) => step.kind === 'wait-until-running' && step.gateway !== undefined && draft.steps.length > 1)) steps = [];
  return { steps, drift, problems };
}

function opensListening(step: PlanStep): boolean {
  return (step.kind === 'bind-cluster' || step.kind === 'update-listening') && step.ingress.EnableIngress === true;
}

function describe(step: PlanStep): string {
  const { kind: _kind, gateway: _gateway, reason: _reason, ...rest } = step;
  return JSON.stringify(rest);
}
