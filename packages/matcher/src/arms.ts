import type { CanonicalRequest } from '@ingresskit/annotations';
import type { Backend, Policies, Route, WeightedBackend } from '@ingresskit/route-table';
import { backendKey } from '@ingresskit/route-table';
import type { DecisionArm, DecisionBackend } from './decision.ts';
import { decisionBackend } from './decision.ts';
import { failingPredicate, predicatesHold } from './predicates.ts';
import type { Recorder } from './trace.ts';

/** The backend a request is meant for, with how it was chosen. */
export interface Arm {
  readonly backend: Backend | undefined;
  /** The backend as decisions show it. */
  readonly shown: DecisionBackend | undefined;
  /** Its `backendKey`; empty without a backend. */
  readonly key: string;
  readonly canary: string | undefined;
  readonly policies: Policies | undefined;
  /** All arms, when a weight draw took part. */
  readonly split: readonly DecisionArm[] | undefined;
}

const withoutBackend: Arm = { backend: undefined, shown: undefined, key: '', canary: undefined, policies: undefined, split: undefined };

/** The arm of every request on a route, where there is nothing to choose. */
export function soleArmOf({ canaries, backends }: Route): Arm | undefined {
  if ((canaries !== undefined && canaries.length > 0) || backends.length > 1) return undefined;
  const [only] = backends;
  return only === undefined ? withoutBackend : armOf(only, undefined, undefined, undefined);
}

/** Chooses among the canaries by condition, in order, then among the arms by weight. */
export function chooseArm(
  route: Route,
  request: CanonicalRequest,
  draw: number | (() => number) | undefined,
  record: Recorder | undefined,
): Arm {
  for (const { canary, when, backends, policies, provenance, stays } of route.canaries ?? []) {
    const matches = predicatesHold(when, request);
    record?.({
      stage: 'backend',
      outcome: matches ? 'chosen' : 'lost',
      message: matches
        ? `Canary ${canary} ${stays === true ? 'leaves the request to its primary' : 'takes the request'}: its conditions hold.`
        : `Canary ${canary} does not take it: ${failingPredicate(when, request) ?? ''}.`,
      object: provenance.ingress,
    });
    if (matches && stays === true) return primaryArm(route);
    if (matches) return drawArm(backends, canary, policies, draw, record, route);
  }
  return drawArm(route.backends, undefined, undefined, draw, record, route);
}

/** The primary's own arm, without a draw. */
function primaryArm({ backends }: Route): Arm {
  const primary = backends.find(({ canary }) => canary === undefined);
  return primary === undefined ? withoutBackend : armOf(primary, undefined, undefined, undefined);
}

function drawArm(
  arms: readonly WeightedBackend[],
  canary: string | undefined,
  policies: Policies | undefined,
  draw: number | (() => number) | undefined,
  record: Recorder | undefined,
  route: Route,
): Arm {
  const [first] = arms;
  if (first === undefined) return withoutBackend;
  if (arms.length === 1) return armOf(first, canary, policies, undefined);
  const number = typeof draw === 'function' ? draw() : (draw ?? 0.5);
  let total = 0;
  for (const { weight } of arms) total += weight;
  let left = number * total;
  let chosen = first;
  for (const arm of arms) {
    chosen = arm;
    if (left < arm.weight) break;
    left -= arm.weight;
  }
  const split = arms.map(({ backend, weight }) => ({ ...decisionBackend(backend), weight }));
  record?.({
    stage: 'backend',
    outcome: 'chosen',
    message: `The draw ${number} chooses ${chosen.canary === undefined ? '' : `canary ${chosen.canary}, `}${chosen.backend.namespace}/${chosen.backend.service} among ${arms.map(({ backend, weight }) => `${backend.service} ${weight}`).join(', ')}.`,
    object: route.provenance.ingress,
    data: { draw: number, weights: arms.map(({ weight }) => weight) },
  });
  return armOf(chosen, canary, policies, split);
}

function armOf(
  arm: WeightedBackend,
  canary: string | undefined,
  policies: Policies | undefined,
  split: readonly DecisionArm[] | undefined,
): Arm {
  const { backend } = arm;
  return {
    backend,
    shown: decisionBackend(backend),
    key: backendKey(backend),
    canary: canary ?? arm.canary,
    policies: policies ?? arm.policies,
    split,
  };
}
