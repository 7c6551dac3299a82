import { backendOf, type DecisionBackend, endpointsFor } from '@ingresskit/matcher';
import type { Backend, RouteTable } from '@ingresskit/route-table';
import { backendKey } from '@ingresskit/route-table';
import type { Balancer, BalancerOptions, BalanceWorld } from '../balance/index.ts';
import { createBalancer } from '../balance/index.ts';
import type { Endpoint } from '../endpoint.ts';

/** The endpoints of one backend, and who chooses among them. */
export interface Cluster {
  /** `namespace/service:port`, with `@subset` where there is one: the name in logs and metrics. */
  readonly name: string;
  readonly balancer: Balancer;
}

/** Where a backend's requests may go now. */
export interface Destination {
  readonly endpoints: readonly Endpoint[];
  /** A DNS name instead: an ExternalName Service that the options allow. */
  readonly externalName: string | undefined;
}

/** The balancers of all backends. They outlive tables, so that what was learned about endpoints does. */
export class Clusters {
  readonly #world: BalanceWorld;
  readonly #clusters = new Map<string, Cluster & { usedAt: number }>();
  readonly #destinations = new WeakMap<RouteTable, Map<Backend, Destination>>();

  constructor(world: BalanceWorld) {
    this.#world = world;
  }

  /** The balancer of a backend under the given options; other options make another one. */
  clusterOf(backend: DecisionBackend, options: BalancerOptions): Cluster {
    const name = clusterName(backend);
    const key = options === noOptions ? name : `${name} ${JSON.stringify(options)}`;
    let cluster = this.#clusters.get(key);
    if (cluster === undefined) {
      cluster = { name, balancer: createBalancer(options, this.#world), usedAt: 0 };
      this.#clusters.set(key, cluster);
    }
    cluster.usedAt = this.#world.now();
    return cluster;
  }

  /** The ready endpoints of a backend in a table: the same array as long as the table is the same. */
  destinationOf(table: RouteTable, view: DecisionBackend): Destination {
    const backend = backendOf(view) ?? viewOnly(view);
    let known = this.#destinations.get(table);
    if (known === undefined) {
      known = new Map();
      this.#destinations.set(table, known);
    }
    let destination = known.get(backend);
    if (destination === undefined) {
      const entry = table.endpoints.get(backendKey(backend));
      destination = { endpoints: endpointsFor(table, backend), externalName: entry?.externalName };
      known.set(backend, destination);
    }
    return destination;
  }

  /** What the balancers know, for metrics. */
  report(): readonly { readonly cluster: string; readonly endpoints: ReturnType<Balancer['report']> }[] {
    return Array.from(this.#clusters.values(), ({ name, balancer }) => ({ cluster: name, endpoints: balancer.report() }));
  }

  /** Forgets backends that nobody asked for in a long time. */
  prune(now: number): void {
    for (const [key, { usedAt, balancer }] of this.#clusters) {
      if (now - usedAt > retentionMs && balancer.report().every(({ active }) => active === 0)) this.#clusters.delete(key);
    }
  }
}

const retentionMs = 900_000;

/** Plain round robin: what most backends have, shared so that its cluster is found without serialising options. */
export const noOptions: BalancerOptions = Object.freeze({});

/** `namespace/service:port@subset`. */
export function clusterName(backend: DecisionBackend): string {
  return backend.subset === undefined ? backendKey(backend) : `${backendKey(backend)}@${backend.subset}`;
}

const bare = new WeakMap<DecisionBackend, Backend>();

function viewOnly(view: DecisionBackend): Backend {
  let backend = bare.get(view);
  if (backend === undefined) {
    const { namespace, service, port } = view;
    backend = { namespace, service, port };
    bare.set(view, backend);
  }
  return backend;
}
