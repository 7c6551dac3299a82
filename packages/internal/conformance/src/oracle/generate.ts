import fc from 'fast-check';
import { ingresses } from './generate-ingresses.ts';
import { requestsFor } from './generate-requests.ts';
import type { Scene } from './scene.ts';

/** Scenes from a seed: the same seed yields the same scenes. */
export function generateScenes(seed: number, count: number, requestsEach: number): readonly Scene[] {
  const scene: fc.Arbitrary<Scene> = ingresses.chain((all) =>
    requestsFor(all, requestsEach).map((requests) => ({ ingresses: all, requests })),
  );
  return fc.sample(scene, { seed, numRuns: count });
}
