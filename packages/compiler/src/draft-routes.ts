import type { RouteDraft } from '@ingresskit/annotations';
import { freezeDeep } from '@ingresskit/annotations';
import type { Diagnostic, FieldPath, IngressPath, PathType } from '@ingresskit/resources';
import type { PathMatch, Route } from '@ingresskit/route-table';
import { freezeBackends, type ResolvedBackend, resolveBackend } from './backends.ts';
import { routeDiagnostics } from './diagnostics.ts';
import type { DraftScope } from './draft-scope.ts';
import { closedInstead } from './problem-index.ts';

/** A finished route of one Ingress. */
export interface DraftedRoute {
  readonly route: Route;
  /** It is not served, and still keeps newer equals out, as on the reference gateway. */
  readonly dropped: boolean;
}

const none: readonly DraftedRoute[] = Object.freeze([]);

/** The routes of one Ingress by their hosts. Most Ingresses have one host, and some have ten thousand. */
export class DraftedRoutes implements Iterable<DraftedRoute> {
  readonly #host: string | undefined;
  readonly #routes: readonly DraftedRoute[];
  readonly #byHost: ReadonlyMap<string, readonly DraftedRoute[]> | undefined;

  constructor(byHost: ReadonlyMap<string, readonly DraftedRoute[]>) {
    const [[host, routes] = []] = byHost;
    this.#host = host;
    // A copy has room for its elements and no more; what grew by pushing has room for seventeen, for as long as the draft lives.
    this.#routes = routes === undefined || routes.length === 0 ? none : routes.slice();
    this.#byHost = byHost.size > 1 ? byHost : undefined;
  }

  /** The routes of a host, in the order of the Ingress. */
  of(host: string): readonly DraftedRoute[] {
    return host === this.#host ? this.#routes : (this.#byHost?.get(host) ?? none);
  }

  *[Symbol.iterator](): Generator<DraftedRoute, undefined, undefined> {
    if (this.#byHost === undefined) yield* this.#routes;
    else for (const routes of this.#byHost.values()) yield* routes;
  }
}

/** Of an Ingress that serves nothing. */
export const noRoutes: DraftedRoutes = new DraftedRoutes(new Map());

const pathTypes: ReadonlySet<string> = new Set<PathType>(['Exact', 'Prefix', 'ImplementationSpecific']);

/** Drafts the paths of one rule. */
export function draftRoutes(scope: DraftScope, rule: number, paths: readonly IngressPath[], routes: DraftedRoute[]): void {
  const { problems: index, diagnostics, guarded } = scope;
  for (let path = 0; path < paths.length; path++) {
    const written = paths[path];
    if (written === undefined) continue;
    const problems = index.ofPath(rule, path);
    // A path that cannot be a match is left out. One that is guarded and has another fault stays shut: a wider route could serve it unguarded.
    if (problems.length > 0 && (!guarded || problems.some(({ code }) => code === 'ingress/invalid-path'))) continue;
    for (const problem of problems) diagnostics[diagnostics.indexOf(problem)] = closedInstead(problem);
    const drafted = draftRoute(scope, rule, path, written, problems[0]);
    if (drafted !== undefined) routes.push(drafted);
  }
}

function draftRoute(
  scope: DraftScope,
  rule: number,
  index: number,
  { path, pathType: written, backend }: IngressPath,
  problem: Diagnostic | undefined,
): DraftedRoute | undefined {
  const pathText = path === undefined || path === '' ? '/' : path;
  const pathType = written === undefined || pathTypes.has(written) ? written : 'Prefix';
  const field: FieldPath = ['spec', 'rules', rule, 'http', 'paths', index, 'backend'];
  const resolved: ResolvedBackend =
    problem === undefined ? resolveBackend(scope, backend, field, scope.guarded) : { action: 'deny', diagnostic: problem };
  const draft: RouteDraft = {
    pathText,
    pathType: pathType ?? 'ImplementationSpecific',
    named: backend,
    path: pathMatchOf(scope, pathText, pathType),
    predicates: undefined,
    backends: 'backend' in resolved ? [{ backend: resolved.backend, weight: 100 }] : [],
  };
  const own = draft.backends[0]?.backend;
  let { denied } = scope;
  let dropped = false;
  if ('action' in resolved) {
    dropped = resolved.action === 'drop';
    denied ??= scope.denial('backend', resolved.diagnostic.code);
  }
  for (const shape of scope.resolved.shapers) {
    const result = shape(draft);
    if (result === undefined) continue;
    // A path that no pattern can express cannot be closed either: nobody knows which requests it means.
    if (result.action === 'drop') return undefined;
    denied ??= scope.denial(result.family, result.diagnostic.code);
  }
  if (problem === undefined && draft.backends.length > 0 && !draft.backends.some(({ backend: kept }) => kept === own)) {
    reportReplaced(scope, resolved, field);
    // A family has given the path other backends than the one that could not be resolved.
    if ('action' in resolved && scope.denied === undefined && denied?.family === 'backend') {
      denied = undefined;
      dropped = false;
    }
  }
  const { predicates } = draft;
  // In one piece, and the rare members after: see `pathProvenance`.
  const route: Route = {
    path: Object.freeze(draft.path),
    pathType: draft.pathType,
    pathText,
    backends: freezeBackends(draft.backends),
    policies: scope.resolved.route,
    provenance: scope.pathProvenance(rule, index),
  };
  const whole: Route =
    predicates === undefined && denied === undefined
      ? route
      : {
          ...route,
          ...(predicates === undefined ? {} : { predicates: freezeDeep(predicates) }),
          ...(denied === undefined ? {} : { denied }),
        };
  return { route: Object.freeze(whole), dropped };
}

/** Says that annotations have given a path other backends; what was wrong with its own is no longer of interest. */
function reportReplaced({ ref, diagnostics }: DraftScope, own: ResolvedBackend, path: FieldPath): void {
  if ('diagnostic' in own) {
    const at = diagnostics.indexOf(own.diagnostic);
    if (at >= 0) diagnostics.splice(at, 1);
  }
  diagnostics.push(
    routeDiagnostics.make('backend-replaced', {
      object: ref,
      path,
      message: 'Annotations of this Ingress give the path other backends; its own is not used.',
    }),
  );
}

function pathMatchOf({ registry }: DraftScope, text: string, pathType: PathType | undefined): PathMatch {
  const { paths } = registry.profile;
  if (pathType === 'Exact' || (pathType !== 'Prefix' && paths.implementationSpecific === 'exact')) return { kind: 'exact', value: text };
  // Objects older than pathType wrote `/foo.*` or `/foo/*` for a prefix (higress.md §1.1).
  const bare = paths.wildcardSuffix && pathType === undefined ? text.replace(/\.\*$/, '').replace(/\/\*$/, '') : text;
  if (bare === '' || bare === '/') return { kind: 'prefix', value: '/' };
  return { kind: 'prefix', value: bare.endsWith('/') && paths.trimPrefixSlash ? bare.slice(0, -1) : bare };
}
