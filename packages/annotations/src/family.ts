import type { Diagnostic, DiagnosticDetails, DiagnosticSet, FieldPath, Ingress, IngressBackend, PathType } from '@ingresskit/resources';
import type { ConditionalCanary, PathMatch, Policies, PolicyKey, Predicates, Provenance, WeightedBackend } from '@ingresskit/route-table';
import type { Exchange } from './exchange.ts';
import type { Fields, ValuesOf } from './field.ts';
import type { HandshakeTerms } from './handshake.ts';
import type { Lookups } from './lookups.ts';
import type { Outcome } from './outcome.ts';
import type { Phase } from './phases.ts';
import type { UpstreamAnswer } from './request/request-types.ts';

/** Where a policy attaches, and so who conflicts with whom. */
export type Scope = 'route' | 'host' | 'backend';

/** What a family reports with `deny`: its gate cannot be built, so the route (or host) is closed. */
export interface Denied {
  readonly denied: Diagnostic;
}

/** What `shape` returns when a path cannot be a route: the others of the Ingress live on. */
export interface Dropped {
  readonly dropped: Diagnostic;
}

/** What a family may use while it turns values into a policy. */
export interface ResolveContext<S> {
  readonly ingress: Ingress;
  readonly namespace: string;
  /** The family's settings in this profile. */
  readonly settings: S;
  /** Tracked look-ups: what is looked up here is compiled again when it changes, also when it was not found. */
  readonly lookups: Lookups;
  /** Whether the field has a valid annotation, so that its value is not a default. */
  present(field: string): boolean;
  /** The annotation key a field was read from. */
  keyOf(field: string): string | undefined;
  /** Reports one of the family's own diagnostics, at a field's annotation where one is named. */
  report(name: string, details: ReportDetails): void;
  /** Reports and closes: return what it returns. */
  deny(name: string, details: ReportDetails): Denied;
  /**
   * Reports a restriction that the gateway accepts and nobody enforces, as an error, and closes where the options want unenforced gates closed: return
   * what it returns when that is not `undefined`.
   */
  unenforced(name: string, details: ReportDetails): Denied | undefined;
  /** Reports and refuses the whole Ingress, as an admission check would: return what it returns. */
  reject(name: string, details: ReportDetails): Denied;
  /** Reports that a path cannot be a route at all (a pattern that does not compile): `shape` returns what it returns. */
  drop(name: string, details: ReportDetails): Dropped;
}

/** Message, help and data of a report, and the field it is about. */
export interface ReportDetails extends Omit<DiagnosticDetails, 'object' | 'path'> {
  /** Name of the family's field; its annotation becomes the diagnostic's path. */
  readonly field?: string;
  /** A field of the Ingress instead. */
  readonly path?: FieldPath;
}

/** A route under construction: what `shape` may edit. */
export interface RouteDraft {
  readonly pathText: string;
  readonly pathType: PathType;
  /** The backend as the Ingress names it. */
  readonly named?: IngressBackend | undefined;
  path: PathMatch;
  predicates: Predicates | undefined;
  backends: WeightedBackend[];
}

/** A draft that is attached to a primary route of equal host and path. */
export interface AttachedDraft<P> {
  readonly policy: P;
  /** `namespace/name` of the attached Ingress. */
  readonly name: string;
  readonly backends: readonly WeightedBackend[];
  /** Policies of families that keep their own on an attached Ingress (`onAttached: 'own'`). */
  readonly policies: Policies | undefined;
  readonly provenance: Provenance;
  /** Reports about the attached Ingress. */
  report(name: string, details: ReportDetails): void;
}

/** What joining yields: the primary's arms and conditional canaries. */
export interface Joined {
  readonly backends: readonly WeightedBackend[];
  readonly canaries: readonly ConditionalCanary[];
  /**
   * Conditional canaries that are routes by themselves: copies of the primary with every policy, its method and query conditions, and the canary's
   * condition for those on headers (higress.md §2.2). Each stands directly before the primary until the routes of the host are put in order.
   */
  readonly copies?: readonly ConditionalCanary[];
}

/** A route that a host-scoped family adds to its host. */
export interface AddedRoute {
  readonly path: PathMatch;
  readonly pathText: string;
}

/** A host that a host-scoped family adds beside the one it belongs to. */
export interface AddedHost {
  /** Lower case; `*.example.com` for a wildcard. */
  readonly host: string;
  /** What it serves: routes on which only the family's own policy acts. Absent: everything that the original host serves. */
  readonly routes?: readonly AddedRoute[];
}

/**
 * Annotations that together configure one policy, and how that policy acts. Built-in and third-party families are the same kind of thing.
 * The family object is also the typed key of its policy: `policyOf(route, cors)?.maxAge`.
 */
export interface Family<N extends string = string, P = unknown> extends PolicyKey<P> {
  readonly name: N;
  /** One line for tables: what the family is for. */
  readonly title: string;
  readonly scope: Scope;
  readonly phase: Phase;
  /** A gate: when it cannot be read or resolved, its route or host is closed, never opened. */
  readonly restricting: boolean;
  readonly fields: Fields;
  readonly diagnostics: DiagnosticSet | undefined;
  /** Settings a profile may override, with their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** One of the checks that decide who gets in, of which one may be enough (`Exchange.combineAccess`). */
  readonly accessCheck: boolean;
  /** On an attached Ingress (a canary): does it keep its own policy, or does the primary's hold? */
  readonly onAttached: 'own' | 'primary';
  /** Which Ingress wins a host- or backend-scoped policy. */
  readonly winner: 'oldest' | 'newest';
  /** Whether `resolve` runs when no annotation of the family is present (a gateway whose default is not "off"). */
  resolvesWhenAbsent?(settings: Readonly<Record<string, unknown>>): boolean;
  resolve(values: Readonly<Record<string, unknown>>, context: ResolveContext<never>): P | Denied | undefined;
  /** Edits a route under construction. Returning `deny(…)` closes it, returning `drop(…)` leaves it out. */
  shape?(policy: P, draft: RouteDraft, context: ResolveContext<never>): Denied | Dropped | undefined;
  /** Families with `join` attach their Ingress to a primary route instead of adding routes. Attached drafts come oldest first. */
  join?(
    primary: Joined & { readonly name: string },
    attached: readonly AttachedDraft<P>[],
    settings: Readonly<Record<string, unknown>>,
  ): Joined;
  routes?(policy: P): readonly AddedRoute[];
  /** Further hosts, for a host that the policy holds for. A name that is a host by itself stays what it is. */
  hosts?(policy: P, host: string): readonly AddedHost[];
  request?(policy: P, exchange: Exchange): Outcome | undefined;
  /** Acts instead of `request` where another access check has let the request in already (ingress-nginx.md §3.3). Only for access checks. */
  needless?(policy: P, exchange: Exchange): void;
  /** Acts when the chosen backend has no usable endpoint. */
  unavailable?(policy: P, exchange: Exchange): Outcome | undefined;
  response?(policy: P, exchange: Exchange, answer: UpstreamAnswer): Outcome | undefined;
  /** What the policy demands of TLS handshakes for one of its hosts (`example.com`, `*.example.com`, `*`), which happen before there is a request. */
  handshake?(policy: P, host: string): HandshakeTerms;
}

/** A family as its author writes it: typed by its own fields and settings. */
export interface FamilyDefinition<N extends string, P, F extends Fields, S extends object> {
  readonly name: N;
  readonly title: string;
  readonly scope: Scope;
  readonly phase: Phase;
  readonly restricting?: boolean;
  readonly fields: F;
  readonly diagnostics?: DiagnosticSet;
  readonly settings?: S;
  readonly accessCheck?: boolean;
  readonly onAttached?: 'own' | 'primary';
  readonly winner?: 'oldest' | 'newest';
  resolvesWhenAbsent?(settings: S): boolean;
  resolve(values: ValuesOf<F>, context: ResolveContext<S>): P | Denied | undefined;
  shape?(policy: P, draft: RouteDraft, context: ResolveContext<S>): Denied | Dropped | undefined;
  join?(primary: Joined & { readonly name: string }, attached: readonly AttachedDraft<P>[], settings: S): Joined;
  routes?(policy: P): readonly AddedRoute[];
  hosts?(policy: P, host: string): readonly AddedHost[];
  request?(policy: P, exchange: Exchange): Outcome | undefined;
  /** Acts instead of `request` where another access check has let the request in already (ingress-nginx.md §3.3). Only for access checks. */
  needless?(policy: P, exchange: Exchange): void;
  unavailable?(policy: P, exchange: Exchange): Outcome | undefined;
  response?(policy: P, exchange: Exchange, answer: UpstreamAnswer): Outcome | undefined;
  /** What the policy demands of TLS handshakes for one of its hosts. Only for host-scoped families. */
  handshake?(policy: P, host: string): HandshakeTerms;
}

const familyName = /^([a-z][a-z0-9-]*\/)?[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Declares a family. Third parties prefix the name with their own: `acme/tenant`.
 *
 * @throws TypeError for a name that is not kebab-case, a restricting family whose field would fail open, or hooks its scope cannot have.
 */
export function defineFamily<N extends string, P, F extends Fields, S extends object = Record<never, never>>(
  definition: FamilyDefinition<N, P, F, S>,
): Family<N, P> {
  const { name, restricting = false, scope } = definition;
  if (!familyName.test(name)) throw new TypeError(`family name "${name}" is not kebab-case (third parties: vendor/name)`);
  for (const [fieldName, declared] of Object.entries(definition.fields)) {
    const open = declared.onInvalid === 'default' || declared.onInvalid === 'ignore-field' || declared.onInvalid === 'ignore-family';
    if (restricting && open)
      throw new TypeError(`family "${name}" restricts access, so its field "${fieldName}" may not use onInvalid "${declared.onInvalid}"`);
  }
  if (definition.routes !== undefined && scope !== 'host') throw new TypeError(`family "${name}" adds routes, so its scope must be "host"`);
  if (definition.hosts !== undefined && scope !== 'host') throw new TypeError(`family "${name}" adds hosts, so its scope must be "host"`);
  if (definition.join !== undefined && scope !== 'route')
    throw new TypeError(`family "${name}" joins routes, so its scope must be "route"`);
  if (definition.handshake !== undefined && scope !== 'host')
    throw new TypeError(`family "${name}" sets terms of handshakes, so its scope must be "host"`);
  if (definition.needless !== undefined && definition.accessCheck !== true)
    throw new TypeError(`family "${name}" acts where it is needless, so it must be an access check`);
  return Object.freeze({
    ...definition,
    restricting,
    diagnostics: definition.diagnostics,
    settings: { ...definition.settings },
    accessCheck: definition.accessCheck ?? false,
    onAttached: definition.onAttached ?? 'primary',
    winner: definition.winner ?? 'oldest',
  }) as unknown as Family<N, P>;
}
