import type { Decider } from './gateways.ts';
import { observeScenes } from './gateways.ts';
import type { Disagreement, KnownDifference } from './known-differences.ts';
import { explain } from './known-differences.ts';
import { differences } from './observe.ts';
import type { Observation, Scene } from './scene.ts';

/** What a comparison of many scenes came to. */
export interface Comparison {
  /** Requests that were compared. */
  readonly compared: number;
  /** Requests by what nginx did with them: `forward`, `default`, or the status that it answered with. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Disagreements that are meant, by known difference. */
  readonly known: ReadonlyMap<KnownDifference, number>;
  readonly unexplained: readonly Disagreement[];
}

/** Sends the requests of all scenes to nginx, asks `decider` about the same ones, and sorts out where they differ. */
export async function compareScenes(scenes: readonly Scene[], decider: Decider, backends: string): Promise<Comparison> {
  return compareWith(scenes, await observeScenes(scenes, backends), decider);
}

/** The same, where it is known already what nginx does. */
export function compareWith(scenes: readonly Scene[], observations: readonly (readonly Observation[])[], decider: Decider): Comparison {
  const outcomes = new Map<string, number>();
  const known = new Map<KnownDifference, number>();
  const unexplained: Disagreement[] = [];
  let compared = 0;
  for (const [at, scene] of scenes.entries()) {
    const decided = decider(scene);
    for (const [index, request] of scene.requests.entries()) {
      const [real, model] = [observations[at]?.[index], decided[index]];
      if (real === undefined || model === undefined) throw new TypeError('every request has two answers');
      compared++;
      count(outcomes, outcomeOf(real));
      if (differences(real, model).length === 0) continue;
      const disagreement = { scene: { ...scene, requests: scene.requests.slice(0, index + 1) }, request, real, model };
      const why = explain(disagreement);
      if (why === undefined) unexplained.push(disagreement);
      else count(known, why);
    }
  }
  return { compared, outcomes, known, unexplained };
}

function outcomeOf({ status, upstream }: Observation): string {
  if (upstream === undefined) return String(status);
  return upstream.backend === 'default' ? 'default' : 'forward';
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
