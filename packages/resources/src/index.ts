export { type AgeTies, compareAge, sortByAge } from './age-order.ts';
export { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8, isBase64 } from './base64.ts';
export { BoundedMap } from './bounded-map.ts';
export { canonicalJson } from './canonical-json.ts';
export { applyOf, type Change, createDelta, type Delta, deleteOf, type ObjectDelta } from './change.ts';
export type { ConfigMap } from './config-map.ts';
export {
  type Consequence,
  compareDiagnostics,
  type Diagnostic,
  type DiagnosticDefinition,
  type DiagnosticDefinitions,
  type DiagnosticDetails,
  type DiagnosticSet,
  defineDiagnostics,
  type FieldPath,
  type RelatedInformation,
  type Severity,
  type Span,
} from './diagnostic.ts';
export { findDuplicates, type SettledResources, settleDuplicates } from './duplicates.ts';
export type { EndpointConditions, EndpointPort, EndpointSlice, EndpointSliceEndpoint, EndpointTarget } from './endpoint-slice.ts';
export type { EndpointAddress, EndpointSubset, Endpoints } from './endpoints.ts';
export { formatPath } from './field-path.ts';
export {
  type DiagnosticCounts,
  type DiagnosticPaint,
  type FormatOptions,
  formatDiagnostics,
  formatDiagnosticsGitHub,
  summarize,
} from './format-diagnostics.ts';
export type {
  Ingress,
  IngressBackend,
  IngressPath,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressStatus,
  IngressTls,
  PathType,
  TypedLocalObjectReference,
} from './ingress.ts';
export type { IngressClass, IngressClassParameters, IngressClassSpec } from './ingress-class.ts';
export { type IngressProblemName, ingressDiagnostics } from './ingress-diagnostics.ts';
export type {
  MseCommonSettings,
  MseGlobalSettings,
  MseIngressConfig,
  MseIngressConfigSpec,
  MseIngressConfigStatus,
  MseIngressSettings,
  MseIpAccessControl,
  MseMonitorSettings,
  MseNetworkSettings,
} from './mse-ingress-config.ts';
export { isIpv4, isLabel, isPathSegment, isPortName, isPortNumber, isServiceName, isSubdomain, isWildcardSubdomain } from './names.ts';
export type { Namespace } from './namespace.ts';
export { nearestName } from './nearest-name.ts';
export type { NamespacedMeta, ObjectMeta } from './object.ts';
export { isPathTypeOptional, recordWrittenVersion, writtenVersionOf } from './older-version.ts';
export { PersistentMap, type PersistentMapDraft } from './persistent-map.ts';
export type { Pod, PodStatus } from './pod.ts';
export { escapeControls, quote } from './quote.ts';
export { formatRef, type ObjectRef, objectKey, refOf } from './ref.ts';
export { clusterScopedKinds, isKind, type Kind, kinds, type Resource, type ResourceOf } from './resource.ts';
export { type SchemaProblemName, schemaDiagnostics } from './schema-diagnostics.ts';
export type { Secret } from './secret.ts';
export { Sensitive } from './sensitive.ts';
export type { Service, ServicePort, ServiceSpec } from './service.ts';
export { Snapshot } from './snapshot.ts';
export { locate, lookupOf, type ObjectLookup, type Origin, originOf, recordOrigin, spanOf } from './source-map.ts';
export { createSnapshot, Store } from './store.ts';
export { type IngressProblem, validateIngress } from './validate-ingress.ts';
export {
  defaultClassAnnotation,
  defaultNamespace,
  discoveryApiGroup,
  endpointSliceManagedByLabel,
  endpointSliceMirroringController,
  ingressClassAnnotation,
  lastAppliedAnnotation,
  mseApiGroup,
  mseControllerName,
  networkingApiGroup,
  serviceNameLabel,
  tlsSecretType,
} from './well-known.ts';
