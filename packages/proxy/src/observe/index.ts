export { AccessLog, type AccessLogOptions } from './access-log.ts';
export type { AccessLogEntry, AccessLogFormat, LostTry } from './access-log-entry.ts';
export { formatAccessLogJson } from './access-log-json.ts';
export { formatAccessLogNginx } from './access-log-nginx.ts';
export { type AdminOptions, type AdminServer, type ReadinessCheck, startAdminServer } from './admin-server.ts';
export { droppedLinesSnapshot, formatAggregate, MetricsAggregate, type MetricsSnapshot, snapshotMetrics } from './aggregate.ts';
export type { AppliedTable, CertificateExpiry } from './config-metrics.ts';
export { LineWriter, type LineWriterOptions } from './line-writer.ts';
export {
  type AttemptMeasure,
  type FollowedTotals,
  GatewayMetrics,
  type MetricsOptions,
  type PassthroughMeasure,
  type RequestMeasure,
} from './metrics.ts';
export { isSecretHeader, redactAuthority, redactHeaders, redactPath, redactQuery, redactTarget } from './redact.ts';
export { rejectedObjects } from './rejected-objects.ts';
export { flagOfReason, formatResponseFlags, type ResponseFlag } from './response-flags.ts';
export { type AttemptTrace, RequestTrace, type SpanOutcome, type TracedRequest, Tracing, type TracingOptions } from './tracing.ts';
export { w3cPropagator } from './w3c-propagator.ts';
