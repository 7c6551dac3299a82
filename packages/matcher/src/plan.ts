import type { Family, Phase, Profile } from '@ingresskit/annotations';
import { registryOf } from '@ingresskit/annotations';
import type { Policies, Route, VirtualHost } from '@ingresskit/route-table';
import type { Arm } from './arms.ts';
import { soleArmOf } from './arms.ts';
import type { DecisionRoute } from './decision.ts';
import { decisionRoute } from './decision.ts';

/** One policy and the family that carries it out. */
export interface FilterStep {
  readonly family: Family;
  readonly phase: Phase;
  readonly policy: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What happens to a request on a route, in the profile's order. */
export interface Plan {
  /** `undefined` stands for the walk's own stage: are there endpoints? */
  readonly steps: readonly (FilterStep | undefined)[];
  /** Whether one of them acts on the backend's answer. */
  readonly awaitsAnswer: boolean;
}

/** What all requests on one route have in common, worked out for the first of them. */
export interface PlannedRoute {
  readonly host: VirtualHost;
  readonly route: Route;
  /** The route as decisions show it where no canary is chosen. */
  readonly shown: DecisionRoute;
  /** The arm of every request, where there is nothing to choose. */
  readonly soleArm: Arm | undefined;
  /** The plan for arms without policies of their own. */
  readonly plan: Plan;
  /** Those for the others, by the policies of the arm. */
  armPlans: Map<Policies, Plan> | undefined;
}

interface Ranked {
  readonly family: Family;
  readonly rank: number;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Arranges policies by phase and catalog order. Plans are made once for each route (and arm with policies of its own) and kept as long as its
 * virtual host.
 */
export class Planner {
  readonly #families: ReadonlyMap<string, Ranked>;
  readonly #endpointsRank: number;
  /** By place of the route on its host. */
  readonly #planned = new WeakMap<VirtualHost, (PlannedRoute | undefined)[]>();
  readonly #steps = new WeakMap<object, FilterStep>();
  readonly #backendPlans = new WeakMap<Policies, readonly FilterStep[]>();

  constructor(profile: Profile) {
    const registry = registryOf(profile);
    const width = profile.families.length + 1;
    this.#families = new Map(
      profile.families.map((family, order) => [
        family.name,
        { family, rank: profile.phases.indexOf(family.phase) * width + order, settings: registry.settings.get(family.name) ?? {} },
      ]),
    );
    this.#endpointsRank = profile.phases.indexOf('endpoints') * width - 1;
  }

  /** What is known of the route at a place of a host. */
  routeOf(host: VirtualHost, index: number): PlannedRoute {
    let routes = this.#planned.get(host);
    if (routes === undefined) {
      routes = new Array<PlannedRoute | undefined>(host.routes.length).fill(undefined);
      this.#planned.set(host, routes);
    }
    let planned = routes[index];
    if (planned === undefined) {
      const route = host.routes[index] as Route;
      const shown = Object.freeze(decisionRoute(host, route));
      planned = { host, route, shown, soleArm: soleArmOf(route), plan: this.#arrange(host, route, undefined), armPlans: undefined };
      routes[index] = planned;
    }
    return planned;
  }

  /** The plan of a route: the arm's policies stand before the route's, the route's before its host's. */
  planOf(planned: PlannedRoute, arm: Policies | undefined): Plan {
    if (arm === undefined) return planned.plan;
    planned.armPlans ??= new Map();
    let plan = planned.armPlans.get(arm);
    if (plan === undefined) {
      plan = this.#arrange(planned.host, planned.route, arm);
      planned.armPlans.set(arm, plan);
    }
    return plan;
  }

  /**
   * What the policies of a backend do, once it is certain that this backend gets the request: a fallback has policies of its own. They come last, after
   * those of the route.
   */
  backendPlanOf(policies: Policies): readonly FilterStep[] {
    let plan = this.#backendPlans.get(policies);
    if (plan === undefined) {
      plan = Object.keys(policies)
        .flatMap((name) => this.#families.get(name) ?? [])
        .sort((a, b) => a.rank - b.rank)
        .map(({ family, settings }) => ({ family, phase: family.phase, policy: policies[family.name], settings }));
      this.#backendPlans.set(policies, plan);
    }
    return plan;
  }

  #arrange(host: VirtualHost, route: Route, arm: Policies | undefined): Plan {
    const policies: Record<string, unknown> = { ...host.policies, ...route.policies, ...arm };
    const steps: { rank: number; step: FilterStep | undefined }[] = [{ rank: this.#endpointsRank, step: undefined }];
    for (const name of Object.keys(policies)) {
      const ranked = this.#families.get(name);
      if (ranked === undefined) continue;
      const { family, rank } = ranked;
      // A family that adds routes or hosts acts on those alone, not on every route of its host.
      if ((family.routes !== undefined || family.hosts !== undefined) && route.provenance.family !== name) continue;
      if (family.request === undefined && family.response === undefined && family.unavailable === undefined) continue;
      steps.push({ rank, step: this.#stepOf(ranked, policies[name]) });
    }
    const ordered = steps.sort((a, b) => a.rank - b.rank).map(({ step }) => step);
    return { steps: ordered, awaitsAnswer: ordered.some(actsOnAnswers) };
  }

  /** One step for all routes that share a policy: decisions on a large table mostly wait for memory, and what they share is near. */
  #stepOf({ family, settings }: Ranked, policy: unknown): FilterStep {
    const known = this.#steps.get(policy as object);
    if (known?.family === family) return known;
    const step: FilterStep = { family, phase: family.phase, policy, settings };
    if (typeof policy === 'object' && policy !== null) this.#steps.set(policy, step);
    return step;
  }
}

/** Whether a step has something to do when the backend has answered. */
export function actsOnAnswers(step: FilterStep | undefined): boolean {
  return step?.family.response !== undefined;
}
