import type { Predicates } from '@ingresskit/route-table';

/** Which requests of its primary a canary Ingress takes. On MSE one canary has conditions or a share, never both. */
export interface CanaryPolicy {
  /** A request that meets any of these goes to the canary. Each has at most one header and one query condition, or one cookie condition. */
  readonly conditions?: readonly CanaryCondition[];
  /** Present where the canary takes part in the weight draw over the requests that no canary takes by condition. */
  readonly share?: CanaryShare;
}

/** A condition of a canary. */
export interface CanaryCondition extends Predicates {
  /** A request that meets it stays with the primary, whatever later conditions and the draw say (`never`). */
  readonly stays?: true;
}

/** A canary's part of the requests, before it meets other canaries: `weight` of `total`. A weight of 0 takes none. */
export interface CanaryShare {
  readonly weight: number;
  readonly total: number;
}
