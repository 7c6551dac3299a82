import type { AttachedDraft, Family, Profile, Registry } from '@ingresskit/annotations';
import { annotationDiagnostics, freezeDeep } from '@ingresskit/annotations';
import type { Diagnostic, Snapshot } from '@ingresskit/resources';
import { canonicalJson, formatRef, quote } from '@ingresskit/resources';
import type { ConditionalCanary, Policies, Provenance, Route, VirtualHost } from '@ingresskit/route-table';
import { fieldOf } from '@ingresskit/route-table';
import { freezeBackends } from './backends.ts';
import { defaultBackendRoutes } from './default-backend.ts';
import { routeDiagnostics } from './diagnostics.ts';
import type { IngressDraft } from './draft.ts';
import { inPatternMode } from './pattern-mode.ts';
import { sortRoutes } from './precedence.ts';
import { namedClass } from './selection.ts';
import { slashRedirects } from './slash-redirects.ts';
import { hostTls, usesDefaultCertificate } from './tls.ts';

/** A virtual host, or nothing when no route is left, and what was found on the way. */
export interface AssembledHost {
  readonly virtualHost: VirtualHost | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const noPolicies: Policies = Object.freeze({});
const noBackends: Route['backends'] = Object.freeze([]);

/**
 * Puts the drafts of one host together: conflicts, canaries, host-level policies, default backends, order, certificate. A pure function of the
 * drafts, which come oldest first.
 */
export function assembleHost(host: string, drafts: readonly IngressDraft[], registry: Registry, snapshot: Snapshot): AssembledHost {
  const { profile } = registry;
  const diagnostics: Diagnostic[] = [];
  const { routes, byKey } = primaryRoutes(host, drafts, profile, diagnostics);
  joinAttached(host, drafts, byKey, routes, registry, diagnostics);
  const policies = hostPolicies(drafts, registry, diagnostics);
  const added = addedRoutes(drafts, policies, profile);
  const fallbacks = defaultBackendRoutes(host, drafts, routes, profile, diagnostics);
  const all = added.length + fallbacks.length === 0 ? routes : [...added, ...routes, ...fallbacks];
  const inMode = inPatternMode(host, all, profile.paths, diagnostics);
  const slashed = profile.request.trailingSlashRedirect ? slashRedirects(inMode) : [];
  const ordered = sortRoutes(slashed.length === 0 ? inMode : [...inMode, ...slashed], profile.order);
  const tls = hostTls(host, drafts, { snapshot, rules: profile.tls, diagnostics });
  const denied = drafts.find(({ hostDenied }) => hostDenied !== undefined)?.hostDenied;
  if (ordered.length === 0) return { virtualHost: undefined, diagnostics };
  const plain: VirtualHost = { host, routes: Object.freeze(ordered), policies };
  const withoutTls = usesDefaultCertificate(host, drafts, profile.tls) ? { ...plain, defaultCertificate: true as const } : plain;
  const open: VirtualHost = tls === undefined ? withoutTls : { ...plain, tls };
  return { virtualHost: Object.freeze(denied === undefined ? open : { ...open, denied }), diagnostics };
}

/** The identity of a route on its host: what two Ingresses would have to share for a conflict. */
export function routeKey({ path, pathType, predicates }: Route, profile: Profile): string {
  let key = path.value;
  for (const part of profile.paths.duplicateKey) {
    if (part === 'kind') key += `\n${path.kind}${path.end ?? ''}`;
    else if (part === 'type') key += `\n${typeOf(pathType, profile)}`;
    else if (part === 'predicates' && predicates !== undefined) key += `\n${canonicalJson(predicates)}`;
  }
  return key;
}

function typeOf(pathType: Route['pathType'], { paths }: Profile): Route['pathType'] {
  if (pathType !== 'ImplementationSpecific') return pathType;
  return paths.implementationSpecific === 'prefix' ? 'Prefix' : 'Exact';
}

interface Owner {
  readonly index: number;
  readonly route: Route;
}

function primaryRoutes(
  host: string,
  drafts: readonly IngressDraft[],
  profile: Profile,
  diagnostics: Diagnostic[],
): { routes: Route[]; byKey: Map<string, Owner> } {
  const routes: Route[] = [];
  const byKey = new Map<string, Owner>();
  for (const draft of drafts) {
    if (draft.attached !== undefined) continue;
    for (const { route, dropped } of draft.routes.of(host)) {
      const key = routeKey(route, profile);
      const owner = byKey.get(key);
      if (owner === undefined) {
        byKey.set(key, { index: dropped === true ? -1 : routes.length, route });
        if (dropped !== true) routes.push(route);
      } else if (dropped !== true) diagnostics.push(duplicate(host, route, owner.route));
    }
  }
  return { routes, byKey };
}

function duplicate(host: string, route: Route, owner: Route): Diagnostic {
  const own = owner.provenance.ingress === route.provenance.ingress;
  return routeDiagnostics.make('duplicate', {
    object: route.provenance.ingress,
    path: fieldOf(route.provenance),
    message: own
      ? `Host "${host}" and path ${quote(route.pathText)} stand in this Ingress twice; the first one serves.`
      : `Host "${host}" and path ${quote(route.pathText)} belong to the older Ingress ${formatRef(owner.provenance.ingress)}; this path is not served.`,
    help: own ? 'Remove one of the two paths.' : 'Use another path, or remove it from one of the two Ingresses.',
    related: [{ object: owner.provenance.ingress, path: fieldOf(owner.provenance), message: 'This path serves.' }],
    data: { host, path: route.pathText, owner: formatRef(owner.provenance.ingress) },
  });
}

function joinAttached(
  host: string,
  drafts: readonly IngressDraft[],
  byKey: ReadonlyMap<string, Owner>,
  routes: Route[],
  registry: Registry,
  diagnostics: Diagnostic[],
): void {
  const groups = new Map<number, { family: Family; attached: AttachedDraft<unknown>[] }>();
  for (const draft of drafts) {
    const { attached } = draft;
    if (attached === undefined) continue;
    for (const { route } of draft.routes.of(host)) {
      const owner = byKey.get(routeKey(route, registry.profile));
      if (owner === undefined || owner.index < 0) {
        diagnostics.push(noPrimary(host, route));
        continue;
      }
      const group = groups.get(owner.index) ?? { family: attached.family, attached: [] };
      groups.set(owner.index, group);
      group.attached.push({
        policy: attached.policy,
        name: formatRef(draft.ref),
        backends: route.backends,
        policies: attached.own,
        provenance: route.provenance,
        report: (name, { field: _field, path, ...details }) => {
          if (attached.family.diagnostics === undefined) throw new TypeError(`family "${attached.family.name}" declares no diagnostics`);
          const key = draft.keys[attached.family.name]?.[0];
          const place = path ?? (key === undefined ? fieldOf(route.provenance) : ['metadata', 'annotations', key]);
          diagnostics.push(attached.family.diagnostics.make(name, { object: draft.ref, path: place, ...details }));
        },
      });
    }
  }
  const copies = new Map<number, readonly Route[]>();
  for (const [index, { family, attached }] of groups) {
    const primary = routes[index];
    if (primary === undefined || family.join === undefined) continue;
    const settings = registry.settings.get(family.name) ?? {};
    const joined = family.join(
      { name: formatRef(primary.provenance.ingress), backends: primary.backends, canaries: primary.canaries ?? [] },
      attached,
      settings,
    );
    routes[index] = Object.freeze({
      ...primary,
      backends: freezeBackends(joined.backends),
      ...(joined.canaries.length === 0 ? {} : { canaries: freezeDeep(joined.canaries) }),
    });
    if (joined.copies !== undefined && joined.copies.length > 0)
      copies.set(
        index,
        joined.copies.map((canary) => copyFor(canary, primary)),
      );
  }
  if (copies.size > 0) routes.splice(0, routes.length, ...routes.flatMap((route, index) => [...(copies.get(index) ?? []), route]));
}

/** The primary's route under the condition of a canary, which always takes what the copy matches; without endpoints the primary's backend does. */
function copyFor(canary: ConditionalCanary, primary: Route): Route {
  const { headers: _headers, cookies: _cookies, ...kept } = primary.predicates ?? {};
  return Object.freeze({
    ...primary,
    predicates: freezeDeep({ ...kept, ...canary.when }),
    canaries: freezeDeep([{ ...canary, when: {} }]),
    provenance: Object.freeze({ ...primary.provenance, canary: canary.canary }),
  });
}

function noPrimary(host: string, route: Route): Diagnostic {
  return routeDiagnostics.make('no-primary', {
    object: route.provenance.ingress,
    path: fieldOf(route.provenance),
    message: `No primary Ingress has host "${host}" with path ${quote(route.pathText)} of the same kind; this canary path takes no traffic.`,
    help: 'Give the canary the host, path and pathType of its primary, and the same path annotations (use-regex).',
    data: { host, path: route.pathText },
  });
}

function hostPolicies(drafts: readonly IngressDraft[], registry: Registry, diagnostics: Diagnostic[]): Policies {
  if (drafts.every((draft) => isEmpty(draft.hostPolicies))) return noPolicies;
  const winners = new Map<string, { readonly policy: unknown; readonly draft: IngressDraft }>();
  const lost: { readonly name: string; readonly policy: unknown; readonly draft: IngressDraft }[] = [];
  for (const draft of drafts) {
    for (const [name, policy] of Object.entries(draft.hostPolicies)) {
      const winner = winners.get(name);
      const family = registry.profile.families[registry.order.get(name) ?? -1];
      if (winner === undefined) winners.set(name, { policy, draft });
      else if ((registry.profile.winners?.[name] ?? family?.winner) === 'newest') {
        lost.push({ name, ...winner });
        winners.set(name, { policy, draft });
      } else lost.push({ name, policy, draft });
    }
  }
  for (const { name, policy, draft } of lost) {
    const winner = winners.get(name);
    if (winner === undefined || canonicalJson(winner.policy) === canonicalJson(policy)) continue;
    const key = draft.keys[name]?.[0];
    diagnostics.push(
      annotationDiagnostics.make('other-owner', {
        object: draft.ref,
        path: key === undefined ? ['metadata', 'annotations'] : ['metadata', 'annotations', key],
        message: `Ingress ${formatRef(winner.draft.ref)} decides ${name} for the whole host; the annotation here has no effect on it.`,
        help: 'Set it on one Ingress of the host only.',
        related: [{ object: winner.draft.ref, message: 'This Ingress decides.' }],
        data: { family: name, owner: formatRef(winner.draft.ref) },
      }),
    );
  }
  const policies: Record<string, unknown> = {};
  for (const name of [...winners.keys()].sort()) policies[name] = winners.get(name)?.policy;
  return Object.freeze(policies);
}

function isEmpty(policies: Policies): boolean {
  for (const _ in policies) return false;
  return true;
}

function addedRoutes(drafts: readonly IngressDraft[], policies: Policies, profile: Profile): readonly Route[] {
  if (policies === noPolicies) return [];
  const added: Route[] = [];
  for (const family of profile.families) {
    if (family.routes === undefined || !Object.hasOwn(policies, family.name)) continue;
    const policy = policies[family.name];
    const draft = drafts.find(({ hostPolicies: own }) => own[family.name] === policy);
    if (draft === undefined) continue;
    for (const { path, pathText } of family.routes(policy)) {
      const provenance: Provenance = Object.freeze({
        origin: 'family',
        family: family.name,
        ingress: draft.ref,
        ...namedClass(draft.ingress, profile.classes),
        annotations: draft.keys,
      });
      added.push(
        Object.freeze({ path: Object.freeze(path), pathType: 'Exact', pathText, backends: noBackends, policies: noPolicies, provenance }),
      );
    }
  }
  return added;
}
