import type { LimitAnswer } from '../limit-answer.ts';
import type { NginxTemplate } from '../nginx-variables/index.ts';

/** How many requests pass, and what the others get. */
export interface RateLimitPolicy {
  readonly limits: readonly RateLimit[];
  /** Clients that no limit of one client counts, limit-connections included (ingress-nginx.md §6). */
  readonly allowlist?: readonly string[];
}

/** How requests are counted against a limit; the arithmetic of each stands in a file of its own. */
export type RateAlgorithm = 'token-bucket' | 'leaky-bucket' | 'slot-window' | 'sliding-window';

export interface RateLimit {
  /** The annotation that sets it, without prefix; unique within the policy. */
  readonly name: string;
  readonly algorithm: RateAlgorithm;
  readonly requests: number;
  readonly perMs: number;
  /** Requests that pass at once; 0 where the algorithm knows no burst. */
  readonly burst: number;
  /** What shares one counter: a route, or all routes of the Ingress. */
  readonly scope: 'route' | 'ingress';
  /** Whether each replica of the gateway counts for itself, or all count together. */
  readonly counted: 'replica' | 'gateway';
  /** What tells the counted apart, `$remote_addr` for one counter a client; absent: everybody together. */
  readonly key?: NginxTemplate;
  /** Clients that are not counted. */
  readonly exempt?: readonly string[];
  readonly answer: LimitAnswer;
}
