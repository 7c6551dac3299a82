import type { Family, Phase, Profile } from '@ingresskit/annotations';
import { registryOf } from '@ingresskit/annotations';
import type { Policies, Route, VirtualHost } from '@ingresskit/route-table';

/** One policy and the family that carries it out. */
export interface FilterStep {
  readonly family: Family;
  readonly phase: Phase;
  readonly policy: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What happens to a request on a route, in the profile's order. `undefined` stands for the walk's own stage: are there endpoints? */
export type Plan = readonly (FilterStep | undefined)[];

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
  readonly #plans = new WeakMap<VirtualHost, Map<Route, Map<Policies | undefined, Plan>>>();
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

  /** The plan of a route: the arm's policies stand before the route's, the route's before its host's. */
  planOf(host: VirtualHost, route: Route, arm: Policies | undefined): Plan {
    let routes = this.#plans.get(host);
    if (routes === undefined) {
      routes = new Map();
      this.#plans.set(host, routes);
    }
    let arms = routes.get(route);
    if (arms === undefined) {
      arms = new Map();
      routes.set(route, arms);
    }
    let plan = arms.get(arm);
    if (plan === undefined) {
      plan = this.#arrange(host, route, arm);
      arms.set(arm, plan);
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
      const { family, rank, settings } = ranked;
      // A family that adds routes or hosts acts on those alone, not on every route of its host.
      if ((family.routes !== undefined || family.hosts !== undefined) && route.provenance.family !== name) continue;
      if (family.request === undefined && family.response === undefined && family.unavailable === undefined) continue;
      steps.push({ rank, step: { family, phase: family.phase, policy: policies[name], settings } });
    }
    return steps.sort((a, b) => a.rank - b.rank).map(({ step }) => step);
  }
}
