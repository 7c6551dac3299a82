import type { Capabilities, Profile, RequestInput, UpstreamAnswer } from '@ingresskit/annotations';
import { canonicalize } from '@ingresskit/annotations';
import type { Backend, Route, RouteTable, VirtualHost } from '@ingresskit/route-table';
import type { Decision, ForwardDecision } from './decision.ts';
import { createIndexedLocator } from './indexed-locator.ts';
import type { Locator } from './locator.ts';
import type { PendingDecision } from './pending-decision.ts';
import { isPending } from './pending-decision.ts';
import { serviceDecision } from './service-decision.ts';
import type { TraceStep } from './trace.ts';
import { walkOf } from './waiting-walk.ts';
import { answerWalk, createWalkSetup, startWalk } from './walk.ts';

/** The route a request reaches, before any policy acts. */
export interface Match {
  readonly host: VirtualHost;
  readonly route: Route;
  /** Place of the route in its host's order. */
  readonly index: number;
}

/** A decision with the steps that led to it. */
export interface Explanation {
  readonly request: RequestInput;
  readonly decision: Decision;
  readonly steps: readonly TraceStep[];
}

/** Answers requests from tables of one profile. It keeps indexes between calls and no other state. */
export interface Matcher {
  match(table: RouteTable, request: RequestInput): Match | undefined;
  decide(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Decision;
  /** The same walk as `decide`, recorded. */
  explain(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Explanation;
  /** The walk for runtimes that answer questions asynchronously: resume it until it is a decision. */
  start(table: RouteTable, request: RequestInput, capabilities?: Capabilities): Decision | PendingDecision;
  /** Whether a policy acts on the backend's answer to a decision that this matcher made, so that the request may have to be sent again. */
  awaitsAnswer(decision: ForwardDecision): boolean;
  /**
   * The second half of a walk, for runtimes: what becomes of the backend's answer to a decision that this matcher made. The same decision when
   * no policy acts on answers; one with another backend when the request is to be sent again, to the fallback.
   */
  answered(decision: ForwardDecision, answer: UpstreamAnswer): Decision | PendingDecision;
  /**
   * How a request goes to a Service that no route led it to, such as the target of copies: under the policies of that Service alone. `undefined` where
   * nothing is sent there.
   */
  decideFor(table: RouteTable, backend: Backend, request: RequestInput): ForwardDecision | undefined;
}

/**
 * Creates a matcher for the tables of a profile.
 *
 * @param locator how routes are found; the indexed locator unless a test wants the reference.
 */
export function createMatcher(profile: Profile, locator: Locator = createIndexedLocator()): Matcher {
  const setup = createWalkSetup(profile, locator);
  const decide = (table: RouteTable, request: RequestInput, capabilities: Capabilities, record?: (step: TraceStep) => void): Decision => {
    let result = startWalk(setup, table, request, capabilities, record);
    while (isPending(result)) result = result.resume(capabilities.answer?.(result.pending, request));
    return result;
  };
  return {
    match(table, request) {
      const canonical = canonicalize(request, table.request);
      if (!canonical.ok) return undefined;
      const location = locator.locate(table, canonical.request);
      const route = location?.host.routes[location.index];
      return location === undefined || route === undefined ? undefined : { host: location.host, route, index: location.index };
    },
    decide: (table, request, capabilities = {}) => decide(table, request, capabilities),
    explain(table, request, capabilities = {}) {
      const steps: TraceStep[] = [];
      const decision = decide(table, request, capabilities, (step) => void steps.push(step));
      return { request, decision, steps };
    },
    start: (table, request, capabilities = {}) => startWalk(setup, table, request, capabilities, undefined),
    awaitsAnswer: (decision) => walkOf(decision) !== undefined,
    answered: (decision, answer) => answerWalk(decision, answer),
    decideFor: (table, backend, request) => serviceDecision(setup, table, backend, request),
  };
}
