import type { Ask, CanonicalRequest, Capabilities, Outcome, Profile, RequestInput, UpstreamAnswer } from '@ingresskit/annotations';
import { addressSet, canonicalize, isAddress, recheckPath } from '@ingresskit/annotations';
import type { Backend, Denial, Policies, Route, RouteTable, VirtualHost } from '@ingresskit/route-table';
import { backendKey, fieldOf } from '@ingresskit/route-table';
import type { Spoken } from './access-checks.ts';
import type { Arm } from './arms.ts';
import { chooseArm } from './arms.ts';
import { traceCandidates } from './candidates.ts';
import type { Decision, DecisionRoute, ForwardDecision } from './decision.ts';
import { decisionBackend } from './decision.ts';
import { noEdits } from './edits.ts';
import { LiveExchange } from './live-exchange.ts';
import type { Locator } from './locator.ts';
import type { FilterStep, Plan } from './plan.ts';
import { Planner } from './plan.ts';
import type { Recorder, TraceStep } from './trace.ts';
import { hasEndpoints } from './usable-endpoints.ts';

/** A walk that waits for an answer from outside. */
export interface PendingDecision {
  readonly pending: Ask['question'];
  /** Goes on; `undefined` means nobody could answer. */
  resume(answer: unknown): Decision | PendingDecision;
}

/** What a walk works with: fixed for a profile and a way of finding routes. */
export interface WalkSetup {
  readonly profile: Profile;
  readonly planner: Planner;
  readonly locator: Locator;
  /** Walks that go on when the backend has answered, by the decision they led to. */
  readonly waiting: WeakMap<ForwardDecision, Walk>;
}

/** Prepares walks over tables of a profile. */
export function createWalkSetup(profile: Profile, locator: Locator): WalkSetup {
  return { profile, planner: new Planner(profile), locator, waiting: new WeakMap() };
}

/** Whether a result still waits. */
export function isPending(result: Decision | PendingDecision): result is PendingDecision {
  return 'pending' in result;
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
  const route = location.host.routes[location.index] as Route;
  const denial = location.host.denied ?? route.denied;
  if (denial !== undefined) return denied(denial, location.host, route, table, record);
  const arm = chooseArm(route, request, input.draw ?? capabilities.random, record);
  return new Walk(setup, table, input, request, location.host, route, arm, record).next();
}

/** Goes on with a walk that led to a decision to forward: what becomes of the backend's answer. The decision itself where nothing acts on answers. */
export function answerWalk(setup: WalkSetup, decision: ForwardDecision, answer: UpstreamAnswer): Decision | PendingDecision {
  return setup.waiting.get(decision)?.answered(answer) ?? decision;
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

/** Gateway-level gates: every list must let the client pass, whatever its host and route say. */
function refuseAtGateway({ gateway }: RouteTable, { clientAddress }: CanonicalRequest, record: Recorder | undefined): Decision | undefined {
  if (gateway.denied !== undefined) {
    record?.({
      stage: 'gateway',
      outcome: 'answered',
      message: 'The address list of the gateway cannot be read, so every request is refused.',
      object: gateway.denied.source,
      data: { code: gateway.denied.code },
    });
    return { kind: 'respond', status: 503, headers: {}, body: '', reason: 'denied' };
  }
  for (const { allow, deny, source } of gateway.addressLists) {
    const isRefused =
      !isAddress(clientAddress) ||
      (deny !== undefined && addressSet(deny).has(clientAddress)) ||
      (allow !== undefined && !addressSet(allow).has(clientAddress));
    record?.({
      stage: 'gateway',
      outcome: isRefused ? 'answered' : 'passed',
      message: `The address list of the gateway ${isRefused ? 'refuses' : 'lets'} ${clientAddress}${isRefused ? '' : ' pass'}.`,
      object: source,
      path: ['spec', 'global', 'ipAccessControl'],
    });
    if (isRefused) return { kind: 'respond', status: 403, headers: {}, body: '', reason: 'ip-access' };
  }
  return undefined;
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
  return { kind: 'respond', status, headers: {}, body: '', reason: 'denied', route: decisionRoute(host, route, undefined) };
}

function decisionRoute(host: VirtualHost, { provenance, pathText, pathType }: Route, canary: string | undefined): DecisionRoute {
  const ingress = `${provenance.ingress.namespace}/${provenance.ingress.name}`;
  return canary === undefined
    ? { ingress, host: host.host, path: pathText, pathType }
    : { ingress, host: host.host, path: pathText, pathType, canary };
}

/** The part of the walk that can wait: one policy after another on the chosen route. */
class Walk {
  readonly #setup: WalkSetup;
  readonly #table: RouteTable;
  #upstream: UpstreamAnswer | undefined;
  readonly #host: VirtualHost;
  readonly #route: Route;
  readonly #arm: Arm;
  readonly #record: Recorder | undefined;
  readonly #exchange: LiveExchange;
  readonly #plan: Plan;
  #position = 0;
  #inResponse = false;
  #notes: string[] = [];
  #fallback: { from: Arm['backend']; because: string } | undefined;
  #canary: string | undefined;
  #status: number | undefined;
  #tail: { readonly backend: Backend; readonly steps: readonly FilterStep[]; position: number; readonly inResponse: boolean } | undefined;

  constructor(
    setup: WalkSetup,
    table: RouteTable,
    input: RequestInput,
    request: CanonicalRequest,
    host: VirtualHost,
    route: Route,
    arm: Arm,
    record: Recorder | undefined,
  ) {
    this.#setup = setup;
    this.#table = table;
    this.#upstream = input.upstream;
    this.#host = host;
    this.#route = route;
    this.#arm = arm;
    this.#canary = arm.canary;
    this.#record = record;
    const note = record === undefined ? undefined : (message: string) => void this.#notes.push(message);
    const policiesOf = (backend: Backend): Policies | undefined =>
      table.backends.size === 0 ? undefined : table.backends.get(backendKey(backend));
    this.#exchange = new LiveExchange(request, { host, route, backend: arm.backend, armPolicies: arm.policies, policiesOf }, note);
    if (table.request.forwardPath === 'raw') this.#exchange.upstreamPath = request.rawPath;
    this.#plan = setup.planner.planOf(host, route, arm.policies);
  }

  /** Runs until a decision or a question. */
  next(): Decision | PendingDecision {
    while (this.#position < this.#plan.length) {
      const step = this.#plan[this.#position++];
      if (step !== undefined && this.#exchange.access.isNeedless(step)) {
        this.#passOver(step);
        continue;
      }
      const result = this.#inResponse ? this.#respondStep(step) : step === undefined ? this.#endpoints() : this.#requestStep(step);
      if (result !== undefined) return result;
    }
    const result = this.#backendSteps();
    if (result !== undefined) return result;
    if (this.#isUnrouted()) return this.#unrouted();
    if (!this.#inResponse && this.#upstream !== undefined) return this.answered(this.#upstream);
    return this.#forward();
  }

  /** The policies of the backend that is left at the end: those of the first choice do not hold for a fallback. */
  #backendSteps(): Decision | PendingDecision | undefined {
    const { backend } = this.#exchange;
    if (backend === undefined) return undefined;
    if (this.#tail?.backend !== backend) {
      const key = backend === this.#arm.backend ? this.#arm.key : backendKey(backend);
      const policies = this.#table.backends.size === 0 ? undefined : this.#table.backends.get(key);
      const steps = policies === undefined ? noSteps : this.#setup.planner.backendPlanOf(policies);
      const isFirst = this.#tail === undefined;
      this.#tail = { backend, steps, position: 0, inResponse: false };
      // What a route's own policy said stays; what held for another backend does not.
      if (!isFirst || this.#exchange.upstreamProtocol === 'HTTP') {
        this.#exchange.upstreamProtocol = this.#table.endpoints.get(key)?.protocol ?? 'HTTP';
      }
    }
    const tail = this.#tail;
    while (tail.position < tail.steps.length) {
      const step = tail.steps[tail.position++] as FilterStep;
      const result = tail.inResponse ? this.#respondStep(step) : this.#requestStep(step);
      if (result !== undefined) return result;
    }
    return undefined;
  }

  /** The second half: what the policies make of the backend's answer. */
  answered(answer: UpstreamAnswer): Decision | PendingDecision {
    this.#upstream = answer;
    this.#inResponse = true;
    this.#position = 0;
    if (this.#tail !== undefined) this.#tail = { ...this.#tail, position: 0, inResponse: true };
    this.#status = answer.status;
    return this.next();
  }

  #requestStep(step: FilterStep): Decision | PendingDecision | undefined {
    if (step.family.request === undefined) return undefined;
    this.#exchange.settings = step.settings;
    return this.#settle(step, step.family.request(step.policy, this.#exchange));
  }

  #passOver(step: FilterStep): void {
    if (this.#inResponse || step.family.needless === undefined) return;
    this.#exchange.settings = step.settings;
    step.family.needless(step.policy, this.#exchange);
    this.#recordFilter(step, undefined);
  }

  #respondStep(step: FilterStep | undefined): Decision | PendingDecision | undefined {
    const upstream = this.#upstream;
    if (step?.family.response === undefined || upstream === undefined) return undefined;
    this.#exchange.settings = step.settings;
    return this.#settle(step, step.family.response(step.policy, this.#exchange, upstream));
  }

  /** What an outcome means for the walk; `undefined` goes on. */
  #settle(asked: FilterStep, found: Outcome | undefined): Decision | PendingDecision | undefined {
    if (found?.kind === 'ask') {
      const { question, resume } = found;
      return { pending: question, resume: (answer) => this.#settle(asked, resume(answer)) ?? this.next() };
    }
    this.#recordFilter(asked, found);
    const { step, outcome } = this.#exchange.access.mode === 'all' ? { step: asked, outcome: found } : this.#weigh(asked, found);
    if (outcome === undefined) return this.#recheck(step);
    switch (outcome.kind) {
      case 'respond':
        return this.#answer(outcome.status, outcome.headers, outcome.body, outcome.reason ?? step.family.name);
      case 'deny':
        return this.#answer(503, undefined, '', 'denied');
      case 'redirect':
        return this.#redirect(step, outcome.status, outcome.location, outcome.headers);
      case 'tunnel':
        return this.#tunnel(outcome.backend);
      case 'reroute':
        this.#fallback = { from: this.#exchange.backend, because: outcome.because };
        this.#exchange.backend = outcome.backend;
        this.#canary = undefined;
        if (outcome.path !== undefined) this.#exchange.setUpstreamPath(outcome.path);
        return hasEndpoints(this.#table, outcome.backend) ? this.#recheck(step) : this.#noEndpoints();
    }
  }

  #weigh(step: FilterStep, outcome: Outcome | undefined): Spoken {
    const isLast = !this.#plan.some((later, index) => index >= this.#position && later?.family.accessCheck === true);
    return this.#exchange.access.weigh(step, outcome, isLast);
  }

  /** A path that a filter made is canonicalised again, and refused when it points elsewhere (reliability.md §2.4). */
  #recheck(step: FilterStep): Decision | undefined {
    if (!this.#exchange.rewritten) return undefined;
    this.#exchange.rewritten = false;
    const checked = recheckPath(this.#exchange.upstreamPath, this.#table.request.pathNormalization);
    if (checked.ok) {
      this.#exchange.upstreamPath = checked.path;
      return undefined;
    }
    this.#record?.({
      stage: step.phase,
      outcome: 'answered',
      message: `The new path is refused: ${checked.problem}.`,
      family: step.family.name,
      object: this.#route.provenance.ingress,
    });
    return this.#answer(500, undefined, '', step.family.name);
  }

  #endpoints(): Decision | PendingDecision | undefined {
    const { backend } = this.#exchange;
    // The gateway's own default backend always has an endpoint: what stands after this stage holds for it too (ingress-nginx.md §1.1).
    if (this.#isUnrouted()) return undefined;
    if (backend !== undefined && hasEndpoints(this.#table, backend)) return undefined;
    const primary = this.#arm.canary === undefined ? undefined : this.#route.backends.find(({ canary }) => canary === undefined)?.backend;
    if (backend !== undefined && primary !== undefined && hasEndpoints(this.#table, primary)) {
      this.#record?.({
        stage: 'endpoints',
        outcome: 'chosen',
        message: `The canary ${backend.namespace}/${backend.service} has no usable endpoint; its primary ${primary.namespace}/${primary.service} takes the request.`,
        object: this.#route.provenance.ingress,
      });
      this.#fallback = { from: backend, because: 'no-endpoints' };
      this.#exchange.backend = primary;
      this.#canary = undefined;
      return undefined;
    }
    if (backend !== undefined) {
      for (const step of this.#plan) {
        if (step?.family.unavailable === undefined) continue;
        this.#exchange.settings = step.settings;
        const outcome = step.family.unavailable(step.policy, this.#exchange);
        if (outcome !== undefined) return this.#settle(step, outcome);
      }
    }
    return this.#noEndpoints();
  }

  #isUnrouted(): boolean {
    return this.#route.unrouted === true && this.#exchange.backend === undefined;
  }

  #unrouted(): Decision {
    this.#record?.({
      stage: 'endpoints',
      outcome: 'answered',
      message: 'No rule of the host has the path, and no default backend is named for it.',
      object: this.#route.provenance.ingress,
    });
    return { kind: 'no-route', status: 404 };
  }

  #noEndpoints(): Decision {
    const { backend } = this.#exchange;
    this.#record?.({
      stage: 'endpoints',
      outcome: 'answered',
      message:
        backend === undefined
          ? 'The route has no backend.'
          : `${backend.namespace}/${backend.service}:${backend.port} has no usable endpoint.`,
      object: this.#route.provenance.ingress,
      path: fieldOf(this.#route.provenance),
    });
    return this.#answer(503, undefined, '', 'no-endpoints');
  }

  #answer(status: number, headers: Readonly<Record<string, string>> | undefined, body: string | undefined, reason: string): Decision {
    const own = this.#exchange.responseEdits.headers();
    const route = decisionRoute(this.#host, this.#route, this.#canary);
    return { kind: 'respond', status, headers: headers === undefined ? own : { ...own, ...headers }, body: body ?? '', reason, route };
  }

  #redirect(step: FilterStep, status: number, location: string, headers: Readonly<Record<string, string>> | undefined): Decision {
    // `//host` and `/\host` leave the site in every browser, and control characters would split the header (reliability.md §2.4, A14).
    const isUnsafe = /^[/\\]{2}/.test(location) || [...location].some((character) => character <= ' ' || character === '\u007f');
    if (isUnsafe) {
      this.#record?.({
        stage: step.phase,
        outcome: 'answered',
        message: `The location ${JSON.stringify(location)} is refused: it would lead to another site.`,
        family: step.family.name,
        object: this.#route.provenance.ingress,
      });
      return this.#answer(500, undefined, '', step.family.name);
    }
    const own = this.#exchange.responseEdits.headers();
    return {
      kind: 'redirect',
      status,
      location,
      headers: headers === undefined ? own : { ...own, ...headers },
      route: decisionRoute(this.#host, this.#route, this.#canary),
    };
  }

  #forward(): Decision {
    const exchange = this.#exchange;
    const { backend, request } = exchange;
    if (backend === undefined) return this.#noEndpoints();
    const path = request.query === undefined ? exchange.upstreamPath : `${exchange.upstreamPath}?${request.query}`;
    const status = this.#status;
    const fallback = this.#fallback;
    const decision: ForwardDecision = {
      kind: 'forward',
      route: decisionRoute(this.#host, this.#route, this.#canary),
      backend: decisionBackend(backend),
      ...(this.#arm.split === undefined ? {} : { split: this.#arm.split }),
      upstream: { protocol: exchange.upstreamProtocol, host: exchange.upstreamHost, path, headers: exchange.requestEdits.finish() },
      response:
        status === undefined || status === this.#upstream?.status
          ? { headers: exchange.responseEdits.finish() }
          : { status, headers: exchange.responseEdits.finish() },
      policies: exchange.declared ?? noPolicies,
      ...(fallback === undefined || fallback.from === undefined
        ? {}
        : { fallback: { from: decisionBackend(fallback.from), because: fallback.because } }),
    };
    if (!this.#inResponse && (this.#plan.some(actsOnAnswers) || this.#tail?.steps.some(actsOnAnswers) === true))
      this.#setup.waiting.set(decision, this);
    return decision;
  }

  /** TLS that nobody opens: what is inside is the backend's business alone. */
  #tunnel(backend: Backend): Decision {
    this.#exchange.backend = backend;
    this.#canary = undefined;
    if (!hasEndpoints(this.#table, backend)) return this.#noEndpoints();
    const { authority, rawPath, query } = this.#exchange.request;
    return {
      kind: 'forward',
      route: decisionRoute(this.#host, this.#route, undefined),
      backend: decisionBackend(backend),
      upstream: { protocol: 'TLS', host: authority, path: query === undefined ? rawPath : `${rawPath}?${query}`, headers: noEdits },
      response: { headers: noEdits },
      policies: noPolicies,
    };
  }

  #recordFilter({ family, phase }: FilterStep, outcome: Outcome | undefined): void {
    const record = this.#record;
    if (record === undefined) return;
    const notes = this.#notes;
    this.#notes = [];
    const { provenance } = this.#route;
    const key = provenance.annotations[family.name]?.[0];
    const message = [...notes, ...(outcome === undefined ? [] : [describe(outcome)])].join('; ');
    record({
      stage: phase,
      outcome: outcome !== undefined ? 'answered' : notes.length > 0 ? 'edited' : 'passed',
      message: message === '' ? 'Nothing to do.' : `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}.`,
      family: family.name,
      object: provenance.ingress,
      ...(key === undefined ? {} : { path: ['metadata', 'annotations', key] }),
    });
  }
}

const noPolicies: Readonly<Record<string, unknown>> = Object.freeze({});
const noSteps: readonly FilterStep[] = Object.freeze([]);

function actsOnAnswers(step: FilterStep | undefined): boolean {
  return step?.family.response !== undefined;
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'respond':
      return `the gateway answers ${outcome.status}`;
    case 'redirect':
      return `redirects with ${outcome.status} to ${outcome.location}`;
    case 'deny':
      return `closed: ${outcome.why}`;
    case 'reroute':
      return `goes to ${outcome.backend.namespace}/${outcome.backend.service} because of ${outcome.because}`;
    case 'tunnel':
      return `the connection goes to ${outcome.backend.namespace}/${outcome.backend.service} as it is`;
    case 'ask':
      return `asks: ${outcome.question.kind}`;
  }
}
