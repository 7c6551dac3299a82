import type { Family } from '@ingresskit/annotations';
import { answerRewriting } from './answer-rewriting/answer-rewriting.ts';
import { appRoot } from './app-root/app-root.ts';
import { backendProtocol } from './backend-protocol/backend-protocol.ts';
import { bandwidthLimit } from './bandwidth-limit/bandwidth-limit.ts';
import { basicAuth } from './basic-auth/basic-auth.ts';
import { bodySize } from './body-size/body-size.ts';
import { buffering } from './buffering/buffering.ts';
import { canary } from './canary/canary.ts';
import { clientBlocks } from './client-blocks/client-blocks.ts';
import { clientTls } from './client-tls/client-tls.ts';
import { concurrencyLimit } from './concurrency-limit/concurrency-limit.ts';
import { connectionPolicy } from './connection-policy/connection-policy.ts';
import { cors } from './cors/cors.ts';
import { customHeaders } from './custom-headers/custom-headers.ts';
import { defaultBackend } from './default-backend/default-backend.ts';
import { destination } from './destination/destination.ts';
import { domainAccess } from './domain-access/domain-access.ts';
import { externalAuth } from './external-auth/external-auth.ts';
import { forwardedHeaders } from './forwarded-headers/forwarded-headers.ts';
import { gatewayRedirects } from './gateway-redirects/gateway-redirects.ts';
import { headers } from './headers/headers.ts';
import { hsts } from './hsts/hsts.ts';
import { http2Rpc } from './http2rpc/http2rpc.ts';
import { ipAccess } from './ip-access/ip-access.ts';
import { loadBalance } from './load-balance/load-balance.ts';
import { mcpServer } from './mcp-server/mcp-server.ts';
import { mirror } from './mirror/mirror.ts';
import { observability } from './observability/observability.ts';
import { pathMatching } from './path-matching/path-matching.ts';
import { rateLimit } from './rate-limit/rate-limit.ts';
import { redirect } from './redirect/redirect.ts';
import { requestMatch } from './request-match/request-match.ts';
import { retries } from './retries/retries.ts';
import { rewrite } from './rewrite/rewrite.ts';
import { satisfy } from './satisfy/satisfy.ts';
import { serverAlias } from './server-alias/server-alias.ts';
import { serverTls } from './server-tls/server-tls.ts';
import { serviceSubset } from './service-subset/service-subset.ts';
import { serviceUpstream } from './service-upstream/service-upstream.ts';
import { sessionAffinity } from './session-affinity/session-affinity.ts';
import { snippets } from './snippets/snippets.ts';
import { sslPassthrough } from './ssl-passthrough/ssl-passthrough.ts';
import { sslRedirect } from './ssl-redirect/ssl-redirect.ts';
import { timeouts } from './timeouts/timeouts.ts';
import { upstreamTls } from './upstream-tls/upstream-tls.ts';
import { upstreamVhost } from './upstream-vhost/upstream-vhost.ts';
import { waf } from './waf/waf.ts';
import { warmup } from './warmup/warmup.ts';
import { wasmPlugin } from './wasm-plugin/wasm-plugin.ts';
import { wwwRedirect } from './www-redirect/www-redirect.ts';

/**
 * Every built-in family, in catalog order: within a phase, policies act in this order. Profiles take from it by reference; a profile whose gateway
 * lacks a family's annotations lists them as inactive.
 */
export const catalog: readonly Family[] = [
  // What a route matches and where it goes: settled when routes are compiled.
  pathMatching,
  requestMatch,
  // Before the canary: a canary's own destination and subset are part of what it joins with.
  destination,
  serviceSubset,
  canary,
  // Names of a host, and its root.
  serverAlias,
  wwwRedirect,
  appRoot,
  gatewayRedirects,
  hsts,
  customHeaders,
  bodySize,
  // TLS that the gateway does not open has no requests that anything below could act on.
  sslPassthrough,
  clientBlocks,
  // Who may come in. Certificates first: they belong to the connection, before anybody knows the request.
  clientTls,
  serverTls,
  // The host's lists stand before the route's, which may replace them.
  domainAccess,
  // What nobody here enforces is told before what somebody does.
  waf,
  wasmPlugin,
  snippets,
  // Before the access checks, since it says how they combine.
  satisfy,
  ipAccess,
  cors,
  basicAuth,
  // After the password: nginx asks the service last, and not at all where satisfy any lets the password do.
  externalAuth,
  // How much of it. The rate first: a request that it refuses takes no place among those in flight, as in nginx.
  rateLimit,
  concurrencyLimit,
  // Where the request is sent instead. A redirect to a given place wins over the one to HTTPS.
  redirect,
  sslRedirect,
  // What the backend sees. The path first, since headers may quote it.
  rewrite,
  defaultBackend,
  // Before the host that an annotation names, which has the last word.
  forwardedHeaders,
  upstreamVhost,
  // After the host: an explicit Host header edit is the last word.
  headers,
  // Copies, and how the data plane carries the request out. What holds for a Service comes last, when it is certain which one gets the request.
  mirror,
  answerRewriting,
  buffering,
  timeouts,
  retries,
  // Protocols that only the gateway's own filters speak.
  http2Rpc,
  mcpServer,
  bandwidthLimit,
  // The protocol before the terms of its TLS, which depend on it.
  backendProtocol,
  upstreamTls,
  serviceUpstream,
  // The cookie before the algorithm, which it overrules.
  sessionAffinity,
  loadBalance,
  warmup,
  connectionPolicy,
  observability,
];
