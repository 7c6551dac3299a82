import { warmUpShare } from '@ingresskit/families';
import type { Endpoint } from '../endpoint.ts';
import type { AffinityOptions } from './affinity.ts';
import { Affinity } from './affinity.ts';
import type { Algorithm, Candidate } from './algorithm.ts';
import type { BalanceHint, Balancer, BalanceWorld, EndpointReport, Pick, PickOutcome, Refusal } from './balancer.ts';
import type { EndpointState } from './endpoint-state.ts';
import { EndpointStates } from './endpoint-state.ts';
import { ewma, recordLatency } from './ewma.ts';
import { leastRequest } from './least-request.ts';
import type { PassiveHealthOptions } from './passive-health.ts';
import { isEjected, PassiveHealth } from './passive-health.ts';
import { randomChoice } from './random.ts';
import type { HashOptions } from './ring-hash.ts';
import { ringHash } from './ring-hash.ts';
import { roundRobin } from './round-robin.ts';

/** How the requests of a backend are shared out: affinity comes before hashing, hashing before the algorithm (ingress-nginx.md §8.1). */
export interface BalancerOptions {
  /** Default `round_robin`. */
  readonly algorithm?: 'round_robin' | 'least_conn' | 'random' | 'ewma';
  readonly hash?: HashOptions;
  readonly affinity?: AffinityOptions;
  /** Acts with `round_robin` and `least_conn` only (mse.md §2.8). */
  readonly warmUpMs?: number;
  /** `false` never ejects. */
  readonly health?: PassiveHealthOptions | false;
  /** Requests in flight to one endpoint; one that has them is passed over. */
  readonly mostActivePerEndpoint?: number;
  /** Requests in flight to all endpoints together. */
  readonly mostActive?: number;
}

/** Makes the balancer of one backend. */
export function createBalancer(options: BalancerOptions, world: BalanceWorld): Balancer {
  return new StatefulBalancer(options, world);
}

class StatefulBalancer implements Balancer {
  readonly #world: BalanceWorld;
  readonly #states = new EndpointStates();
  readonly #algorithm: Algorithm;
  readonly #affinity: Affinity | undefined;
  readonly #health: PassiveHealth | undefined;
  readonly #warmUpMs: number;
  readonly #mostActivePerEndpoint: number;
  readonly #mostActive: number;
  #active = 0;
  #from: readonly EndpointState[] = [];
  #candidates: readonly Candidate[] = [];
  #warm = false;

  constructor(options: BalancerOptions, world: BalanceWorld) {
    const { algorithm = 'round_robin', hash, affinity, warmUpMs = 0, health = {} } = options;
    this.#world = world;
    this.#algorithm = hash === undefined ? algorithmOf(algorithm, world) : ringHash(hash, world.random);
    this.#affinity = affinity === undefined ? undefined : new Affinity(affinity, world.random);
    this.#health = health === false ? undefined : new PassiveHealth(health);
    const warms = hash === undefined && affinity === undefined && (algorithm === 'round_robin' || algorithm === 'least_conn');
    this.#warmUpMs = warms ? warmUpMs : 0;
    this.#mostActivePerEndpoint = options.mostActivePerEndpoint ?? Number.POSITIVE_INFINITY;
    this.#mostActive = options.mostActive ?? Number.POSITIVE_INFINITY;
  }

  pick(endpoints: readonly Endpoint[], hint: BalanceHint = {}): Pick | Refusal {
    const now = this.#world.now();
    const present = this.#states.present(endpoints, now);
    if (present.length === 0) return 'no-endpoints';
    if (this.#active >= this.#mostActive) return 'overflow';
    let states = this.#health?.usable(present, now) ?? present;
    if (this.#mostActivePerEndpoint !== Number.POSITIVE_INFINITY) {
      states = states.filter(({ active }) => active < this.#mostActivePerEndpoint);
      if (states.length === 0) return 'overflow';
    }
    if (this.#affinity !== undefined) {
      const { candidate, cookie } = this.#affinity.choose(this.#candidatesOf(states, now), hint);
      return this.#take(candidate.state, cookie);
    }
    const { tried } = hint;
    if (tried !== undefined && tried.size > 0) {
      const fresh = states.filter(({ key }) => !tried.has(key));
      if (fresh.length > 0) states = fresh;
    }
    return this.#take(this.#algorithm(this.#candidatesOf(states, now), hint).state, undefined);
  }

  report(): readonly EndpointReport[] {
    const now = this.#world.now();
    return Array.from(this.#states.all(), (state) => ({
      key: state.key,
      active: state.active,
      ...(state.latencyMs === undefined ? {} : { latencyMs: state.latencyMs }),
      ejected: isEjected(state, now),
    }));
  }

  /** The candidates of some states, kept while neither the states nor their weights change: the common case of every request. */
  #candidatesOf(states: readonly EndpointState[], now: number): readonly Candidate[] {
    if (states === this.#from && this.#warm) return this.#candidates;
    this.#warm = states.every(({ since }) => now - since >= this.#warmUpMs);
    this.#from = states;
    const weighted = states.map((state) => {
      const { weight = 1 } = state.endpoint;
      return { state, weight: weight * warmUpShare(now - state.since, this.#warmUpMs) };
    });
    const positive = weighted.filter(({ weight }) => weight > 0);
    this.#candidates = positive.length > 0 ? positive : weighted.map(({ state }) => ({ state, weight: 1 }));
    return this.#candidates;
  }

  #take(state: EndpointState, cookie: string | undefined): Pick {
    this.#active += 1;
    state.active += 1;
    return new ActivePick(this, state, cookie);
  }

  /** The exchange that a pick was made for is over. */
  released(state: EndpointState, outcome: PickOutcome): void {
    this.#active -= 1;
    state.active -= 1;
    this.#learn(state, outcome);
  }

  #learn(state: EndpointState, outcome: PickOutcome): void {
    if (outcome.kind === 'abandoned') return;
    const now = this.#world.now();
    if (outcome.kind === 'connect-failure') this.#health?.recordConnectFailure(state, now);
    else this.#health?.recordConnection(state, now);
    if (outcome.kind === 'answered') recordLatency(state, outcome.latencyMs, now);
  }
}

/** An object rather than a closure: calls to functions made anew for each request keep those requests alive until the next full collection. */
class ActivePick implements Pick {
  readonly endpoint: Endpoint;
  readonly key: string;
  readonly cookie?: string;
  readonly #state: EndpointState;
  #balancer: StatefulBalancer | undefined;

  constructor(balancer: StatefulBalancer, state: EndpointState, cookie: string | undefined) {
    this.endpoint = state.endpoint;
    this.key = state.key;
    if (cookie !== undefined) this.cookie = cookie;
    this.#state = state;
    this.#balancer = balancer;
  }

  release(outcome: PickOutcome): void {
    const balancer = this.#balancer;
    this.#balancer = undefined;
    balancer?.released(this.#state, outcome);
  }
}

function algorithmOf(name: NonNullable<BalancerOptions['algorithm']>, world: BalanceWorld): Algorithm {
  switch (name) {
    case 'round_robin':
      return roundRobin;
    case 'least_conn':
      return leastRequest(world.random);
    case 'random':
      return randomChoice(world.random);
    case 'ewma':
      return ewma(world);
  }
}
