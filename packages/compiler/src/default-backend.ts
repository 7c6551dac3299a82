import type { Profile } from '@ingresskit/annotations';
import type { Diagnostic } from '@ingresskit/resources';
import { formatRef } from '@ingresskit/resources';
import type { Policies, Route } from '@ingresskit/route-table';
import { routeDiagnostics } from './diagnostics.ts';
import type { IngressDraft } from './draft.ts';
import type { DefaultBackendDraft } from './draft-default-backend.ts';
import { namedClass } from './selection.ts';

const none: readonly Route[] = Object.freeze([]);

/**
 * The default-backend routes of a host (higress.md §3, ingress-nginx.md §1.1): on `*` that of the newest or oldest Ingress, on a host of the Ingress's own
 * rules that of the oldest, and none where a bare prefix `/` already answers for every path. Where the profile says so, the oldest Ingress of a host
 * answers for its other paths even without a default backend.
 */
export function defaultBackendRoutes(
  host: string,
  drafts: readonly IngressDraft[],
  routes: readonly Route[],
  profile: Profile,
  diagnostics: Diagnostic[],
): readonly Route[] {
  if (drafts.every(({ defaultBackend, lastResort }) => defaultBackend === undefined && lastResort === undefined)) return none;
  const rules = profile.defaultBackend;
  const isAnyHost = host === '*';
  const candidates = drafts.filter(({ defaultBackend }) => defaultBackend !== undefined && (!isAnyHost || defaultBackend.onAnyHost));
  const owner = rules.everyHost ? drafts.find(({ lastResort }) => lastResort !== undefined) : undefined;
  const hidden = (draft: IngressDraft, why: string): void => {
    diagnostics.push(
      routeDiagnostics.make('default-backend-hidden', {
        object: draft.ref,
        path: ['spec', 'defaultBackend'],
        message: `The default backend does not answer on ${isAnyHost ? 'unknown hosts' : `host "${host}"`}: ${why}.`,
        data: { host },
      }),
    );
  };
  if (isAnyHost) {
    for (const draft of drafts) {
      if (draft.defaultBackend?.onAnyHost === false && draft.hosts.length === 1)
        hidden(draft, 'an Ingress with rules answers on the hosts they name');
    }
  }
  if ((candidates.length === 0 && owner === undefined) || (!isAnyHost && !rules.onRuleHosts)) return [];
  const catchAll = routes.find((route) => isCatchAll(route) || (rules.everyHost && isRootPattern(route)));
  if (catchAll !== undefined) {
    for (const draft of candidates) hidden(draft, `Ingress ${formatRef(catchAll.provenance.ingress)} has a route for every path there`);
    return [];
  }
  const root = rules.hiddenBy === 'root-prefix' ? rootPrefix(host, drafts) : undefined;
  if (root !== undefined) {
    for (const draft of candidates) hidden(draft, `Ingress ${formatRef(root.provenance.ingress)} has the path "/" of type Prefix there`);
    return [];
  }
  if (owner?.lastResort !== undefined && !isAnyHost) {
    for (const draft of candidates) {
      if (draft !== owner) hidden(draft, `the older Ingress ${formatRef(owner.ref)} decides what becomes of its other paths`);
    }
    return [owner.lastResort];
  }
  const winner = isAnyHost && rules.anyHost === 'newest' ? candidates.at(-1) : candidates[0];
  if (winner?.defaultBackend === undefined) return [];
  for (const draft of candidates) if (draft !== winner) hidden(draft, `that of Ingress ${formatRef(winner.ref)} does`);
  const { policies, anyHostPolicies } = winner.defaultBackend;
  return [defaultRoute(winner, winner.defaultBackend, isAnyHost ? anyHostPolicies : policies, profile)];
}

function isCatchAll({ path, predicates }: Route): boolean {
  return path.kind === 'prefix' && path.value === '/' && predicates === undefined;
}

/** A path `/` of type Prefix that some Ingress has for the host, whether or not it is served. */
function rootPrefix(host: string, drafts: readonly IngressDraft[]): Route | undefined {
  for (const { attached, routes } of drafts) {
    if (attached !== undefined) continue;
    const found = routes.of(host).find(({ route }) => route.path.kind === 'prefix' && route.path.value === '/');
    if (found !== undefined) return found.route;
  }
  return undefined;
}

/** The prefix `/` of an Ingress whose paths are patterns. */
function isRootPattern({ path, pathText, pathType }: Route): boolean {
  return path.kind === 'regex' && pathText === '/' && pathType !== 'Exact';
}

function defaultRoute(draft: IngressDraft, { backends, denied }: DefaultBackendDraft, policies: Policies, { classes }: Profile): Route {
  return Object.freeze({
    path: Object.freeze({ kind: 'prefix', value: '/' }),
    pathType: 'Prefix',
    pathText: '/',
    backends,
    policies,
    ...(denied === undefined ? {} : { denied }),
    provenance: Object.freeze({
      origin: 'default-backend',
      ingress: draft.ref,
      ...namedClass(draft.ingress, classes),
      annotations: draft.keys,
    }),
  });
}
