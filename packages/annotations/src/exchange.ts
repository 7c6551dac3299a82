import type { Backend, PolicyKey, Route, VirtualHost } from '@ingresskit/route-table';
import type { CanonicalRequest } from './request/request-types.ts';

/**
 * A request under decision, as a filter sees it. Filters are pure: they read the request and the policy and leave edits here, or return an outcome.
 */
export interface Exchange {
  readonly request: CanonicalRequest;
  readonly route: Route;
  readonly host: VirtualHost;
  /** The settings the profile gives the filter's own family. */
  readonly settings: Readonly<Record<string, unknown>>;

  /** The path that goes upstream, canonical, without query. */
  readonly upstreamPath: string;
  /** The Host that goes upstream. */
  readonly upstreamHost: string;
  /** `HTTP` until a filter says otherwise. */
  readonly upstreamProtocol: string;
  /** Where the request goes; absent until an arm is chosen, and for routes without one. */
  readonly backend: Backend | undefined;

  /** The policy that holds here: the chosen arm's, else the route's, else the host's, else that of the backend's Service. */
  policy<P>(key: PolicyKey<P>): P | undefined;

  /**
   * Replaces the upstream path. The walk canonicalises it again: a rewrite that creates a dot segment or a leading `//` is refused with 500
   * (reliability.md §2.4).
   */
  setUpstreamPath(path: string): void;
  setUpstreamHost(host: string): void;
  /** `HTTP`, `HTTPS`, `GRPC`, …, as decisions show it. */
  setUpstreamProtocol(protocol: string): void;

  setRequestHeader(name: string, value: string): void;
  appendRequestHeader(name: string, value: string): void;
  removeRequestHeader(name: string): void;
  setResponseHeader(name: string, value: string): void;
  appendResponseHeader(name: string, value: string): void;
  removeResponseHeader(name: string): void;

  /**
   * How the access checks of the route combine: `all` (the default) must let the request pass, or `any` one of them. Say so before the first of them
   * acts. With `any`, a refusal with 401, 403 or a redirect waits for the other checks; every other answer is final, as in nginx.
   */
  combineAccess(mode: 'all' | 'any'): void;
  /**
   * An access check knows the client and lets it in. Where any one check suffices, the others are then left out. A check that returns nothing
   * without granting has nothing to say: it neither refuses nor lets in.
   */
  grantAccess(): void;

  /** Declares a policy that the data plane carries out: `timeoutMs`, `retry`, `mirror`, … Keys are those of the decision's `policies`. */
  declare(name: string, value: unknown): void;

  /** Adds a line to the explanation; costs nothing when nobody listens. */
  note(message: string): void;
}
