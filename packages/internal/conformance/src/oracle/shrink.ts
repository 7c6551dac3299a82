import type { Ingress } from '@ingresskit/resources';
import { compareScenes } from './compare.ts';
import type { Decider } from './gateways.ts';
import type { Disagreement } from './known-differences.ts';
import type { Scene, SceneRequest } from './scene.ts';

/**
 * Makes the scene of a disagreement as small as it can be while the two still disagree on the last request: fewer requests, Ingresses, rules, paths,
 * annotations and headers. All candidates of a round share one nginx.
 */
export async function shrink(found: Disagreement, decider: Decider, backends: string): Promise<Disagreement> {
  let current = found;
  for (;;) {
    const candidates = smaller(current.scene);
    const { unexplained } = await compareScenes(candidates, decider, backends);
    const next = unexplained.find(({ scene }) => candidates.some(({ requests }) => requests.at(-1) === scene.requests.at(-1)));
    if (next === undefined) return current;
    current = next;
  }
}

/** Scenes with one thing less. The last request, whose decision differs, stays. */
function smaller(scene: Scene): readonly Scene[] {
  const { ingresses, requests } = scene;
  const last = requests.at(-1) as SceneRequest;
  return [
    ...(requests.length > 1
      ? [{ ...scene, requests: [last] }, ...without(requests.slice(0, -1)).map((kept) => ({ ...scene, requests: [...kept, last] }))]
      : []),
    ...without(ingresses).map((kept) => ({ ...scene, ingresses: kept })),
    ...ingresses.flatMap((ingress, at) => smallerIngresses(ingress).map((other) => ({ ...scene, ingresses: ingresses.with(at, other) }))),
    ...without(last.headers).map((headers) => ({ ...scene, requests: [...requests.slice(0, -1), { ...last, headers }] })),
  ];
}

function smallerIngresses(ingress: Ingress): readonly Ingress[] {
  const { metadata, spec = {} } = ingress;
  const { defaultBackend, tls, rules = [], ...rest } = spec;
  const annotations = Object.entries(metadata.annotations ?? {});
  return [
    ...without(annotations).map((kept) => ({ ...ingress, metadata: { ...metadata, annotations: Object.fromEntries(kept) } })),
    ...(defaultBackend === undefined || rules.length === 0
      ? []
      : [{ ...ingress, spec: { ...rest, ...(tls === undefined ? {} : { tls }), rules } }]),
    ...(tls === undefined ? [] : [{ ...ingress, spec: { ...rest, ...(defaultBackend === undefined ? {} : { defaultBackend }), rules } }]),
    ...(rules.length < 2 ? [] : without(rules).map((kept) => ({ ...ingress, spec: { ...spec, rules: kept } }))),
    ...rules.flatMap((rule, at) =>
      without(rule.http?.paths ?? []).map((paths) => {
        const { http: _http, ...bare } = rule;
        return { ...ingress, spec: { ...spec, rules: rules.with(at, paths.length === 0 ? bare : { ...bare, http: { paths } }) } };
      }),
    ),
  ];
}

/** The list, each time without one of its items. */
function without<T>(items: readonly T[]): readonly (readonly T[])[] {
  return items.map((_, index) => items.toSpliced(index, 1));
}
