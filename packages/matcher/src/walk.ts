import type { CanonicalRequest, Capabilities, Profile, RequestInput, UpstreamAnswer } from '@ingresskit/annotations';
import { canonicalize } from '@ingresskit/annotations';
import type { Denial, Route, RouteTable, VirtualHost } from '@ingresskit/route-table';
import { chooseArm } from './arms.ts';
import { traceCandidates } from './candidates.ts';
import type { Decision, ForwardDecision } from './decision.ts';
import { decisionRoute } from './decision.ts';
import { refuseAtGateway } from './gateway-gates.ts';
import type { Locator } from './locator.ts';
import type { PendingDecision } from './pending-decision.ts';
import { Planner } from './plan.ts';
import type { WalkSetup } from './route-walk.ts';
import { RouteWalk } from './route-walk.ts';
import type { Recorder, TraceStep } from './trace.ts';
import { walkOf } from './waiting-walk.ts';

/** Prepares walks over tables of a profile. */
export function createWalkSetup(profile: Profile, locator: Locator): WalkSetup {
  return { planner: new Planner(profile), locator };
}

/**
 * Takes a request through the table: canonicalise, gateway lists, host, route, arm, then every policy in the profile's order. The only walk there
 * is: deciding passes no recorder, explaining passes one, the data plane resumes it when it waits.
 */
export function startWalk(
  setup: WalkSetup,
  table: RouteTable,
  input: RequestInput,
  capabilities: Capabilities,
  record: Recorder | undefined,
): Decision | PendingDecision {
  const canonical = canonicalize(input, table.request);
  if (!canonical.ok) {
    record?.({ stage: 'request', outcome: 'answered', message: `The request is refused: ${canonical.problem}.` });
    return { kind: 'respond', status: canonical.status, headers: {}, body: '', reason: 'bad-request' };
  }
  const { request } = canonical;
  record?.(requestStep(request));
  const refused = refuseAtGateway(table, request, record);
  if (refused !== undefined) return refused;
  const location = setup.locator.locate(table, request);
  if (record !== undefined) traceCandidates(table, request, location, record);
  if (location === undefined) return { kind: 'no-route', status: 404 };
  const { host, index } = location;
  const route = host.routes[index] as Route;
  const denial = host.denied ?? route.denied;
  if (denial !== undefined) return denied(denial, host, route, table, record);
  const planned = setup.planner.routeOf(host, index);
  const arm = planned.soleArm ?? chooseArm(route, request, input.draw ?? capabilities.random, record);
  return new RouteWalk(setup, table, input, request, planned, arm, record).next();
}

/** Goes on with a walk that led to a decision to forward: what becomes of the backend's answer. The decision itself where nothing acts on answers. */
export function answerWalk(decision: ForwardDecision, answer: UpstreamAnswer): Decision | PendingDecision {
  return walkOf(decision)?.answered(answer) ?? decision;
}

function requestStep({ method, scheme, authority, path, rawPath, query, clientAddress }: CanonicalRequest): TraceStep {
  const target = query === undefined ? path : `${path}?${query}`;
  const changed = rawPath === path ? '' : ` (sent as ${JSON.stringify(rawPath)})`;
  return {
    stage: 'request',
    outcome: 'passed',
    message: `${method} ${scheme}://${authority}${target}${changed} from ${clientAddress}`,
    data: { path, rawPath },
  };
}

function denied(denial: Denial, host: VirtualHost, route: Route, { request }: RouteTable, record: Recorder | undefined): Decision {
  record?.({
    stage: 'route',
    outcome: 'answered',
    message: `${host.denied === undefined ? 'The route' : 'The host'} is closed: ${denial.family} of Ingress ${denial.ingress} could not be built (${denial.code}).`,
    family: denial.family,
    object: route.provenance.ingress,
    data: { code: denial.code },
  });
  const status = host.denied === undefined ? 503 : (request.closedHostStatus ?? 503);
  return { kind: 'respond', status, headers: {}, body: '', reason: 'denied', route: decisionRoute(host, route) };
}
