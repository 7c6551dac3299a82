import type { Profile } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import { formatRef } from '@ingresskit/resources';
import type { Route } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';
import type { DefaultBackendDraft, IngressDraft } from './draft.ts';

/**
 * The default-backend routes of a host (higress.md §3): on `*` that of the newest or oldest Ingress, on a host of the Ingress's own rules that of
 * the oldest, and none where a bare prefix `/` already answers for every path.
 */
export function defaultBackendRoutes(
  host: string,
  drafts: readonly IngressDraft[],
  routes: readonly Route[],
  profile: Profile,
  diagnostics: Diagnostic[],
): readonly Route[] {
  const rules = profile.defaultBackend;
  const candidates = drafts.filter(({ defaultBackend }) => defaultBackend !== undefined);
  if (candidates.length === 0 || (host !== '*' && !rules.onRuleHosts)) return [];
  const hidden = (draft: IngressDraft, why: string): void => {
    diagnostics.push(
      routeDiagnostics.make('default-backend-hidden', {
        object: draft.ref,
        path: ['spec', 'defaultBackend'],
        message: `The default backend does not answer on ${host === '*' ? 'unknown hosts' : `host "${host}"`}: ${why}.`,
        data: { host },
      }),
    );
  };
  const catchAll = routes.find(({ path, predicates }) => path.kind === 'prefix' && path.value === '/' && predicates === undefined);
  if (catchAll !== undefined) {
    for (const draft of candidates) hidden(draft, `Ingress ${formatRef(catchAll.provenance.ingress)} has a route for every path there`);
    return [];
  }
  const winner = host === '*' && rules.anyHost === 'newest' ? candidates.at(-1) : candidates[0];
  if (winner?.defaultBackend === undefined) return [];
  for (const draft of candidates) if (draft !== winner) hidden(draft, `that of Ingress ${formatRef(winner.ref)} does`);
  return [defaultRoute(winner, winner.defaultBackend)];
}

function defaultRoute(draft: IngressDraft, { backends, denied, policies }: DefaultBackendDraft): Route {
  return Object.freeze({
    path: Object.freeze({ kind: 'prefix', value: '/' }),
    pathType: 'Prefix',
    pathText: '/',
    backends,
    policies,
    ...(denied === undefined ? {} : { denied }),
    provenance: Object.freeze({ origin: 'default-backend', ingress: draft.ref, annotations: draft.keys }),
  });
}
