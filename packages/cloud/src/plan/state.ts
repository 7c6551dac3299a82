import type { ActualState } from './actual.ts';

/** Status codes of a gateway (mse.md §5.4). */
export const gatewayStates: Readonly<Record<number, string>> = Object.freeze({
  0: 'creating',
  1: 'creation failed',
  2: 'running',
  3: 'changing',
  4: 'scaling in',
  6: 'scaling out',
  8: 'deleting',
  9: 'suspended, to be released',
  10: 'restarting',
  11: 'rebuilding',
  12: 'upgrading',
  13: 'upgrade failed',
});

export function formatState(status: number): string {
  return gatewayStates[status] ?? `status ${status}`;
}

/** On its way to `running`, with nothing to do but wait. */
export function isPassing(status: number): boolean {
  return [0, 3, 4, 6, 10, 11, 12].includes(status);
}

/** Does not come back by itself. A failed upgrade (13) leaves a gateway that still serves and can be changed. */
export function isLost(status: number): boolean {
  return status === 1 || status === 9;
}

export type GatewayPhase = 'Pending' | 'Running' | 'Listening' | 'Failed';

/**
 * The phase an MseIngressConfig shows (mse.md §5.4). While a gateway passes from one state to another it keeps its last phase.
 */
export function phaseOf(actual: ActualState, last?: GatewayPhase): GatewayPhase {
  const { gateway } = actual;
  if (gateway === undefined || gateway.status === 0) return 'Pending';
  if (isLost(gateway.status) || gateway.status === 13) return 'Failed';
  if (gateway.status !== 2) return last ?? 'Pending';
  return gateway.settings?.source?.IngressOptions?.EnableIngress === true ? 'Listening' : 'Running';
}
