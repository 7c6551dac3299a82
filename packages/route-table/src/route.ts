import type { PathType } from '@ingresskit/resources';
import { formatRef } from '@ingresskit/resources';
import type { WeightedBackend } from './backend.ts';
import type { PathMatch } from './path-match.ts';
import type { Policies } from './policies.ts';
import type { Predicates } from './predicates.ts';
import type { Provenance } from './provenance.ts';

/** Why a route or host refuses every request: a gate could not be read or resolved. */
export interface Denial {
  /** The family whose gate could not be built. */
  readonly family: string;
  /** The diagnostic that tells the story. */
  readonly code: string;
  /** `namespace/name` of the Ingress that holds the faulty gate. */
  readonly ingress: string;
}

/** One route of a virtual host: what it matches, where it goes, under which policies. */
export interface Route {
  readonly path: PathMatch;
  /** As the Ingress wrote it (absent there means the profile's default, filled in). */
  readonly pathType: PathType;
  /** The path text as the Ingress wrote it (`/` when empty). */
  readonly pathText: string;
  readonly predicates?: Predicates;
  /** The arms a request is split over. Empty for routes that a policy answers itself, or whose backend is unusable. */
  readonly backends: readonly WeightedBackend[];
  /** Canaries chosen by condition, in the order they are tried; the first that matches takes the request. */
  readonly canaries?: readonly ConditionalCanary[];
  readonly policies: Policies;
  /** Present when a gate failed to build: the route answers 503 to everything. */
  readonly denied?: Denial;
  /** Present on the route for the paths that no rule of its host has, where no backend is named for them: what no policy answers is 404. */
  readonly unrouted?: true;
  /** Present on the route for a path without its final slash: clients are sent to the path with it. */
  readonly toSlash?: true;
  readonly provenance: Provenance;
}

/** A canary that takes the requests its conditions select. */
export interface ConditionalCanary {
  /** `namespace/name` of the canary Ingress. */
  readonly canary: string;
  readonly when: Predicates;
  /** The condition keeps the request from the canary: the primary takes it, and no draw is made. */
  readonly stays?: true;
  readonly backends: readonly WeightedBackend[];
  /** Policies of the canary's own, replacing the route's policies of the same family. */
  readonly policies?: Policies;
  readonly provenance: Provenance;
}

/**
 * The stable name of a route in logs, metrics and explanations: `namespace/name/rule/path`, `namespace/name/default` for a default
 * backend, `namespace/name/family` for a route that a family adds. A copy that a canary has for itself names the canary behind that of its primary.
 */
export function routeId({ provenance }: Pick<Route, 'provenance'>): string {
  const ingress = formatRef(provenance.ingress);
  if (provenance.origin === 'default-backend') return `${ingress}/default`;
  if (provenance.origin === 'family') return `${ingress}/${provenance.family ?? 'family'}`;
  const id = `${ingress}/${provenance.rule ?? 0}/${provenance.path ?? 0}`;
  return provenance.canary === undefined ? id : `${id}/canary/${provenance.canary}`;
}
