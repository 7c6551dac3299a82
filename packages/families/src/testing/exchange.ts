import type { Exchange, RequestInput } from '@ingresskit/annotations';
import { canonicalize } from '@ingresskit/annotations';
import type { Backend, Policies, Provenance, Route, VirtualHost } from '@ingresskit/route-table';

/** What a filter did to its exchange. */
export interface Edits {
  readonly request: Map<string, string | null>;
  readonly response: Map<string, string>;
  readonly appended: [string, string][];
  readonly declared: Record<string, unknown>;
  readonly notes: string[];
  protocol: string | undefined;
  granted: boolean;
  satisfy: 'all' | 'any';
}

/** An exchange for tests of single filters, and what was done to it. The request must be one that a gateway takes. */
export function exchangeOf(
  input: RequestInput,
  place: {
    readonly host?: string;
    readonly path?: string;
    readonly policies?: Policies;
    readonly settings?: object;
    readonly backend?: Backend;
  } = {},
): { readonly exchange: Exchange; readonly edits: Edits } {
  const canonical = canonicalize(input, { pathNormalization: 'base' });
  if (!canonical.ok) throw new Error(canonical.problem);
  const { request } = canonical;
  const { path = '/', policies = {}, backend = { namespace: 'default', service: 'cart', port: 80 } } = place;
  const provenance: Provenance = {
    origin: 'path',
    ingress: { kind: 'Ingress', namespace: 'default', name: 'shop' },
    rule: 0,
    path: 0,
    annotations: {},
  };
  const route: Route = {
    path: { kind: 'prefix', value: path },
    pathType: 'Prefix',
    pathText: path,
    backends: [{ backend, weight: 100 }],
    policies,
    provenance,
  };
  const host: VirtualHost = { host: place.host ?? request.host, routes: [route], policies: {} };
  const edits: Edits = {
    request: new Map(),
    response: new Map(),
    appended: [],
    declared: {},
    notes: [],
    protocol: undefined,
    granted: false,
    satisfy: 'all',
  };
  const exchange: Exchange = {
    request,
    route,
    host,
    settings: (place.settings ?? {}) as Readonly<Record<string, unknown>>,
    upstreamPath: request.path,
    upstreamHost: request.authority,
    upstreamProtocol: 'HTTP',
    backend,
    policy: <P>(key: { readonly name: string }) => (policies as Readonly<Record<string, unknown>>)[key.name] as P | undefined,
    setUpstreamPath: () => undefined,
    setUpstreamHost: () => undefined,
    setUpstreamProtocol: (protocol) => void (edits.protocol = protocol),
    setRequestHeader: (name, value) => void edits.request.set(name, value),
    appendRequestHeader: (name, value) => void edits.request.set(name, value),
    removeRequestHeader: (name) => void edits.request.set(name, null),
    setResponseHeader: (name, value) => void edits.response.set(name, value),
    appendResponseHeader: (name, value) => void edits.appended.push([name, value]),
    removeResponseHeader: () => undefined,
    combineAccess: (mode) => void (edits.satisfy = mode),
    grantAccess: () => void (edits.granted = true),
    declare: (name, value) => void (edits.declared[name] = value),
    note: (message) => void edits.notes.push(message),
  };
  return { exchange, edits };
}
