import type { Registry, ResolvedAnnotations } from '@ingresskit/annotations';
import { resolveAnnotations } from '@ingresskit/annotations';
import type { Diagnostic, Ingress, ObjectRef } from '@ingresskit/resources';
import { refOf, validateIngress } from '@ingresskit/resources';
import type { Denial, Policies, Provenance, Route } from '@ingresskit/route-table';
import { additionsOf, type HostAddition, noAdditions } from './added-hosts.ts';
import { refusedAtAdmission } from './admission.ts';
import { routeDiagnostics } from './diagnostics.ts';
import { type DefaultBackendDraft, draftDefaultBackend, draftLastResort } from './draft-default-backend.ts';
import { type DraftedRoute, DraftedRoutes, draftRoutes, noRoutes } from './draft-routes.ts';
import { DraftScope, isGuarded } from './draft-scope.ts';
import { classNamedTwice } from './selection.ts';
import { unusedTlsHosts } from './tls.ts';
import type { TrackedLookups } from './tracked-lookups.ts';
import { primaryDecides } from './unpoliced.ts';

/** What one Ingress contributes, before it meets others. */
export interface IngressDraft {
  readonly ingress: Ingress;
  readonly ref: ObjectRef;
  /** Hosts it has a say in, lower case; `*` for all. */
  readonly hosts: readonly string[];
  /** Hosts that its host-scoped families add. */
  readonly addedHosts: readonly HostAddition[];
  readonly routes: DraftedRoutes;
  /** Present on a canary: it joins primaries instead of adding routes. */
  readonly attached: AttachedIngress | undefined;
  readonly hostPolicies: Policies;
  readonly backendPolicies: Policies;
  /** Set when a host-level gate of this Ingress could not be built. */
  readonly hostDenied: Denial | undefined;
  readonly defaultBackend: DefaultBackendDraft | undefined;
  /** What answers the paths that no rule of a host has, where this is the oldest Ingress of the host and the profile wants one. */
  readonly lastResort: Route | undefined;
  readonly keys: Provenance['annotations'];
  readonly diagnostics: readonly Diagnostic[];
  /** Keys of the objects that were looked up. */
  readonly lookups: readonly string[];
  /** Indexes of the TLS entries that do nothing: they are not valid, or a canary's. */
  readonly brokenTls: readonly number[];
}

/** What a canary brings to a join. */
export interface AttachedIngress {
  readonly family: NonNullable<ResolvedAnnotations['attaches']>['family'];
  readonly policy: unknown;
  readonly own: Policies | undefined;
}

const noPolicies: Policies = Object.freeze({});
const noIndexes: readonly number[] = Object.freeze([]);
const noDiagnostics: readonly Diagnostic[] = Object.freeze([]);

/** Turns one Ingress into routes: a pure function of the Ingress, the profile and what it looks up. */
export function draftIngress(
  ingress: Ingress,
  registry: Registry,
  lookups: TrackedLookups,
  unenforcedGates: 'report' | 'deny',
): IngressDraft {
  const diagnostics: Diagnostic[] = [];
  const problems = validateIngress(ingress);
  for (const { diagnostic } of problems) diagnostics.push(diagnostic);
  const ref = Object.freeze(refOf(ingress));
  const twice = classNamedTwice(ingress, registry.profile.classes);
  if (twice !== undefined) diagnostics.push(twice);
  if (problems.some(({ scope }) => scope === 'ingress')) return emptyDraft(ingress, ref, diagnostics, lookups);
  const refusal = refusedAtAdmission(ingress, registry, diagnostics);
  if (refusal !== undefined) {
    diagnostics.push(refusal);
    return emptyDraft(ingress, ref, diagnostics, lookups);
  }
  const resolved = resolveAnnotations(ingress, registry, lookups, diagnostics, unenforcedGates);
  // Without its routes, wider ones could serve its paths: an Ingress that restricts access is closed where another would be refused.
  const isRefused = resolved.failed.some(({ closes }) => closes === 'ingress') && !isGuarded(resolved, registry);
  if (isRefused) return emptyDraft(ingress, ref, diagnostics, lookups);
  return draftParts(new DraftScope({ ingress, ref, registry, lookups, resolved, problems, diagnostics, unenforcedGates }));
}

function emptyDraft(ingress: Ingress, ref: ObjectRef, diagnostics: readonly Diagnostic[], lookups: TrackedLookups): IngressDraft {
  return {
    ingress,
    ref,
    hosts: [],
    addedHosts: noAdditions,
    routes: noRoutes,
    attached: undefined,
    hostPolicies: noPolicies,
    backendPolicies: noPolicies,
    hostDenied: undefined,
    defaultBackend: undefined,
    lastResort: undefined,
    keys: {},
    diagnostics,
    lookups: lookups.take(),
    brokenTls: [],
  };
}

function draftParts(scope: DraftScope): IngressDraft {
  const { ingress, ref, resolved, diagnostics } = scope;
  const attached = attachedOf(scope);
  const primary = resolved.attaches === undefined;
  const byHost = draftRules(scope, !primary && attached === undefined);
  const defaultBackend = draftDefaultBackend(scope);
  const hosts = [...byHost.keys()];
  if (defaultBackend?.onAnyHost === true && !byHost.has('*')) hosts.push('*');
  const brokenTls = draftTls(scope, hosts, primary);
  return {
    ingress,
    ref,
    hosts,
    addedHosts: primary ? additionsOf(hosts, resolved.host, scope.registry.profile) : noAdditions,
    routes: new DraftedRoutes(byHost),
    attached,
    hostPolicies: primary ? resolved.host : noPolicies,
    backendPolicies: resolved.backend,
    hostDenied: primary ? scope.denialOf('host') : undefined,
    defaultBackend,
    lastResort: primary ? draftLastResort(scope, defaultBackend) : undefined,
    keys: resolved.keys,
    diagnostics: diagnostics.length === 0 ? noDiagnostics : diagnostics,
    lookups: scope.lookups.take(),
    brokenTls,
  };
}

/** The hosts of the rules, each with the routes of its paths; with none where the Ingress is refused as a canary. */
function draftRules(scope: DraftScope, refused: boolean): ReadonlyMap<string, readonly DraftedRoute[]> {
  const byHost = new Map<string, DraftedRoute[]>();
  const rules = scope.ingress.spec?.rules ?? [];
  for (let rule = 0; rule < rules.length; rule++) {
    const { host: written = '', http } = rules[rule] ?? {};
    if (scope.problems.hasRule(rule)) continue;
    const host = written === '' ? '*' : written.toLowerCase();
    const routes = byHost.get(host) ?? [];
    byHost.set(host, routes);
    if (http === undefined || http.paths.length === 0) {
      scope.diagnostics.push(
        routeDiagnostics.make('no-paths', {
          object: scope.ref,
          path: ['spec', 'rules', rule],
          message: `Rule ${rule + 1} names ${written === '' ? 'no host' : `host "${written}"`} and no paths; it adds no route.`,
        }),
      );
    } else if (!refused) draftRoutes(scope, rule, http.paths, routes);
  }
  return byHost;
}

/** Looks the certificates up, so that the hosts are assembled again when one appears, and reports hosts that no rule has. */
function draftTls(
  { ingress, ref, lookups, problems, diagnostics }: DraftScope,
  hosts: readonly string[],
  primary: boolean,
): readonly number[] {
  const entries = ingress.spec?.tls;
  if (entries === undefined || entries.length === 0) return noIndexes;
  for (const { secretName } of entries) {
    if (secretName !== undefined && secretName !== '') lookups.secret(ingress.metadata.namespace, secretName);
  }
  if (primary) diagnostics.push(...unusedTlsHosts(ref, entries, hosts));
  else {
    diagnostics.push(
      routeDiagnostics.make('attached-tls', {
        object: ref,
        path: ['spec', 'tls'],
        message: 'The certificate of a host comes from its primary Ingresses; the TLS section of this canary is ignored.',
      }),
    );
  }
  // Also that of a canary which was refused, and so has become an Ingress without routes.
  return primary ? problems.tls : entries.map((_, index) => index);
}

/** What a canary brings to its primaries; nothing where one of its gates could not be built. */
function attachedOf({ ref, resolved, registry, diagnostics }: DraftScope): AttachedIngress | undefined {
  const { attaches, own, failed } = resolved;
  if (attaches === undefined) return undefined;
  const [gate] = failed;
  if (gate !== undefined) {
    diagnostics.push(
      routeDiagnostics.make('attached-refused', {
        object: ref,
        path: gate.diagnostic.path ?? [],
        message: `The ${gate.family} restriction of this canary cannot be built, so the canary takes no traffic and its primary keeps all requests.`,
        help: gate.diagnostic.help ?? 'Correct the annotation, or remove it: the primary’s restrictions hold for its canaries too.',
      }),
    );
    return undefined;
  }
  diagnostics.push(...primaryDecides(ref, resolved.keys, registry.profile));
  return { family: attaches.family, policy: attaches.policy, own };
}
