import type { Backend, Route, VirtualHost } from '@ingresskit/route-table';

/** What happens to a request. The JSON form is the machine contract's line (cli-contract.md §1) without `id` and `trace`. */
export type Decision = ForwardDecision | RedirectDecision | RespondDecision | NoRouteDecision;

/** Which route decided. */
export interface DecisionRoute {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
  readonly host: string;
  readonly path: string;
  readonly pathType: string;
  /** `namespace/name` of the canary Ingress whose backend was chosen. */
  readonly canary?: string;
}

/** The backend that gets the request. */
export interface DecisionBackend {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
  readonly subset?: string;
}

/** A backend's integer share of a split, in percent. */
export interface DecisionArm extends DecisionBackend {
  readonly weight: number;
}

/** Edits of headers, names in lower case. `remove` comes first, then `set`, then `append`. */
export interface HeaderEdits {
  readonly set: Readonly<Record<string, string>>;
  readonly append: Readonly<Record<string, readonly string[]>>;
  readonly remove: readonly string[];
}

export interface ForwardDecision {
  readonly kind: 'forward';
  readonly route: DecisionRoute;
  readonly backend: DecisionBackend;
  /** All arms, when a weight draw took part. */
  readonly split?: readonly DecisionArm[];
  readonly upstream: UpstreamRequest;
  readonly response: ResponseEdits;
  /** Policies that the data plane carries out, by their names in the contract. */
  readonly policies: Readonly<Record<string, unknown>>;
  /** Present when the backend is a fallback: the one it stands in for, and why. */
  readonly fallback?: { readonly from: DecisionBackend; readonly because: string };
}

/** The request that goes to the backend. */
export interface UpstreamRequest {
  readonly protocol: string;
  readonly host: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: HeaderEdits;
}

/** Edits of the backend's answer. `status` only when it is changed. */
export interface ResponseEdits {
  readonly status?: number;
  readonly headers: HeaderEdits;
}

/** Headers of an answer of the gateway's own, names in lower case. Only `set-cookie` may be a list: its values cannot be joined (RFC 9110 §5.3). */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[]>>;

export interface RedirectDecision {
  readonly kind: 'redirect';
  readonly status: number;
  readonly location: string;
  readonly headers: AnswerHeaders;
  /** Absent when the request did not get as far as a route. */
  readonly route?: DecisionRoute;
}

export interface RespondDecision {
  readonly kind: 'respond';
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: string;
  /** Stable name of the family or stage that answered. */
  readonly reason: string;
  readonly route?: DecisionRoute;
}

export interface NoRouteDecision {
  readonly kind: 'no-route';
  readonly status: 404;
}

/** The contract's view of a route, where no canary is chosen. */
export function decisionRoute({ host }: VirtualHost, { provenance, pathText, pathType }: Route): DecisionRoute {
  const { namespace, name } = provenance.ingress;
  return { ingress: `${namespace}/${name}`, host, path: pathText, pathType };
}

const views = new WeakMap<Backend, DecisionBackend>();
const backends = new WeakMap<DecisionBackend, Backend>();

/** The contract's view of a backend: always the same object for the same backend. */
export function decisionBackend(backend: Backend): DecisionBackend {
  let view = views.get(backend);
  if (view === undefined) {
    const { namespace, service, port, subset } = backend;
    view = Object.freeze(subset === undefined ? { namespace, service, port } : { namespace, service, port, subset: subset.name });
    views.set(backend, view);
    backends.set(view, backend);
  }
  return view;
}

/** The backend behind its view in a decision, with the selectors of its subset. `undefined` for a view that was written down and read again. */
export function backendOf(view: DecisionBackend): Backend | undefined {
  return backends.get(view);
}
