import type { Exchange } from '@ingresskit/annotations';
import { readAuthorization } from '../basic-auth/authorization.ts';
import { escapeUriComponent } from './escape-uri.ts';
import { cookieOf, queryValueOf } from './lookups.ts';

/** What the value of a variable can depend on. An `Exchange` is one. */
export interface VariableSource extends Pick<Exchange, 'request' | 'route' | 'host' | 'backend' | 'upstreamPath'> {
  /** What the groups of the route's pattern matched: `$1` is the first. */
  readonly captures?: readonly (string | undefined)[];
}

type Evaluate = (source: VariableSource) => string | undefined;

/** The request target as the client sent it. */
const requestUri: Evaluate = ({ request }) => (request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`);
const query: Evaluate = ({ request }) => request.query ?? '';
const scheme: Evaluate = ({ request }) => request.scheme;
const clientAddress: Evaluate = ({ request }) => request.clientAddress;
const hostHeader: Evaluate = ({ request }) => request.authority;
/** The listener of the scheme: ingress-nginx names 443 for its TLS listener, whatever the port really is (ingress-nginx.md §14). */
const port: Evaluate = ({ request }) => (request.scheme === 'https' ? '443' : '80');
/** Canonical and still percent-encoded, where nginx decodes: decoded, it could put a line break into a header. */
const uri: Evaluate = ({ upstreamPath }) => upstreamPath;

/** Variables with fixed names (ingress-nginx.md §12, nginx core, and those that the ingress-nginx template sets). */
const fixed: ReadonlyMap<string, Evaluate> = new Map<string, Evaluate>([
  ['host', ({ request }) => request.host],
  ['http_host', hostHeader],
  ['best_http_host', hostHeader],
  ['request_uri', requestUri],
  ['escaped_request_uri', (source) => escapeUriComponent(requestUri(source) ?? '')],
  ['uri', uri],
  ['document_uri', uri],
  ['args', query],
  ['query_string', query],
  ['is_args', ({ request }) => (request.query === undefined || request.query === '' ? '' : '?')],
  ['scheme', scheme],
  ['pass_access_scheme', scheme],
  ['https', ({ request }) => (request.scheme === 'https' ? 'on' : '')],
  ['request_method', ({ request }) => request.method],
  ['remote_addr', clientAddress],
  ['the_real_ip', clientAddress],
  // Bytes in nginx; the text names the same client, which is all that a key needs.
  ['binary_remote_addr', clientAddress],
  ['proxy_add_x_forwarded_for', ({ request }) => [request.header('x-forwarded-for'), request.clientAddress].filter(Boolean).join(', ')],
  ['remote_user', ({ request }) => userOf(request.header('authorization'))],
  ['server_port', port],
  ['pass_server_port', port],
  ['pass_port', port],
  // The name of a wildcard server is a pattern in ingress-nginx, of which the text is nobody's business.
  ['server_name', ({ host }) => (host.host === '*' ? '_' : host.host.startsWith('*') ? undefined : host.host)],
  ['content_type', ({ request }) => request.header('content-type') ?? ''],
  ['content_length', ({ request }) => request.header('content-length') ?? ''],
  ['req_id', ({ request }) => request.header('x-request-id')],
  ['namespace', ({ route }) => route.provenance.ingress.namespace ?? ''],
  ['ingress_name', ({ route }) => route.provenance.ingress.name],
  ['service_name', ({ backend }) => backend?.service ?? ''],
  ['service_port', ({ backend }) => (backend === undefined ? '' : String(backend.port))],
  ['proxy_upstream_name', ({ backend }) => (backend === undefined ? undefined : `${backend.namespace}-${backend.service}-${backend.port}`)],
  ['location_path', ({ route }) => route.pathText],
]);

function userOf(header: string | undefined): string {
  const credentials = readAuthorization(header);
  return 'user' in credentials ? credentials.user : '';
}

const captured = /^[1-9]$/;

/**
 * Whether a request and its route tell the value of a variable. Others depend on what only a running nginx knows: `$request_id`, `$msec`,
 * `$connection`, `$ssl_…`. `$1` to `$9` count as known.
 */
export function isKnownVariable(name: string): boolean {
  return fixed.has(name) || captured.test(name) || /^(?:http|arg|cookie)_./.test(name);
}

/** The value of a variable, or `undefined` where it cannot be known. A header, parameter or cookie that is absent is `''`, as in nginx. */
export function variableValue(name: string, source: VariableSource): string | undefined {
  const evaluate = fixed.get(name);
  if (evaluate !== undefined) return evaluate(source);
  if (captured.test(name)) return source.captures === undefined ? undefined : (source.captures[Number(name) - 1] ?? '');
  const { request } = source;
  if (name.startsWith('http_')) return request.header(name.slice(5).replaceAll('_', '-')) ?? '';
  if (name.startsWith('arg_')) return queryValueOf(request.query, name.slice(4));
  if (name.startsWith('cookie_')) return cookieOf(request.header('cookie'), name.slice(7));
  return undefined;
}
