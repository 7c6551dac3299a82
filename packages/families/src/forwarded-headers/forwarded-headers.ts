import type { Exchange, Family, PathTemplate } from '@ingresskit/annotations';
import { defineFamily, field, oneOf, pathTemplate, patternOf } from '@ingresskit/annotations';
import { rewrite } from '../rewrite/rewrite.ts';
import { forwardedBy } from './forwarded-by.ts';
import type { ForwardedHeadersSettings } from './settings.ts';
import { forwardedHeadersSettings } from './settings.ts';

/** What the backend learns about the request that reached the gateway. */
export interface ForwardedHeadersPolicy {
  /** Sent where the path is rewritten. */
  readonly prefix?: PathTemplate;
  /** The Connection header of every request to the backend, instead of what an upgrade needs. */
  readonly connection?: 'close' | 'keep-alive';
}

/**
 * The headers that tell the backend where a request came from (ingress-nginx.md §14), and the prefix that a rewrite took away (§12). What the client sent
 * under the same names is replaced, and kept beside under names of its own, unless the controller trusts what stands in front of it.
 */
export const forwardedHeaders: Family<'forwarded-headers', ForwardedHeadersPolicy> = defineFamily({
  name: 'forwarded-headers',
  title: 'What the backend learns about the original request',
  scope: 'route',
  phase: 'forward',
  settings: forwardedHeadersSettings,
  fields: {
    prefix: field('x-forwarded-prefix', pathTemplate(), {
      doc: 'X-Forwarded-Prefix for the backend, where rewrite-target acts; `$1` to `$9` stand for groups of the path.',
      example: '/shop',
      badExample: '/shop?x',
      risk: 'Medium',
    }),
    connection: field('connection-proxy-header', oneOf(['close', 'keep-alive']), {
      doc: 'The Connection header of requests to the backend.',
      example: 'keep-alive',
      badExample: 'upgrade',
      risk: 'Low',
    }),
  },
  resolvesWhenAbsent: ({ sends }) => sends,
  resolve({ prefix, connection }, { settings }) {
    if (prefix === undefined && connection === undefined) return settings.sends ? {} : undefined;
    return { ...(prefix === undefined ? {} : { prefix }), ...(connection === undefined ? {} : { connection }) };
  },
  request({ prefix, connection }, exchange) {
    const settings = exchange.settings as unknown as ForwardedHeadersSettings;
    if (settings.sends) sendOrigin(exchange, settings);
    const target = exchange.policy(rewrite)?.target;
    if (prefix !== undefined && target !== undefined && target.text !== exchange.route.pathText) sendPrefix(exchange, prefix);
    // A header of the connection, which whoever carries the request out manages.
    if (connection !== undefined) exchange.declare('upstreamConnection', connection);
    return undefined;
  },
});

function sendOrigin(exchange: Exchange, settings: ForwardedHeadersSettings): void {
  const { request } = exchange;
  const { scheme, authority, port } = forwardedBy(request, settings.trusts);
  const sentFor = request.header(settings.forwardedForHeader);
  const sentHost = request.header('x-forwarded-host');
  exchange.setRequestHeader('x-real-ip', request.clientAddress);
  exchange.setRequestHeader(
    'x-forwarded-for',
    settings.trusts && settings.appendsFor && sentFor !== undefined ? `${sentFor}, ${request.clientAddress}` : request.clientAddress,
  );
  exchange.setRequestHeader('x-forwarded-host', authority);
  exchange.setRequestHeader('x-forwarded-port', port);
  exchange.setRequestHeader('x-forwarded-proto', scheme);
  exchange.setRequestHeader('x-forwarded-scheme', scheme);
  exchange.setRequestHeader('x-scheme', scheme);
  setOrRemove(exchange, 'x-original-forwarded-for', sentFor);
  setOrRemove(exchange, 'x-original-forwarded-host', sentHost);
  if (settings.sendsOriginalUri) {
    exchange.setRequestHeader('x-original-uri', request.query === undefined ? request.rawPath : `${request.rawPath}?${request.query}`);
  }
  // httpoxy, CVE-2016-5385.
  setOrRemove(exchange, 'proxy', undefined);
  // A host that somebody in front of the gateway named is the one the backend sees; upstream-vhost has its own word.
  if (settings.trusts && exchange.upstreamHost === request.authority && authority !== request.authority)
    exchange.setUpstreamHost(authority);
}

/** What the client sent under a name of the gateway's own never gets through. */
function setOrRemove(exchange: Exchange, name: string, value: string | undefined): void {
  if (value !== undefined) exchange.setRequestHeader(name, value);
  else if (exchange.request.header(name) !== undefined) exchange.removeRequestHeader(name);
}

function sendPrefix(exchange: Exchange, { parts }: PathTemplate): void {
  const { path } = exchange.route;
  const pattern = path.kind === 'regex' ? patternOf(path, 'open') : undefined;
  const value =
    pattern === undefined ? parts.filter((part) => typeof part === 'string').join('') : pattern.substitute(exchange.request.path, parts);
  if (value !== undefined && value !== '') exchange.setRequestHeader('x-forwarded-prefix', value);
}
