export { type AppRootPolicy, type AppRootSettings, appRoot } from './app-root/app-root.ts';
export { type BasicAuthPolicy, type BasicAuthSettings, basicAuth } from './basic-auth/basic-auth.ts';
export { type CanaryPolicy, type CanarySettings, type CanaryShare, canary } from './canary/canary.ts';
export { catalog } from './catalog.ts';
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
export { type CorsPolicy, type CorsSettings, cors } from './cors/cors.ts';
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
export { type HeaderChanges, type HeaderLine, type HeadersPolicy, headers } from './headers/headers.ts';
export type { AddressPolicy } from './ip-access/address-lists.ts';
export { ipAccess } from './ip-access/ip-access.ts';
export type { LimitAnswer } from './limit-answer.ts';
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
export { type RewritePolicy, type RewriteSettings, rewrite } from './rewrite/rewrite.ts';
export { serviceSubset } from './service-subset/service-subset.ts';
export { type SslRedirectPolicy, type SslRedirectSettings, sslRedirect } from './ssl-redirect/ssl-redirect.ts';
export { type TimeoutsPolicy, type TimeoutsSettings, timeouts } from './timeouts/timeouts.ts';
export { type UpstreamVhostPolicy, upstreamVhost } from './upstream-vhost/upstream-vhost.ts';
