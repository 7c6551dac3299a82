export { certificateAnswers } from './client-certificate/index.ts';
export type { DrainOptions } from './drain-options.ts';
export { type Endpoint, endpointKey } from './endpoint.ts';
export { declaredOnly, type EnforcementOptions, enforcedPolicies, enforcementDiagnostics, proxyDiagnostics } from './enforcement.ts';
export type { Listener, ProxyEvents } from './events.ts';
export type { AnswerContext, Answerer, Answerers } from './exchange/answerer.ts';
export type { Timeouts } from './exchange/core.ts';
export type { StderrMessage } from './exchange/fastcgi-request.ts';
export type { ExchangeRecord } from './exchange/record.ts';
export type { ExternalAuthClientOptions } from './external-auth/index.ts';
export type { GateOptions } from './gate/gate.ts';
export type { HttpVersion, Peer, PeerTls, RawRequest } from './gate/raw-request.ts';
export type { IngressProxy, ProxyReport } from './ingress-proxy.ts';
export {
  type Admission,
  type LimitStore,
  MemoryLimitStore,
  type MemoryLimitStoreOptions,
  ShadowLimitStore,
  type ShadowLimitStoreOptions,
} from './limits/index.ts';
export type { ListenerAddress } from './listen/listener.ts';
export {
  AccessLog,
  type AccessLogEntry,
  type AccessLogFormat,
  type AccessLogOptions,
  type AdminOptions,
  type AdminServer,
  type AppliedTable,
  type CertificateExpiry,
  droppedLinesSnapshot,
  formatAggregate,
  GatewayMetrics,
  LineWriter,
  type LineWriterOptions,
  type LostTry,
  MetricsAggregate,
  type MetricsOptions,
  type MetricsSnapshot,
  type ReadinessCheck,
  type ResponseFlag,
  rejectedObjects,
  snapshotMetrics,
  startAdminServer,
  Tracing,
  type TracingOptions,
} from './observe/index.ts';
export { accessLogEntryOf, type Observers, observeExchanges, passthroughEntryOf, requestMeasureOf } from './observe-exchanges.ts';
export type { PassthroughRecord } from './passthrough/index.ts';
export { type PasswordAnswerer, type PasswordAnswererOptions, passwordAnswerer } from './password-answerer.ts';
export { createProxy } from './proxy.ts';
export type { ListenerOptions, ProxyOptions } from './proxy-options.ts';
export { ForbiddenAddress, type Resolver, systemResolver } from './resolver.ts';
export { certificateExpiries } from './tls/certificate-expiries.ts';
export type { CertificatePair, SecretSource } from './tls/certificates.ts';
export { selfSignedCertificates } from './tls/self-signed.ts';
export { withEndpoints } from './with-endpoints.ts';
