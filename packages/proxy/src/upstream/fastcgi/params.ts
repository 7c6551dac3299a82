import type { Outgoing } from '../call.ts';
import type { FastCgiParam } from './record.ts';

/** What a FastCGI process is told of a request besides what every backend gets. */
export interface FastCgiRequest {
  readonly scheme: string;
  /** Of the client: `1.1`. */
  readonly httpVersion: string;
  /** Path with query, as the client sent it. */
  readonly requestUri: string;
  readonly documentUri: string;
  readonly scriptName: string;
  readonly remoteAddress: string;
  /** `undefined` where somebody else's connection brought the client's request. */
  readonly remotePort: number | undefined;
  readonly serverAddress: string;
  readonly serverName: string;
  /** Of the route's policy. They take the place of others with the same names. */
  readonly params: Readonly<Record<string, string>>;
  /** Called at most once, with what the process wrote to its standard error; shortened. */
  onStderr(text: string): void;
}

const gatewayInterface = 'CGI/1.1';
const serverSoftware = 'ingresskit';

/**
 * The parameters of a request: those of nginx's file `fastcgi_params`, which ingress-nginx includes, then the headers, then the policy's own. A parameter
 * without a value is sent empty, as nginx does, and means the same to CGI (RFC 3875 §4.1).
 */
export function fastCgiParams({ method, path, host, headers, body, length }: Outgoing, request: FastCgiRequest): FastCgiParam[] {
  const question = path.indexOf('?');
  const params = new Map<string, string>([
    ['QUERY_STRING', question < 0 ? '' : path.slice(question + 1)],
    ['REQUEST_METHOD', method],
    ['CONTENT_TYPE', ''],
    ['CONTENT_LENGTH', body === undefined ? '' : String(length ?? '')],
    ['SCRIPT_NAME', utf8(request.scriptName)],
    ['REQUEST_URI', request.requestUri],
    ['DOCUMENT_URI', utf8(request.documentUri)],
    // A gateway has no documents; nginx would name a folder of its own.
    ['DOCUMENT_ROOT', ''],
    ['SERVER_PROTOCOL', `HTTP/${request.httpVersion === '2' ? '2.0' : request.httpVersion}`],
    ['REQUEST_SCHEME', request.scheme],
    ...(request.scheme === 'https' ? ([['HTTPS', 'on']] as const) : []),
    ['GATEWAY_INTERFACE', gatewayInterface],
    ['SERVER_SOFTWARE', serverSoftware],
    ['REMOTE_ADDR', request.remoteAddress],
    ['REMOTE_PORT', String(request.remotePort ?? '')],
    ['SERVER_ADDR', request.serverAddress],
    // The port of the scheme, whatever the listener's is: what `$server_port` is in annotations.
    ['SERVER_PORT', request.scheme === 'https' ? '443' : '80'],
    ['SERVER_NAME', request.serverName],
    ['REDIRECT_STATUS', '200'],
  ]);
  addHeaders(params, host, headers);
  for (const [name, value] of Object.entries(request.params)) params.set(name, utf8(value));
  return [...params];
}

/**
 * Adds headers as `HTTP_` variables. Other characters than letters, digits and hyphens are folded to `_` by the processes themselves, so that one header
 * could pass for another: only `_` passes, where the gate lets it, and never in the place of the hyphen of a header that is there.
 */
function addHeaders(params: Map<string, string>, host: string, headers: readonly string[]): void {
  params.set('HTTP_HOST', host);
  const spellings = new Map<string, string>([['HTTP_HOST', 'host']]);
  for (let index = 0; index < headers.length; index += 2) {
    const name = (headers[index] as string).toLowerCase();
    const text = headers[index + 1] as string;
    const value = beyondBytes.test(text) ? utf8(text) : text;
    if (name === 'content-type') params.set('CONTENT_TYPE', value);
    // Programs take HTTP_PROXY for the proxy of their own requests (CVE-2016-5385 and others).
    if (name === 'content-type' || name === 'content-length' || name === 'proxy' || !passable.test(name)) continue;
    const variable = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`;
    const spelling = spellings.get(variable);
    const earlier = params.get(variable);
    if (spelling === undefined || earlier === undefined || spelling.split('_').length > name.split('_').length) {
      spellings.set(variable, name);
      params.set(variable, value);
    } else if (spelling === name) params.set(variable, `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
}

const passable = /^[a-z0-9_-]+$/;

const beyondAscii = /[^\0-\x7f]/;
/** Headers of clients are bytes already; those of policies may be any text. */
const beyondBytes = /[^\0-\xff]/;

/** Text as characters that are bytes. */
function utf8(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text).toString('latin1') : text;
}
