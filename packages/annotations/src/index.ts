export * from './address/index.ts';
export { annotationDiagnostics } from './annotation-diagnostics.ts';
export { type Codec, invalid, type Parsed, type Problem, parsed } from './codec.ts';
export * from './codecs/index.ts';
export { type AnnotationDescription, type AnnotationOnProfile, type AnnotationVerdict, describeAnnotations } from './describe.ts';
export * from './destinations/index.ts';
export type { Exchange } from './exchange.ts';
export {
  type AddedHost,
  type AddedRoute,
  type AttachedDraft,
  type Denied,
  type Dropped,
  defineFamily,
  type Family,
  type FamilyDefinition,
  type Joined,
  type ReportDetails,
  type ResolveContext,
  type RouteDraft,
  type Scope,
} from './family.ts';
export {
  type Dialect,
  type Field,
  type FieldDigest,
  type FieldOptions,
  type Fields,
  field,
  type OnInvalid,
  type Risk,
  type ValuesOf,
} from './field.ts';
export { fieldMap, type NamedValue } from './field-map.ts';
export type { ClientCertificateTerms, HandshakeTerms, TlsVersion } from './handshake.ts';
export type { LookupKind, Lookups } from './lookups.ts';
export type {
  Ask,
  Capabilities,
  ClientCertificateAnswer,
  ClientCertificateQuestion,
  Deny,
  ExternalAuthQuestion,
  Outcome,
  PasswordQuestion,
  Question,
  Redirect,
  Reroute,
  Respond,
  Tunnel,
} from './outcome.ts';
export * from './pattern/index.ts';
export { type Phase, phases } from './phases.ts';
export type {
  AdmissionRules,
  AnnotationPrefix,
  BackendRules,
  ClassRules,
  DefaultBackendRules,
  Deviation,
  InactiveName,
  InactiveVerdict,
  OrderCriterion,
  PathRules,
  Profile,
  TlsRules,
} from './profile.ts';
export { type Reading, readAnnotations } from './read.ts';
export { quoteValue } from './read-reports.ts';
export { insert, type Registry, registryOf, type Spelling, spellingOf } from './registry.ts';
export * from './request/index.ts';
export { freezeDeep, type ResolvedAnnotations, resolveAnnotations } from './resolve.ts';
export type { StandardSchema } from './standard-schema.ts';
