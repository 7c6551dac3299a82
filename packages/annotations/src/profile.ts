import type { AgeTies } from '@ingresskit/resources';
import type { GatewayAddressList, RequestRules } from '@ingresskit/route-table';
import type { Family, Scope } from './family.ts';
import type { Dialect, OnInvalid, Risk } from './field.ts';
import type { Phase } from './phases.ts';

/**
 * What differs between gateways, as data. Shared code reads these fields and never asks which gateway it serves.
 */
export interface Profile {
  /** `mse`, `higress`, `ingress-nginx`, or a name of one's own. */
  readonly name: string;
  readonly title: string;
  /** Annotation prefixes in order of precedence: of two spellings of one field, the earlier prefix wins. */
  readonly prefixes: readonly AnnotationPrefix[];
  /** Names that this gateway reads under the prefixes of another dialect than the one they come from, by annotation name. */
  readonly dialects?: Readonly<Record<string, Dialect>>;
  /** The families that act, in catalog order. */
  readonly families: readonly Family[];
  /** Names that are known and do not act here, with what to tell their users. */
  readonly inactive: readonly InactiveName[];
  /** The phases in this gateway's order. Each phase stands once. */
  readonly phases: readonly Phase[];
  /** Family settings that differ from the family's own defaults, by family name. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Outcomes of invalid values that differ from the field's own, by annotation name. Restricting families cannot be opened here. */
  readonly onInvalid: Readonly<Record<string, OnInvalid>>;
  /** What is missing or differs of an annotation that acts, a full sentence, by annotation name: its verdict becomes `acts-with-limit`. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Which Ingress decides a host-scoped policy, where that differs from the family's own word, by family name. */
  readonly winners?: Readonly<Record<string, 'oldest' | 'newest'>>;
  /** Where policies attach, where it is elsewhere than their family says, by family name: a Service's setting may be a route's here. */
  readonly scopes?: Readonly<Record<string, Scope>>;
  /** Which Ingresses are refused as a whole, whatever they ask for. Absent: none. */
  readonly admission?: AdmissionRules;
  /** Which of two Ingresses that were created in the same second counts as older. Default: by name, then namespace. */
  readonly ageTies?: AgeTies;
  /** Address lists that hold for every request, besides those of gateway objects. */
  readonly addressLists?: readonly GatewayAddressList[];
  /** Whether references into other namespaces are followed where the options of a compilation do not say. Default no. */
  readonly allowsCrossNamespace?: boolean;
  readonly classes: ClassRules;
  readonly paths: PathRules;
  /** The criteria that order the routes of a host, most significant first. The last resort is always the route's id. */
  readonly order: readonly OrderCriterion[];
  readonly request: RequestRules;
  readonly backends: BackendRules;
  readonly defaultBackend: DefaultBackendRules;
  readonly tls: TlsRules;
  /** Where this profile departs from the gateway it models, on purpose: shown in the generated tables. */
  readonly deviations: readonly Deviation[];
}

/** A prefix and the dialects it is read for. None: the gateway reads nothing under the prefix, and says so. */
export interface AnnotationPrefix {
  /** With its trailing slash: `nginx.ingress.kubernetes.io/`. */
  readonly prefix: string;
  readonly dialects: readonly Dialect[];
}

/** Why a known name does not act. */
export type InactiveVerdict =
  /** Accepted, and nothing needs to happen. */
  | 'no-effect'
  /** The gateway means to support it one day. */
  | 'planned'
  /** The gateway can never support it. */
  | 'unsupported'
  /** It exists in the original, and the gateway's documentation does not list it. */
  | 'unlisted'
  /** The gateway supports it, and this version of IngressKit does not model it yet. */
  | 'not-modelled';

export interface InactiveName {
  /** Without prefix. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly verdict: InactiveVerdict;
  /** How much harm it could do where it acts. */
  readonly risk?: Risk;
  /** Whether its users rely on it to keep requests out: its diagnostic is then an error. */
  readonly restricts?: boolean;
  /** What to use instead, a full sentence. */
  readonly instead?: string;
}

/** What makes a gateway refuse an Ingress before it looks at what the Ingress wants (ingress-nginx.md §13). */
export interface AdmissionRules {
  /** The highest risk that an annotation may have. An Ingress with one above it is refused. */
  readonly highestRisk?: Risk;
  /** Texts that no value of an annotation under the gateway's prefixes may hold. */
  readonly forbiddenWords?: readonly string[];
  /** RE2 patterns of which none may match anywhere in a host, a path, or a name of a TLS entry. */
  readonly forbiddenPatterns?: readonly string[];
  /** Whether paths of type Exact and Prefix should hold letters, digits, `.`, `_`, `-` and `/` only. Others are reported, and served. */
  readonly plainPathsExpected?: boolean;
  /** Whether an Ingress with `spec.defaultBackend` is refused (the controller's flag --disable-catch-all). */
  readonly refusesDefaultBackends?: boolean;
}

/** How Ingresses are assigned to a gateway. */
export interface ClassRules {
  /** The IngressClass controller string of this gateway. */
  readonly controller: string;
  /** The kind that an IngressClass's parameters point at, when it describes the gateway. */
  readonly parameters?: { readonly apiGroup: string; readonly kind: 'MseIngressConfig' };
  /** What names an Ingress's class, in order of precedence. */
  readonly sources: readonly ('annotation' | 'field')[];
  /** Class names whose gateway also takes Ingresses that name no class. */
  readonly unclassedWith: readonly string[];
  /** Whether an IngressClass object must exist and carry the controller string before its name counts. */
  readonly controllerMustMatch: boolean;
}

/** How paths become path matches. */
export interface PathRules {
  /** What a missing pathType and `ImplementationSpecific` mean. */
  readonly implementationSpecific: 'prefix' | 'exact';
  /** Whether a regex affects its own route only, or turns every path of the host into one. */
  readonly regexScope: 'route' | 'host';
  readonly regexIgnoresCase: boolean;
  /** Whether a path without a pathType that ends in `/*` or `.*` stands for the prefix before it (higress.md §1.1). */
  readonly wildcardSuffix: boolean;
  /** `/foo/` and `/foo` name the same prefix. */
  readonly trimPrefixSlash: boolean;
  /**
   * What makes two routes of a host the same route, and a canary's path that of its primary: how the path is matched (`kind`), its text without what the
   * match leaves out (`path`), the path type as the gateway reads it (`type`), and further conditions (`predicates`).
   */
  readonly duplicateKey: readonly ('kind' | 'path' | 'type' | 'predicates')[];
}

/**
 * - `added-first`: routes that a family added (app-root);
 * - `catch-all-last`: the bare prefix `/` without conditions;
 * - `default-backend-last`;
 * - `kind`: exact, prefix, routes that a family added, regex;
 * - `length`: longer path text first;
 * - `methods`: a method condition before none, then the shorter list, as text (higress.md §1.4, rule 3b);
 * - `headers` (with cookies, which are one of them), `queries`: more conditions first;
 * - `path-descending`: by path text, descending;
 * - `age`: older Ingress first, then by position in it.
 */
export type OrderCriterion =
  | 'added-first'
  | 'default-backend-last'
  | 'catch-all-last'
  | 'kind'
  | 'length'
  | 'methods'
  | 'headers'
  | 'queries'
  | 'path-descending'
  | 'age';

export interface BackendRules {
  /**
   * A port name that cannot be resolved: the path is not served, or it is closed, or it is a route without endpoints. Routes with a gate are never
   * left out.
   */
  readonly unresolvedPort: 'drop' | 'deny' | 'keep';
  /** A backend that is no Service: the path is not served, or it answers 503. */
  readonly resourceBackend: 'drop' | 'deny';
  /** Namespaces whose Services are never exposed. */
  readonly protectedNamespaces: readonly string[];
  /** Names of Service ports that tell the protocol of what is behind them: `{ grpc: 'GRPC' }`. Absent: names say nothing. */
  readonly portProtocols?: Readonly<Record<string, string>>;
}

/** What `spec.defaultBackend` does. */
export interface DefaultBackendRules {
  /** Which Ingress's default backend answers on `*`: that of the newest, the oldest, or of none that has rules. */
  readonly anyHost: 'newest' | 'oldest';
  /** Whether that of an Ingress with rules also answers on `*`, or only on the hosts of its rules. */
  readonly anyHostWithRules: boolean;
  /** Whether it also answers on each host of the Ingress's rules. */
  readonly onRuleHosts: boolean;
  /** Whether route-scoped policies of the Ingress hold for it. */
  readonly policies: boolean;
  /**
   * What keeps a default backend from a host: a route that takes every request, or any path `/` of type Prefix, also one with conditions, and one
   * that is not served (higress.md §3). Default: `catch-all`.
   */
  readonly hiddenBy?: 'catch-all' | 'root-prefix';
  /** What becomes of it where its Ingress restricts access and the restriction does not hold for it. Default: it is open, and that is reported. */
  readonly guarded?: 'deny';
  /** Families whose policies do not hold for it on `*`. */
  readonly anyHostWithout?: readonly string[];
  /**
   * Whether every host answers the paths that no rule has under the policies of its oldest Ingress, and by that Ingress's default backend, where it has
   * one (ingress-nginx.md §1.1).
   */
  readonly everyHost: boolean;
}

export interface TlsRules {
  /** `identical`: a TLS entry serves the rule host it spells exactly. `covering`: a wildcard entry also serves the hosts it covers. */
  readonly hosts: 'identical' | 'covering';
  /** Whether any TLS section of an Ingress makes all its hosts ones that are served over TLS, with the gateway's own certificate where it names none. */
  readonly anySection: boolean;
}

export interface Deviation {
  /** Stable id for links: `basic-auth-missing-secret`. */
  readonly id: string;
  /** The family it is about; absent where it concerns several. */
  readonly family?: string;
  readonly gateway: string;
  readonly ours: string;
  readonly why: string;
}
