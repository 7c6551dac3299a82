import { toLine } from '../redact.ts';
import { formatSpec } from './read-purchase.ts';
import { type Plan, type PlanStep, stepOperations } from './step.ts';

export interface FormatPlanOptions {
  /** Also name the API operations of each step. Default false. */
  readonly operations?: boolean;
}

/** A plan as text: one line for each step with its reason below it, then drift and problems. `JSON.stringify(plan)` is its other form. */
export function formatPlan(plan: Plan, options: FormatPlanOptions = {}): string {
  const lines = [`MseIngressConfig ${plan.object}: gateway ${plan.gateway ?? '(none yet)'}`];
  if (plan.steps.length === 0) lines.push('  nothing to do');
  for (const [index, step] of plan.steps.entries()) {
    const elsewhere = step.gateway !== undefined && step.gateway !== plan.gateway ? ` (${step.gateway})` : '';
    lines.push(`  ${index + 1}. ${sign(step)} ${toLine(describe(step))}${elsewhere}`, `       ${toLine(step.reason)}`);
    if (options.operations === true) lines.push(`       calls ${stepOperations[step.kind].join(', ')}`);
  }
  if (plan.drift.length > 0) lines.push('drift that stays:');
  for (const { gateway, field, desired, actual, reason } of plan.drift) {
    lines.push(`  ! ${gateway} ${field}: wanted ${toLine(desired)}, is ${toLine(actual)}`, `       ${toLine(reason)}`);
  }
  if (plan.problems.length > 0) lines.push('problems:');
  for (const { code, message, help } of plan.problems) {
    lines.push(`  x ${code}: ${toLine(message)}`);
    if (help !== undefined) lines.push(`       ${toLine(help)}`);
  }
  return `${lines.join('\n')}\n`;
}

function sign(step: PlanStep): string {
  switch (step.kind) {
    case 'create-gateway':
    case 'bind-cluster':
      return '+';
    case 'delete-gateway':
    case 'untag-gateway':
      return '-';
    case 'wait-until-running':
    case 'wait-until-gone':
      return '…';
    default:
      return '~';
  }
}

function describe(step: PlanStep): string {
  switch (step.kind) {
    case 'create-gateway': {
      const { Name, Spec, Replica, Vpc, Region } = step.parameters;
      return `create gateway "${Name}" of ${Replica} × ${formatSpec(Spec)} in ${Vpc}, ${Region}`;
    }
    case 'wait-until-running':
      return 'wait until it is running';
    case 'wait-until-gone':
      return 'wait until it is gone';
    case 'tag-gateway':
      return `tag ${Object.entries(step.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')}`;
    case 'untag-gateway':
      return `remove the tags ${step.keys.join(', ')}`;
    case 'set-address-list':
      return step.entries.length === 0 ? `turn the ${step.list} list off` : `set the ${step.list} list to ${step.entries.join(', ')}`;
    case 'update-option':
      return `set ${JSON.stringify(step.option)}`;
    case 'update-parameter':
      return `set ${step.name} to ${step.value}`;
    case 'bind-cluster':
      return `bind cluster ${step.cluster.name}: class "${step.ingress.IngressClass}", namespace "${step.ingress.WatchNamespace}"`;
    case 'update-listening': {
      const { EnableIngress, IngressClass, WatchNamespace } = step.ingress;
      return EnableIngress === true
        ? `listen to class "${IngressClass}", namespace "${WatchNamespace}"`
        : `stop listening to cluster ${step.cluster.name}`;
    }
    case 'delete-gateway':
      return `delete the gateway${step.deleteLoadBalancers ? ' and its load balancers' : ''}`;
  }
}
