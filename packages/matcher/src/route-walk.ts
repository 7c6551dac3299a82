import type { CanonicalRequest, Outcome, RequestInput, UpstreamAnswer } from '@ingresskit/annotations';
import { recheckPath } from '@ingresskit/annotations';
import type { Backend, Route, RouteTable, ServiceEndpoints } from '@ingresskit/route-table';
import { backendKey } from '@ingresskit/route-table';
import type { Spoken } from './access-checks.ts';
import type { Arm } from './arms.ts';
import type { Decision, DecisionRoute } from './decision.ts';
import type { Fallback } from './forward.ts';
import { forwardDecision, leavesSite, tunnelDecision } from './forward.ts';
import { LiveExchange } from './live-exchange.ts';
import type { Locator } from './locator.ts';
import type { PendingDecision } from './pending-decision.ts';
import type { FilterStep, Plan, PlannedRoute, Planner } from './plan.ts';
import { actsOnAnswers } from './plan.ts';
import type { Recorder } from './trace.ts';
import { endpointsAt, isUsable } from './usable-endpoints.ts';
import { keepWalk } from './waiting-walk.ts';
import { canaryDown, filterTrace, noEndpoints, unrouted } from './walk-traces.ts';

/** What a walk works with: fixed for a profile and a way of finding routes. */
export interface WalkSetup {
  readonly planner: Planner;
  readonly locator: Locator;
}

/** The part of the walk that can wait: one policy after another on the chosen route. */
export class RouteWalk {
  readonly #setup: WalkSetup;
  readonly #table: RouteTable;
  #upstream: UpstreamAnswer | undefined;
  readonly #planned: PlannedRoute;
  readonly #route: Route;
  readonly #arm: Arm;
  readonly #record: Recorder | undefined;
  readonly #exchange: LiveExchange;
  readonly #plan: Plan;
  #position = 0;
  #inResponse = false;
  #notes: string[] = [];
  #fallback: Fallback | undefined;
  #canary: string | undefined;
  #found: { readonly backend: Backend; readonly endpoints: ServiceEndpoints | undefined } | undefined;
  #status: number | undefined;
  #tail: { readonly backend: Backend; readonly steps: readonly FilterStep[]; position: number; readonly inResponse: boolean } | undefined;

  constructor(
    setup: WalkSetup,
    table: RouteTable,
    input: RequestInput,
    request: CanonicalRequest,
    planned: PlannedRoute,
    arm: Arm,
    record: Recorder | undefined,
  ) {
    this.#setup = setup;
    this.#table = table;
    this.#upstream = input.upstream;
    this.#planned = planned;
    this.#route = planned.route;
    this.#arm = arm;
    this.#canary = arm.canary;
    this.#record = record;
    const note = record === undefined ? undefined : (message: string) => void this.#notes.push(message);
    this.#exchange = new LiveExchange(request, planned, arm, table.backends, note);
    if (table.request.forwardPath === 'raw') this.#exchange.upstreamPath = request.rawPath;
    this.#plan = setup.planner.planOf(planned, arm.policies);
  }

  /** Runs until a decision or a question. */
  next(): Decision | PendingDecision {
    const { steps } = this.#plan;
    while (this.#position < steps.length) {
      const step = steps[this.#position++];
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
      const policies = this.#table.backends.size === 0 ? undefined : this.#table.backends.get(this.#keyOf(backend));
      const steps = policies === undefined ? noSteps : this.#setup.planner.backendPlanOf(policies);
      const isFirst = this.#tail === undefined;
      this.#tail = { backend, steps, position: 0, inResponse: false };
      // What a route's own policy said stays; what held for another backend does not.
      if (!isFirst || this.#exchange.upstreamProtocol === 'HTTP') {
        this.#exchange.upstreamProtocol = this.#endpointsOf(backend)?.protocol ?? 'HTTP';
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
        return isUsable(this.#endpointsOf(outcome.backend)) ? this.#recheck(step) : this.#noEndpoints();
    }
  }

  #weigh(step: FilterStep, outcome: Outcome | undefined): Spoken {
    const isLast = !this.#plan.steps.some((later, index) => index >= this.#position && later?.family.accessCheck === true);
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
    return this.#refuse(step, `The new path is refused: ${checked.problem}.`);
  }

  /** What a filter made cannot be used. */
  #refuse({ phase, family }: FilterStep, message: string): Decision {
    this.#record?.({ stage: phase, outcome: 'answered', message, family: family.name, object: this.#route.provenance.ingress });
    return this.#answer(500, undefined, '', family.name);
  }

  #endpoints(): Decision | PendingDecision | undefined {
    const { backend } = this.#exchange;
    // The gateway's own default backend always has an endpoint: what stands after this stage holds for it too (ingress-nginx.md §1.1).
    if (this.#isUnrouted()) return undefined;
    if (backend !== undefined && isUsable(this.#endpointsOf(backend))) return undefined;
    const primary = this.#arm.canary === undefined ? undefined : this.#route.backends.find(({ canary }) => canary === undefined)?.backend;
    if (backend !== undefined && primary !== undefined && isUsable(this.#endpointsOf(primary))) {
      this.#record?.(canaryDown(backend, primary, this.#route.provenance));
      this.#fallback = { from: backend, because: 'no-endpoints' };
      this.#exchange.backend = primary;
      this.#canary = undefined;
      return undefined;
    }
    if (backend !== undefined) {
      for (const step of this.#plan.steps) {
        if (step?.family.unavailable === undefined) continue;
        this.#exchange.settings = step.settings;
        const outcome = step.family.unavailable(step.policy, this.#exchange);
        if (outcome !== undefined) return this.#settle(step, outcome);
      }
    }
    return this.#noEndpoints();
  }

  #keyOf(backend: Backend): string {
    return backend === this.#arm.backend ? this.#arm.key : backendKey(backend);
  }

  /** Two stages ask for the endpoints of one backend: the look-up is the dearest single part of a decision. */
  #endpointsOf(backend: Backend): ServiceEndpoints | undefined {
    if (this.#found?.backend !== backend) this.#found = { backend, endpoints: endpointsAt(this.#table, this.#keyOf(backend)) };
    return this.#found.endpoints;
  }

  #isUnrouted(): boolean {
    return this.#route.unrouted === true && this.#exchange.backend === undefined;
  }

  #unrouted(): Decision {
    this.#record?.(unrouted(this.#route.provenance));
    return { kind: 'no-route', status: 404 };
  }

  #noEndpoints(): Decision {
    this.#record?.(noEndpoints(this.#exchange.backend, this.#route.provenance));
    return this.#answer(503, undefined, '', 'no-endpoints');
  }

  #answer(status: number, headers: Readonly<Record<string, string>> | undefined, body: string | undefined, reason: string): Decision {
    const own = this.#exchange.responseEdits.headers();
    return {
      kind: 'respond',
      status,
      headers: headers === undefined ? own : { ...own, ...headers },
      body: body ?? '',
      reason,
      route: this.#shown(),
    };
  }

  #redirect(step: FilterStep, status: number, location: string, headers: Readonly<Record<string, string>> | undefined): Decision {
    if (leavesSite(location))
      return this.#refuse(step, `The location ${JSON.stringify(location)} is refused: it would lead to another site.`);
    const own = this.#exchange.responseEdits.headers();
    return { kind: 'redirect', status, location, headers: headers === undefined ? own : { ...own, ...headers }, route: this.#shown() };
  }

  /** The route as decisions show it. */
  #shown(): DecisionRoute {
    const { shown } = this.#planned;
    return this.#canary === undefined ? shown : { ...shown, canary: this.#canary };
  }

  #forward(): Decision {
    const exchange = this.#exchange;
    const { backend } = exchange;
    if (backend === undefined) return this.#noEndpoints();
    const decision = forwardDecision(exchange, backend, {
      route: this.#shown(),
      arm: this.#arm,
      fallback: this.#fallback,
      status: this.#status === this.#upstream?.status ? undefined : this.#status,
    });
    if (!this.#inResponse && (this.#plan.awaitsAnswer || this.#tail?.steps.some(actsOnAnswers) === true)) keepWalk(decision, this);
    return decision;
  }

  #tunnel(backend: Backend): Decision {
    this.#exchange.backend = backend;
    this.#canary = undefined;
    if (!isUsable(this.#endpointsOf(backend))) return this.#noEndpoints();
    return tunnelDecision(this.#exchange.request, backend, this.#planned.shown);
  }

  #recordFilter(step: FilterStep, outcome: Outcome | undefined): void {
    if (this.#record === undefined) return;
    const notes = this.#notes;
    this.#notes = [];
    this.#record(filterTrace(step, outcome, notes, this.#route.provenance));
  }
}

const noSteps: readonly FilterStep[] = Object.freeze([]);
