/** A Service port that can receive requests, optionally narrowed to a subset of its pods. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  /** The Service's port number; a name where the Service is unknown and only a name was given. */
  readonly port: number | string;
  readonly subset?: Subset;
}

/** A subset of a Service's pods, chosen by labels. When no pod matches, all pods of the Service are used (mse.md §2.3). */
export interface Subset {
  /** The subset's name as decisions show it. */
  readonly name: string;
  /** A pod belongs when it satisfies any of these selectors. */
  readonly selectors: readonly LabelSelector[];
}

/** All given conditions hold: labels are equal, and no label key begins with any of the excluded prefixes. */
export interface LabelSelector {
  readonly equals?: Readonly<Record<string, string>>;
  readonly noKeyWithPrefix?: string;
}

/** One arm of a route: a backend and its share of the route's requests. The weights of a route's arms sum to 100 when there are several. */
export interface WeightedBackend {
  readonly backend: Backend;
  readonly weight: number;
  /** The canary Ingress this arm comes from (`namespace/name`); absent for the primary's own. */
  readonly canary?: string;
  /** Policies that belong to this arm and replace the route's policy of the same family. */
  readonly policies?: Readonly<Record<string, unknown>>;
}

/** The key in the endpoint table of what holds for every Service port without an entry of its own. */
export const anyBackend = '*';

/** The key of a Service port in the endpoint table: `namespace/service:port`. */
export function backendKey(backend: { readonly namespace: string; readonly service: string; readonly port: number | string }): string {
  return `${backend.namespace}/${backend.service}:${backend.port}`;
}
