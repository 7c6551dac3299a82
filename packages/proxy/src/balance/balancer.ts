import type { Endpoint } from '../endpoint.ts';

/** Chooses among the endpoints of one backend. Hold one for each backend (its subset included): its memory is about that backend only. */
export interface Balancer {
  /**
   * Chooses an endpoint, and counts the request as active until the pick is released. `endpoints` is the present list of ready endpoints; passing
   * the same array again costs nothing. What was learned about an endpoint outlives its absence for a while.
   */
  pick(endpoints: readonly Endpoint[], hint?: BalanceHint): Pick | Refusal;
  /** What is known of the endpoints, for metrics and debugging. */
  report(): readonly EndpointReport[];
}

/** Why there is no endpoint: there is none at all, or each may take no more requests now. Access logs call them `UH` and `UO`. */
export type Refusal = 'no-endpoints' | 'overflow';

/** What is known of a request before an endpoint is chosen. */
export interface BalanceHint {
  /** The evaluated key of `upstream-hash-by`. */
  readonly hashKey?: string;
  /** The value of the affinity cookie, as the client sent it: never trusted. */
  readonly cookie?: string;
  /** Endpoints that this request has tried already, by `endpointKey`: avoided while there is another. */
  readonly tried?: ReadonlySet<string>;
}

/** A chosen endpoint. Release it exactly when the exchange with it is over; a second call does nothing. */
export interface Pick {
  readonly endpoint: Endpoint;
  readonly key: string;
  /** The value of a new affinity cookie; absent where the client's own still holds. */
  readonly cookie?: string;
  release(outcome: PickOutcome): void;
}

/** How the exchange with an endpoint went. */
export type PickOutcome =
  /** A response began; `latencyMs` is the time to its first byte. */
  | { readonly kind: 'answered'; readonly latencyMs: number }
  /** No connection came about: refused, unreachable, TLS failed, or timed out. Counts for ejection. */
  | { readonly kind: 'connect-failure' }
  /** Connected, but no usable response. */
  | { readonly kind: 'failed' }
  /** The client went away or the request was never sent: says nothing about the endpoint. */
  | { readonly kind: 'abandoned' };

/** What a balancer knows of an endpoint. */
export interface EndpointReport {
  readonly key: string;
  readonly active: number;
  /** In milliseconds; absent before the first answer. */
  readonly latencyMs?: number;
  readonly ejected: boolean;
}

/** Time and chance, passed in so that tests decide both. */
export interface BalanceWorld {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}
