import type { RouteDraft } from '@ingresskit/annotations';
import type { Denial, Policies, Route, WeightedBackend } from '@ingresskit/route-table';
import { freezeBackends, resolveBackend } from './backends.ts';
import { routeDiagnostics } from './diagnostics.ts';
import type { DraftScope } from './draft-scope.ts';
import { unpoliced } from './unpoliced.ts';

/** `spec.defaultBackend`, resolved. */
export interface DefaultBackendDraft {
  readonly backends: readonly WeightedBackend[];
  readonly denied: Denial | undefined;
  readonly policies: Policies;
  /** On `*`, where some of the policies may not hold. */
  readonly anyHostPolicies: Policies;
  /** Whether it answers on `*`. */
  readonly onAnyHost: boolean;
}

const noPolicies: Policies = Object.freeze({});
const noBackends: readonly WeightedBackend[] = Object.freeze([]);

/** The default backend of an Ingress, where it has one that can be used. */
export function draftDefaultBackend(scope: DraftScope): DefaultBackendDraft | undefined {
  const { ingress, ref, resolved, diagnostics } = scope;
  const backend = ingress.spec?.defaultBackend;
  if (backend === undefined || scope.problems.defaultBackend) return undefined;
  if (resolved.attaches !== undefined) {
    diagnostics.push(
      routeDiagnostics.make('attached-default-backend', {
        object: ref,
        path: ['spec', 'defaultBackend'],
        message: 'A canary Ingress has no default backend of its own; it is ignored.',
      }),
    );
    return undefined;
  }
  const { profile } = scope.registry;
  const target = resolveBackend(scope, backend, ['spec', 'defaultBackend'], scope.guarded && profile.defaultBackend.policies);
  const policies = profile.defaultBackend.policies ? resolved.route : noPolicies;
  const place = {
    policies,
    anyHostPolicies: without(policies, profile.defaultBackend.anyHostWithout),
    onAnyHost: profile.defaultBackend.anyHostWithRules || (ingress.spec?.rules ?? []).length === 0,
  };
  const closes = scope.unenforcedGates === 'deny' || profile.defaultBackend.guarded === 'deny';
  const idle = unpoliced(ref, resolved.keys, profile, closes);
  if (idle !== undefined) diagnostics.push(idle);
  const isLeftOpen = idle?.severity === 'error' && closes;
  const gate = isLeftOpen ? scope.denial('default-backend', idle.code) : profile.defaultBackend.policies ? scope.denied : undefined;
  if ('backend' in target) return { backends: freezeBackends([{ backend: target.backend, weight: 100 }]), denied: gate, ...place };
  if (target.action === 'drop') return undefined;
  return { backends: noBackends, denied: gate ?? scope.denial('backend', target.diagnostic.code), ...place };
}

/** A route for all paths, under the policies of the Ingress and shaped like its own. Reports about it would be about a path that nobody wrote. */
export function draftLastResort(scope: DraftScope, defaultBackend: DefaultBackendDraft | undefined): Route | undefined {
  if (!scope.registry.profile.defaultBackend.everyHost) return undefined;
  const backends = defaultBackend?.backends ?? noBackends;
  const draft: RouteDraft = {
    pathText: '/',
    pathType: 'Prefix',
    path: { kind: 'prefix', value: '/' },
    predicates: undefined,
    backends: [...backends],
  };
  let denied = scope.denied ?? defaultBackend?.denied;
  const reported = scope.diagnostics.length;
  for (const shape of scope.resolved.shapers) {
    const result = shape(draft);
    if (result?.action === 'deny') denied ??= scope.denial(result.family, result.diagnostic.code);
  }
  scope.diagnostics.length = reported;
  return Object.freeze({
    path: Object.freeze(draft.path),
    pathType: draft.pathType,
    pathText: draft.pathText,
    ...(draft.predicates === undefined ? {} : { predicates: draft.predicates }),
    backends,
    policies: scope.resolved.route,
    ...(defaultBackend === undefined ? { unrouted: true as const } : {}),
    ...(denied === undefined ? {} : { denied }),
    provenance: scope.defaultBackendProvenance(),
  });
}

function without(policies: Policies, families: readonly string[] | undefined): Policies {
  if (families === undefined || !families.some((name) => Object.hasOwn(policies, name))) return policies;
  return Object.freeze(Object.fromEntries(Object.entries(policies).filter(([name]) => !families.includes(name))));
}
