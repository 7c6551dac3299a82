import type { Registry, ResolvedAnnotations, RouteDraft } from '@ingresskit/annotations';
import { freezeDeep, resolveAnnotations } from '@ingresskit/annotations';
import type { Diagnostic, FieldPath, Ingress, IngressPath, IngressProblem, ObjectRef, PathType } from '@ingresskit/resources';
import { refOf, validateIngress } from '@ingresskit/resources';
import type { Denial, PathMatch, Policies, Provenance, Route, WeightedBackend } from '@ingresskit/route-table';
import { additionsOf, type HostAddition, noAdditions } from './added-hosts.ts';
import { refusedAtAdmission } from './admission.ts';
import { type ResolvedBackend, resolveBackend } from './backends.ts';
import { routeDiagnostics } from './diagnostics.ts';
import { closedInstead, ProblemIndex } from './problem-index.ts';
import { classNamedTwice, namedClass } from './selection.ts';
import { unusedTlsHosts } from './tls.ts';
import type { TrackedLookups } from './tracked-lookups.ts';
import { primaryDecides, unpoliced } from './unpoliced.ts';

/** What one Ingress contributes, before it meets others. */
export interface IngressDraft {
  readonly ingress: Ingress;
  readonly ref: ObjectRef;
  /** Hosts it has a say in, lower case; `*` for all. */
  readonly hosts: readonly string[];
  /** Hosts that its host-scoped families add. */
  readonly addedHosts: readonly HostAddition[];
  readonly routes: readonly HostRoute[];
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

/** A finished route and the host it belongs to. */
export interface HostRoute {
  readonly host: string;
  readonly route: Route;
  /** It is not served, and still keeps newer equals out, as on the reference gateway. */
  readonly dropped?: true;
}

/** What a canary brings to a join. */
export interface AttachedIngress {
  readonly family: NonNullable<ResolvedAnnotations['attaches']>['family'];
  readonly policy: unknown;
  readonly own: Policies | undefined;
  readonly report: ResolvedAnnotations['report'];
}

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
const pathTypes: ReadonlySet<string> = new Set<PathType>(['Exact', 'Prefix', 'ImplementationSpecific']);
const noBackends: readonly WeightedBackend[] = Object.freeze([]);
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
  return new Drafting(ingress, ref, registry, lookups, resolved, problems, diagnostics, unenforcedGates).finish();
}

function emptyDraft(ingress: Ingress, ref: ObjectRef, diagnostics: readonly Diagnostic[], lookups: TrackedLookups): IngressDraft {
  return {
    ingress,
    ref,
    hosts: [],
    addedHosts: noAdditions,
    routes: [],
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

/** Whether an Ingress carries an access restriction. */
function isGuarded({ keys }: ResolvedAnnotations, { profile }: Registry): boolean {
  return profile.families.some(({ restricting, name }) => restricting && Object.hasOwn(keys, name));
}

class Drafting {
  readonly #ingress: Ingress;
  readonly #ref: ObjectRef;
  readonly #registry: Registry;
  readonly #lookups: TrackedLookups;
  readonly #resolved: ResolvedAnnotations;
  readonly #problems: ProblemIndex;
  readonly #unenforcedGates: 'report' | 'deny';
  readonly #diagnostics: Diagnostic[];
  readonly #denied: Denial | undefined;
  readonly #guarded: boolean;
  readonly #ingressClass: Pick<Provenance, 'ingressClass'>;

  constructor(
    ingress: Ingress,
    ref: ObjectRef,
    registry: Registry,
    lookups: TrackedLookups,
    resolved: ResolvedAnnotations,
    problems: readonly IngressProblem[],
    diagnostics: Diagnostic[],
    unenforcedGates: 'report' | 'deny',
  ) {
    this.#unenforcedGates = unenforcedGates;
    this.#ingress = ingress;
    this.#ref = ref;
    this.#registry = registry;
    this.#lookups = lookups;
    this.#resolved = resolved;
    this.#problems = new ProblemIndex(problems);
    this.#diagnostics = diagnostics;
    this.#denied = this.#denialOf('route') ?? this.#denialOf('ingress');
    this.#guarded = resolved.failed.length > 0 || isGuarded(resolved, registry);
    this.#ingressClass = namedClass(ingress, registry.profile.classes);
  }

  finish(): IngressDraft {
    const resolved = this.#resolved;
    const attached = this.#attached();
    const refused = resolved.attaches !== undefined && attached === undefined;
    const routes: HostRoute[] = [];
    const hostSet = new Set<string>();
    const rules = this.#ingress.spec?.rules ?? [];
    for (let rule = 0; rule < rules.length; rule++) {
      const { host: written = '', http } = rules[rule] ?? {};
      if (this.#problems.hasRule(rule)) continue;
      const host = written === '' ? '*' : written.toLowerCase();
      hostSet.add(host);
      if (http === undefined || http.paths.length === 0) {
        this.#diagnostics.push(
          routeDiagnostics.make('no-paths', {
            object: this.#ref,
            path: ['spec', 'rules', rule],
            message: `Rule ${rule + 1} names ${written === '' ? 'no host' : `host "${written}"`} and no paths; it adds no route.`,
          }),
        );
        continue;
      }
      if (!refused) this.#rulePaths(rule, host, http.paths, routes);
    }
    const defaultBackend = this.#defaultBackend();
    if (defaultBackend?.onAnyHost === true) hostSet.add('*');
    const hosts = [...hostSet];
    const primary = resolved.attaches === undefined;
    const brokenTls = this.#tls(hosts, primary);
    return {
      ingress: this.#ingress,
      ref: this.#ref,
      hosts,
      addedHosts: primary ? additionsOf(hosts, resolved.host, this.#registry.profile) : noAdditions,
      routes,
      attached,
      hostPolicies: primary ? resolved.host : noPolicies,
      backendPolicies: resolved.backend,
      hostDenied: primary ? this.#denialOf('host') : undefined,
      defaultBackend,
      lastResort: primary ? this.#lastResort(defaultBackend) : undefined,
      keys: resolved.keys,
      diagnostics: this.#diagnostics.length === 0 ? noDiagnostics : this.#diagnostics,
      lookups: this.#lookups.take(),
      brokenTls,
    };
  }

  /** Looks the certificates up, so that the hosts are assembled again when one appears, and reports hosts that no rule has. */
  #tls(hosts: readonly string[], primary: boolean): readonly number[] {
    const entries = this.#ingress.spec?.tls;
    if (entries === undefined || entries.length === 0) return noIndexes;
    for (const { secretName } of entries) {
      if (secretName !== undefined && secretName !== '') this.#lookups.secret(this.#ingress.metadata.namespace, secretName);
    }
    if (primary) this.#diagnostics.push(...unusedTlsHosts(this.#ref, entries, hosts));
    else {
      this.#diagnostics.push(
        routeDiagnostics.make('attached-tls', {
          object: this.#ref,
          path: ['spec', 'tls'],
          message: 'The certificate of a host comes from its primary Ingresses; the TLS section of this canary is ignored.',
        }),
      );
    }
    // Also that of a canary which was refused, and so has become an Ingress without routes.
    return primary ? this.#problems.tls : entries.map((_, index) => index);
  }

  #rulePaths(rule: number, host: string, paths: readonly IngressPath[], routes: HostRoute[]): void {
    for (let index = 0; index < paths.length; index++) {
      const path = paths[index];
      if (path === undefined) continue;
      const problems = this.#problems.ofPath(rule, index);
      // A path that cannot be a match is left out. One that is guarded and has another fault stays shut: a wider route could serve it unguarded.
      if (problems.length > 0 && (!this.#guarded || problems.some(({ code }) => code === 'ingress/invalid-path'))) continue;
      for (const problem of problems) this.#diagnostics[this.#diagnostics.indexOf(problem)] = closedInstead(problem);
      const route = this.#route(rule, index, path, problems[0]);
      if (route !== undefined) routes.push({ host, ...route });
    }
  }

  #route(
    rule: number,
    index: number,
    { path, pathType: written, backend }: IngressPath,
    problem: Diagnostic | undefined,
  ): { route: Route; dropped?: true } | undefined {
    const pathText = path === undefined || path === '' ? '/' : path;
    const pathType = written === undefined || pathTypes.has(written) ? written : 'Prefix';
    const resolvedBackend: ResolvedBackend =
      problem === undefined
        ? resolveBackend(this.#ingress, backend, ['spec', 'rules', rule, 'http', 'paths', index, 'backend'], {
            rules: this.#registry.profile.backends,
            lookups: this.#lookups,
            guarded: this.#guarded,
            diagnostics: this.#diagnostics,
          })
        : { action: 'deny', diagnostic: problem };
    const draft: RouteDraft = {
      pathText,
      pathType: pathType ?? 'ImplementationSpecific',
      named: backend,
      path: this.#pathMatch(pathText, pathType),
      predicates: undefined,
      backends: 'backend' in resolvedBackend ? [{ backend: resolvedBackend.backend, weight: 100 }] : [],
    };
    const own = draft.backends[0]?.backend;
    let denied = this.#denied;
    let dropped = false;
    if ('action' in resolvedBackend) {
      dropped = resolvedBackend.action === 'drop';
      denied ??= this.#denial('backend', resolvedBackend.diagnostic.code);
    }
    for (const shape of this.#resolved.shapers) {
      const result = shape(draft);
      if (result === undefined) continue;
      // A path that no pattern can express cannot be closed either: nobody knows which requests it means.
      if (result.action === 'drop') return undefined;
      denied ??= this.#denial(result.family, result.diagnostic.code);
    }
    if (problem === undefined && draft.backends.length > 0 && !draft.backends.some(({ backend: kept }) => kept === own)) {
      this.#replaced(resolvedBackend, ['spec', 'rules', rule, 'http', 'paths', index, 'backend']);
    }
    // A family may have given the path other backends than the one that could not be resolved.
    if (
      problem === undefined &&
      'action' in resolvedBackend &&
      draft.backends.length > 0 &&
      this.#denied === undefined &&
      denied?.family === 'backend'
    ) {
      denied = undefined;
      dropped = false;
    }
    const route: Route = Object.freeze({
      path: Object.freeze(draft.path),
      pathType: draft.pathType,
      pathText,
      ...(draft.predicates === undefined ? {} : { predicates: freezeDeep(draft.predicates) }),
      backends: freezeBackends(draft.backends),
      policies: this.#resolved.route,
      ...(denied === undefined ? {} : { denied }),
      provenance: this.#provenance('path', rule, index),
    });
    return dropped ? { route, dropped: true } : { route };
  }

  /** Says that annotations have given a path other backends; what was wrong with its own is no longer of interest. */
  #replaced(own: ResolvedBackend, path: FieldPath): void {
    if ('diagnostic' in own) {
      const at = this.#diagnostics.indexOf(own.diagnostic);
      if (at >= 0) this.#diagnostics.splice(at, 1);
    }
    this.#diagnostics.push(
      routeDiagnostics.make('backend-replaced', {
        object: this.#ref,
        path,
        message: 'Annotations of this Ingress give the path other backends; its own is not used.',
      }),
    );
  }

  #pathMatch(text: string, pathType: PathType | undefined): PathMatch {
    const { paths } = this.#registry.profile;
    if (pathType === 'Exact' || (pathType !== 'Prefix' && paths.implementationSpecific === 'exact')) return { kind: 'exact', value: text };
    // Objects older than pathType wrote `/foo.*` or `/foo/*` for a prefix (higress.md §1.1).
    const bare = paths.wildcardSuffix && pathType === undefined ? text.replace(/\.\*$/, '').replace(/\/\*$/, '') : text;
    if (bare === '' || bare === '/') return { kind: 'prefix', value: '/' };
    return { kind: 'prefix', value: bare.endsWith('/') && paths.trimPrefixSlash ? bare.slice(0, -1) : bare };
  }

  #defaultBackend(): DefaultBackendDraft | undefined {
    const backend = this.#ingress.spec?.defaultBackend;
    if (backend === undefined || this.#problems.defaultBackend) return undefined;
    if (this.#resolved.attaches !== undefined) {
      this.#diagnostics.push(
        routeDiagnostics.make('attached-default-backend', {
          object: this.#ref,
          path: ['spec', 'defaultBackend'],
          message: 'A canary Ingress has no default backend of its own; it is ignored.',
        }),
      );
      return undefined;
    }
    const { profile } = this.#registry;
    const resolved = resolveBackend(this.#ingress, backend, ['spec', 'defaultBackend'], {
      rules: profile.backends,
      lookups: this.#lookups,
      guarded: this.#guarded && profile.defaultBackend.policies,
      diagnostics: this.#diagnostics,
    });
    const policies = profile.defaultBackend.policies ? this.#resolved.route : noPolicies;
    const place = {
      policies,
      anyHostPolicies: without(policies, profile.defaultBackend.anyHostWithout),
      onAnyHost: profile.defaultBackend.anyHostWithRules || (this.#ingress.spec?.rules ?? []).length === 0,
    };
    const closes = this.#unenforcedGates === 'deny' || profile.defaultBackend.guarded === 'deny';
    const idle = unpoliced(this.#ref, this.#resolved.keys, profile, closes);
    if (idle !== undefined) this.#diagnostics.push(idle);
    const isLeftOpen = idle?.severity === 'error' && closes;
    const gate = isLeftOpen ? this.#denial('default-backend', idle.code) : profile.defaultBackend.policies ? this.#denied : undefined;
    if ('backend' in resolved) return { backends: freezeBackends([{ backend: resolved.backend, weight: 100 }]), denied: gate, ...place };
    if (resolved.action === 'drop') return undefined;
    const denied = gate ?? this.#denial('backend', resolved.diagnostic.code);
    return { backends: freezeBackends([]), denied, ...place };
  }

  /** A route for all paths, under the policies of the Ingress and shaped like its own. Reports about it would be about a path that nobody wrote. */
  #lastResort(defaultBackend: DefaultBackendDraft | undefined): Route | undefined {
    if (!this.#registry.profile.defaultBackend.everyHost) return undefined;
    const backends = defaultBackend?.backends ?? noBackends;
    const draft: RouteDraft = {
      pathText: '/',
      pathType: 'Prefix',
      path: { kind: 'prefix', value: '/' },
      predicates: undefined,
      backends: [...backends],
    };
    let denied = this.#denied ?? defaultBackend?.denied;
    const reported = this.#diagnostics.length;
    for (const shape of this.#resolved.shapers) {
      const result = shape(draft);
      if (result?.action === 'deny') denied ??= this.#denial(result.family, result.diagnostic.code);
    }
    this.#diagnostics.length = reported;
    return Object.freeze({
      path: Object.freeze(draft.path),
      pathType: draft.pathType,
      pathText: draft.pathText,
      ...(draft.predicates === undefined ? {} : { predicates: draft.predicates }),
      backends,
      policies: this.#resolved.route,
      ...(defaultBackend === undefined ? { unrouted: true as const } : {}),
      ...(denied === undefined ? {} : { denied }),
      provenance: Object.freeze({
        origin: 'default-backend',
        ingress: this.#ref,
        ...this.#ingressClass,
        annotations: this.#resolved.keys,
      }),
    });
  }

  #attached(): AttachedIngress | undefined {
    const { attaches, own, failed, report } = this.#resolved;
    if (attaches === undefined) return undefined;
    const [gate] = failed;
    if (gate !== undefined) {
      this.#diagnostics.push(
        routeDiagnostics.make('attached-refused', {
          object: this.#ref,
          path: gate.diagnostic.path ?? [],
          message: `The ${gate.family} restriction of this canary cannot be built, so the canary takes no traffic and its primary keeps all requests.`,
          help: gate.diagnostic.help ?? 'Correct the annotation, or remove it: the primary’s restrictions hold for its canaries too.',
        }),
      );
      return undefined;
    }
    this.#diagnostics.push(...primaryDecides(this.#ref, this.#resolved.keys, this.#registry.profile));
    return { family: attaches.family, policy: attaches.policy, own, report };
  }

  #denialOf(closes: 'route' | 'host' | 'ingress'): Denial | undefined {
    const gate = this.#resolved.failed.find((candidate) => candidate.closes === closes);
    if (gate === undefined) return undefined;
    return this.#denial(gate.family, gate.diagnostic.code);
  }

  #denial(family: string, code: string): Denial {
    return Object.freeze({ family, code, ingress: `${this.#ref.namespace}/${this.#ref.name}` });
  }

  #provenance(origin: Provenance['origin'], rule: number, path: number): Provenance {
    return Object.freeze({
      origin,
      ingress: this.#ref,
      rule,
      path,
      ...this.#ingressClass,
      annotations: this.#resolved.keys,
    });
  }
}

function without(policies: Policies, families: readonly string[] | undefined): Policies {
  if (families === undefined || !families.some((name) => Object.hasOwn(policies, name))) return policies;
  return Object.freeze(Object.fromEntries(Object.entries(policies).filter(([name]) => !families.includes(name))));
}

/** Freezes arms through and through: routes are shared between tables. */
export function freezeBackends(backends: readonly WeightedBackend[]): readonly WeightedBackend[] {
  for (const arm of backends) {
    Object.freeze(arm.backend);
    Object.freeze(arm);
  }
  return Object.freeze(backends);
}
