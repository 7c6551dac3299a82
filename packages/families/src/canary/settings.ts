/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.1). */
export interface CanarySettings {
  /**
   * Which kinds of condition on one Ingress act. `first`: the header and query conditions together, else the cookie, else the weight.
   * `all`: each of them in that order, so a request that fails the header condition may still be chosen by cookie or weight.
   */
  readonly kinds: 'first' | 'all';
  /** Whether canary-by-header-value is RE2 text that must match the whole header, with `always` matching too (higress.md §2.2), or exact. */
  readonly valueIsPattern: boolean;
  /** Which of several canaries chosen by condition is tried first: the most specific one, or the oldest. */
  readonly order: 'specific' | 'age';
  /** How many canaries one primary can have. */
  readonly canaries: 'all' | 'oldest';
  /** Whether a header or cookie of the canary, asked for without a value of its own, keeps the request with the primary when it holds `never`. */
  readonly neverStays: boolean;
  /** Whether `_` in the name of the header means `-`: nginx cannot tell them apart, and drops headers with `_` (ingress-nginx.md §2). */
  readonly foldsUnderscores: boolean;
  /** A canary-weight-total below this counts as this. */
  readonly smallestTotal: number;
  /**
   * Whether a canary with a condition is an arm of its primary, or a copy of its route that takes its own place in the order of routes
   * (higress.md §1.4, §2.2).
   */
  readonly conditional: 'arm' | 'copy';
  /**
   * Who gives up what a weight takes from a primary with several destinations: all of them in proportion, or the first. Where it is the first, of several
   * destinations of the canary only the first takes part too (higress.md §2.3, §2.4).
   */
  readonly giver: 'all' | 'first';
}

/** The settings of the `mse` profile. */
export const canarySettings: CanarySettings = {
  kinds: 'first',
  valueIsPattern: false,
  order: 'specific',
  canaries: 'all',
  neverStays: false,
  foldsUnderscores: false,
  smallestTotal: 1,
  conditional: 'arm',
  giver: 'all',
};
