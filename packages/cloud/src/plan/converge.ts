import type { ControllerClient } from '../client.ts';
import { systemClock } from '../clock.ts';
import type { CloudError } from '../errors.ts';
import type { ActualState } from './actual.ts';
import { type ApplyOptions, apply } from './apply.ts';
import { aborted } from './carry-out-gateway.ts';
import type { DesiredGateway } from './desired.ts';
import { plan } from './plan.ts';
import { readActual } from './read-actual.ts';
import { type GatewayPhase, phaseOf } from './state.ts';
import { type Plan, type PlanStep, stepKey } from './step.ts';

export interface ConvergeOptions extends ApplyOptions {
  /** Gateways known to have been created for the object; see `readActual`. */
  readonly known?: readonly string[];
  /** From earlier runs; see `ConvergeResult.refused`. */
  readonly refused?: ReadonlySet<string>;
  /** The phase the object shows now: kept while the gateway passes between states. */
  readonly phase?: GatewayPhase;
  /** Called with each plan before it is carried out. */
  readonly onPlan?: (plan: Plan) => void;
}

export interface ConvergeResult {
  readonly actual: ActualState;
  /** The last plan: it has no steps; its drift and problems are what is left to report. */
  readonly plan: Plan;
  readonly phase: GatewayPhase;
  readonly done: readonly PlanStep[];
  /** To be given to the next run, and forgotten when the object's spec changes. */
  readonly refused: ReadonlySet<string>;
  /** Why the cloud refused what it refused in this run. */
  readonly refusals: readonly CloudError[];
}

/**
 * Reads, plans and applies until nothing is left to do. A step that comes back although it was carried out is given the time in which a write
 * becomes visible, then it counts as refused and is reported as drift: no setting is written for ever.
 *
 * @throws CloudError as `apply` does.
 */
export async function converge(client: ControllerClient, desired: DesiredGateway, options: ConvergeOptions = {}): Promise<ConvergeResult> {
  const { clock = systemClock, settleTime = 60_000, pollInterval = 5_000, signal } = options;
  const refused = new Set(options.refused);
  const known = [...(options.known ?? [])];
  const refusals: CloudError[] = [];
  const done: PlanStep[] = [];
  const tried = new Map<string, number>();
  for (;;) {
    const actual = await readActual(client, desired, { known, ...(signal === undefined ? {} : { signal }) });
    const next = plan(desired, actual, { refused });
    if (next.steps.length === 0) return { actual, plan: next, phase: phaseOf(actual, options.phase), done, refused, refusals };
    const fresh = next.steps.filter((step) => !tried.has(stepKey(step)));
    if (fresh.every(isWait)) {
      const again = next.steps.filter((step) => !isWait(step));
      const overdue = again.filter((step) => clock.now() - (tried.get(stepKey(step)) ?? 0) >= settleTime);
      for (const step of overdue) refused.add(stepKey(step));
      if (overdue.length > 0) continue;
      // Also before the same wait once more: a state that changes back and forth must not be asked for without a pause.
      if (again.length > 0 || fresh.length === 0) await clock.sleep(pollInterval, signal).catch(aborted);
      if (again.length > 0) continue;
    }
    options.onPlan?.(next);
    const result = await apply(next, client, options);
    done.push(...result.done);
    if (result.gateway !== undefined && desired.reuse === undefined && !known.includes(result.gateway)) known.push(result.gateway);
    for (const step of result.done) if (!tried.has(stepKey(step))) tried.set(stepKey(step), clock.now());
    for (const { step, error } of result.refused) {
      refused.add(stepKey(step));
      refusals.push(error);
    }
  }
}

function isWait(step: PlanStep): boolean {
  return step.kind === 'wait-until-running' || step.kind === 'wait-until-gone';
}
