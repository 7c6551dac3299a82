import { escapeControls } from '@ingresskit/resources';
import type { GatewayObservation, GatewayPhase, GatewayRecord } from './gateway-provider.ts';

/** One condition, as Kubernetes has them. */
export interface Condition {
  readonly type: 'Ready' | 'Applied';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

/** The status of an MseIngressConfig. `phase` and `message` are the product's (mse.md §3.2); the rest is ours. */
export interface ObjectStatus {
  readonly phase: GatewayPhase;
  readonly message: string;
  readonly provider: string;
  readonly observedGeneration: number;
  readonly gatewayId?: string;
  readonly gatewayIds?: readonly string[];
  readonly creatingSince?: string;
  readonly urls?: readonly string[];
  readonly conditions: readonly Condition[];
}

/** What a status is made of. `readiness`: Unknown when the gateway could not be looked at. */
export type StatusParts = Omit<GatewayObservation, 'again' | 'diagnostics'> & { readonly readiness?: 'Unknown' };

/** The status that says what was observed. Times of conditions stay while the conditions do. */
export function statusOf(
  parts: StatusParts,
  provider: string,
  generation: number,
  before: Partial<ObjectStatus>,
  now: string,
): ObjectStatus {
  const { phase, reason, isApplied, gatewayId, urls, record, readiness } = parts;
  const message = tidy(parts.message);
  const ready = readiness ?? (phase === 'Listening' ? 'True' : 'False');
  const condition = (type: Condition['type'], status: Condition['status']): Condition => {
    const known = before.conditions?.find((one) => one.type === type);
    const lastTransitionTime = known?.status === status ? known.lastTransitionTime : now;
    return { type, status, reason, message, lastTransitionTime, observedGeneration: generation };
  };
  return {
    phase,
    message,
    provider,
    observedGeneration: generation,
    ...(gatewayId === undefined ? {} : { gatewayId }),
    ...(record.gatewayIds.length === 0 ? {} : { gatewayIds: record.gatewayIds }),
    ...(record.creatingSince === undefined ? {} : { creatingSince: record.creatingSince }),
    ...(urls === undefined || urls.length === 0 ? {} : { urls }),
    conditions: [condition('Ready', ready), condition('Applied', readiness ?? (isApplied ? 'True' : 'False'))],
  };
}

/** What a status remembers. */
export function recordOf({ gatewayIds, creatingSince }: Partial<ObjectStatus>): GatewayRecord {
  return { gatewayIds: gatewayIds ?? [], ...(creatingSince === undefined ? {} : { creatingSince }) };
}

/** Text of others, such as the cloud's: one line, no control characters, not long. */
function tidy(message: string): string {
  const line = escapeControls(message.replaceAll(/\s+/g, ' ').trim());
  return line.length <= 1_000 ? line : `${line.slice(0, 999)}…`;
}
