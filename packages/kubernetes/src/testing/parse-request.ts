import type { ApiResource } from '../api-resource.ts';
import type { TransportRequest } from '../transport.ts';

/** What a client does, in the words of RBAC. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** A kind the server has. */
export interface ServedResource extends ApiResource {
  /** Whether `status` is a subresource: then writes to the object leave it alone, and the other way round. */
  readonly hasStatus: boolean;
}

/** A request as the server understood it. */
export interface ParsedRequest {
  readonly verb: Verb;
  readonly resource: ServedResource;
  /** Name of the collection in the store. */
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `ingresses.networking.k8s.io`, or `services` for the core group. */
export function collectionOf({ apiVersion, plural }: ApiResource): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? plural : `${plural}.${apiVersion.slice(0, slash)}`;
}

const verbs: Readonly<Record<string, Verb>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** Reads a request; `undefined` when nothing is served at its path. */
export function parseRequest(request: TransportRequest, served: Iterable<ServedResource>): ParsedRequest | undefined {
  const { pathname, searchParams: query } = new URL(request.path, 'http://localhost');
  const path = /^(?:\/api\/(v1)|\/apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+)(?=\/[^/]))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
    pathname,
  );
  if (path === null) return undefined;
  const [, core, grouped, inNamespace, plural, name, subresource] = path;
  const resource = [...served].find((one) => one.apiVersion === (core ?? grouped) && one.plural === plural);
  if (resource === undefined || (inNamespace !== undefined && !resource.isNamespaced)) return undefined;
  const isWatch = query.get('watch') === 'true' || query.get('watch') === '1';
  return {
    verb: request.method === 'GET' ? (name !== undefined ? 'get' : isWatch ? 'watch' : 'list') : (verbs[request.method] ?? 'get'),
    resource,
    collection: collectionOf(resource),
    namespace: inNamespace === undefined ? undefined : decodeURIComponent(inNamespace),
    name: name === undefined ? undefined : decodeURIComponent(name),
    subresource,
    query,
    contentType: request.headers?.['content-type']?.split(';')[0]?.trim() ?? '',
    headers: request.headers ?? {},
    body: request.body ?? '',
  };
}
