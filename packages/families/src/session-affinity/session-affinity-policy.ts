import type { AffinityCookie } from './affinity-cookie.ts';

/** How clients of a Service stay with an endpoint. */
export interface SessionAffinityPolicy {
  /** The cookie without its path and without what the connection decides. */
  readonly cookie: Omit<AffinityCookie, 'path'>;
  /** Absent: the path of the route that issues it. */
  readonly path?: string;
  /** As the annotation has it; absent: balanced. */
  readonly mode?: 'balanced' | 'persistent';
  /** After a failed attempt another endpoint is chosen and the cookie replaced. */
  readonly changeOnFailure: boolean;
  /** Whether a canary shares the affinity of its primary (`sticky`), or each request is decided anew (`legacy`). */
  readonly canary: 'sticky' | 'legacy';
}

/** What differs between gateways. The defaults are those of the `mse` profile (mse.md §2.8). */
export interface SessionAffinitySettings {
  /** What switches affinity on: the annotation affinity alone, or the name or path of a cookie too. */
  readonly switchedOnBy: 'affinity' | 'any';
  readonly modes: readonly ('balanced' | 'persistent')[];
  /** The path of the cookie where none is given; unset: the path of the route. */
  readonly path?: string;
  /** Whether max-age hides expires, or both stand in the cookie. */
  readonly lifetimes: 'max-age-first' | 'both';
  /** Which routes of the Service issue the cookie. */
  readonly issuedBy: 'every-route' | 'asking-ingress';
}

/** The settings of the `mse` profile. */
export const sessionAffinitySettings: SessionAffinitySettings = {
  switchedOnBy: 'any',
  modes: ['balanced'],
  path: '/',
  lifetimes: 'max-age-first',
  issuedBy: 'every-route',
};
