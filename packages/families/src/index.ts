export { type AnswerRewritingPolicy, answerRewriting } from './answer-rewriting/answer-rewriting.ts';
export type { Replacement as AnswerReplacement } from './answer-rewriting/operands.ts';
export { type AppRootPolicy, type AppRootSettings, appRoot } from './app-root/app-root.ts';
export { type BackendProtocolPolicy, type BackendProtocolSettings, backendProtocol } from './backend-protocol/backend-protocol.ts';
export type { DeclaredFastCgi, FastCgiPolicy } from './backend-protocol/fastcgi.ts';
export { type BandwidthLimitPolicy, type BandwidthLimitSettings, bandwidthLimit, bytesAllowed } from './bandwidth-limit/bandwidth-limit.ts';
export { type BasicAuthPolicy, type BasicAuthSettings, basicAuth } from './basic-auth/basic-auth.ts';
export { type BodySizePolicy, type BodySizeSettings, bodySize } from './body-size/body-size.ts';
export { type BufferingPolicy, buffering } from './buffering/buffering.ts';
export { type CanaryPolicy, type CanarySettings, type CanaryShare, canary } from './canary/canary.ts';
export { catalog } from './catalog.ts';
export { type ClientBlocksPolicy, type ClientBlocksSettings, clientBlocks, type HeaderBlock } from './client-blocks/client-blocks.ts';
export { clientTls } from './client-tls/client-tls.ts';
export type { ClientTlsPolicy, ClientTlsSettings } from './client-tls/policy.ts';
export {
  type ConcurrencyLimit,
  type ConcurrencyLimitPolicy,
  type ConcurrencyLimitSettings,
  concurrencyLimit,
} from './concurrency-limit/concurrency-limit.ts';
export {
  type ConcurrencyAnswer,
  type ConcurrencyCounter,
  type ConcurrencyQuestion,
  isConcurrencyQuestion,
} from './concurrency-limit/concurrency-question.ts';
export { type InFlight, type InFlightStates, takePlaces } from './concurrency-limit/in-flight.ts';
export { type ConnectionPolicy, connectionPolicy } from './connection-policy/connection-policy.ts';
export { type CorsPolicy, type CorsSettings, cors } from './cors/cors.ts';
export { type CustomHeadersPolicy, type CustomHeadersSettings, customHeaders } from './custom-headers/custom-headers.ts';
export { type DefaultBackendPolicy, type DefaultBackendSettings, defaultBackend } from './default-backend/default-backend.ts';
export { type DestinationPolicy, destination } from './destination/destination.ts';
export {
  type AddressOptions,
  addressProblem,
  type Destination,
  type DestinationOptions,
  destinationProblem,
  urlProblem,
} from './destinations/index.ts';
export { domainAccess } from './domain-access/domain-access.ts';
export { externalAuth } from './external-auth/external-auth.ts';
export type { AuthHeader, ExternalAuthPolicy, ExternalAuthSettings, GlobalExternalAuth } from './external-auth/policy.ts';
export { forwardedBy, type OriginalRequest } from './forwarded-headers/forwarded-by.ts';
export { type ForwardedHeadersPolicy, forwardedHeaders } from './forwarded-headers/forwarded-headers.ts';
export type { ForwardedHeadersSettings } from './forwarded-headers/settings.ts';
export { type GatewayRedirectsPolicy, type GatewayRedirectsSettings, gatewayRedirects } from './gateway-redirects/gateway-redirects.ts';
export { type HeaderChanges, type HeaderLine, type HeadersPolicy, headers } from './headers/headers.ts';
export { type HstsPolicy, type HstsSettings, hsts } from './hsts/hsts.ts';
export { type Http2RpcPolicy, http2Rpc } from './http2rpc/http2rpc.ts';
export type { AddressPolicy } from './ip-access/address-lists.ts';
export { ipAccess } from './ip-access/ip-access.ts';
export type { LimitAnswer } from './limit-answer.ts';
export { hash32 } from './load-balance/hash.ts';
export type { HashSource, HashSpelling } from './load-balance/hash-source.ts';
export {
  type BalancingAlgorithm,
  hashKeyOfRequest,
  type LoadBalancePolicy,
  type LoadBalanceSettings,
  loadBalance,
} from './load-balance/load-balance.ts';
export { Ring } from './load-balance/ring.ts';
export { subsetsOf } from './load-balance/subset.ts';
export { type McpServerPolicy, mcpServer } from './mcp-server/mcp-server.ts';
export { mirror } from './mirror/mirror.ts';
export {
  type DeclaredMirror,
  type HostMirror,
  type MirrorPolicy,
  type ServiceMirror,
  shadowHost,
  type UrlMirror,
} from './mirror/mirror-policy.ts';
export type { MirrorUrl } from './mirror/mirror-url.ts';
export {
  type EvaluatedTemplate,
  escapeUriComponent,
  evaluateTemplate,
  formatTemplate,
  isKnownVariable,
  type NginxTemplate,
  type NginxVariable,
  nginxTemplate,
  parseTemplate,
  type TemplateOptions,
  unknownVariables,
  type VariableSource,
  variablesOf,
  variableValue,
} from './nginx-variables/index.ts';
export { type ObservabilityPolicy, observability, type TracingPolicy } from './observability/observability.ts';
export { type PathMatchingPolicy, pathMatching } from './path-matching/path-matching.ts';
export { countRequest, type RateState } from './rate-limit/count-request.ts';
export { admit, type Gcra } from './rate-limit/gcra.ts';
export { addToBucket, type LeakyBucket, type LeakyBucketState, leakRate } from './rate-limit/leaky-bucket.ts';
export { type DeclaredRateLimit, rateLimit } from './rate-limit/rate-limit.ts';
export type { RateAlgorithm, RateLimit, RateLimitPolicy } from './rate-limit/rate-limit-policy.ts';
export {
  answerRateQuestion,
  isRateLimitQuestion,
  type RateAnswer,
  type RateCounter,
  type RateLimitQuestion,
  type RateStates,
} from './rate-limit/rate-question.ts';
export type { RateLimitSettings } from './rate-limit/settings.ts';
export { countSliding, type SlidingWindow, type SlidingWindowState } from './rate-limit/sliding-window.ts';
export { countInWindow, type SlotWindow, type SlotWindowState } from './rate-limit/slot-window.ts';
export { type Counted, type TokenBucket, type TokenBucketState, takeToken } from './rate-limit/token-bucket.ts';
export { type RedirectPolicy, type RedirectSettings, redirect } from './redirect/redirect.ts';
export { type RequestMatchPolicy, requestMatch } from './request-match/request-match.ts';
export { type RetriesSettings, retries } from './retries/retries.ts';
export { type Attempt, type AttemptOutcome, playRetries, type RetryAttempts } from './retries/retry-attempts.ts';
export { type AttemptFailure, isRetryable, isSafeToRepeat, type RetryPolicy } from './retries/retry-policy.ts';
export { type RewritePolicy, type RewriteSettings, rewrite } from './rewrite/rewrite.ts';
export { type SatisfyPolicy, satisfy } from './satisfy/satisfy.ts';
export { type ServerAliasPolicy, serverAlias } from './server-alias/server-alias.ts';
export { type ServerTlsPolicy, serverTls } from './server-tls/server-tls.ts';
export { serviceSubset } from './service-subset/service-subset.ts';
export { type ServiceUpstreamPolicy, type ServiceUpstreamSettings, serviceUpstream } from './service-upstream/service-upstream.ts';
export { type AffinityCookie, type CookieOccasion, formatAffinityCookie, readCookie } from './session-affinity/affinity-cookie.ts';
export { sessionAffinity } from './session-affinity/session-affinity.ts';
export type { SessionAffinityPolicy, SessionAffinitySettings } from './session-affinity/session-affinity-policy.ts';
export { type Directive, flattenDirectives, type ReadDirectives, readDirectives } from './snippets/read-directives.ts';
export { type Replacement, replacementOf } from './snippets/replacements.ts';
export { type SnippetsPolicy, snippets } from './snippets/snippets.ts';
export { type SslPassthroughPolicy, type SslPassthroughSettings, sslPassthrough } from './ssl-passthrough/ssl-passthrough.ts';
export { type SslRedirectPolicy, type SslRedirectSettings, sslRedirect } from './ssl-redirect/ssl-redirect.ts';
export { type TimeoutsPolicy, type TimeoutsSettings, timeouts } from './timeouts/timeouts.ts';
export {
  type Credential,
  type UpstreamTlsPolicy,
  type UpstreamTlsSettings,
  type UpstreamTlsTerms,
  upstreamTls,
} from './upstream-tls/upstream-tls.ts';
export { type UpstreamVhostPolicy, upstreamVhost } from './upstream-vhost/upstream-vhost.ts';
export { type WafPolicy, waf } from './waf/waf.ts';
export { warmUpShare } from './warmup/warm-up-share.ts';
export { type WarmupPolicy, warmup } from './warmup/warmup.ts';
export type { WasmPlugin } from './wasm-plugin/plugin.ts';
export { wasmPlugin } from './wasm-plugin/wasm-plugin.ts';
export { type WwwRedirectPolicy, type WwwRedirectSettings, wwwRedirect } from './www-redirect/www-redirect.ts';
