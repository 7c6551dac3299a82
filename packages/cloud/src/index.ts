export type {
  AddBlackWhiteListParameters,
  AddressListScope,
  BlackWhiteList,
  DeleteBlackWhiteListParameters,
  GatewayBlackWhiteListParameters,
  GetBlackWhiteListParameters,
  UpdateBlackWhiteListParameters,
} from './api/address-list.ts';
export type {
  AddGatewayDomainParameters,
  AddGatewaySlbParameters,
  AddSecurityGroupRuleParameters,
  CertificateParameters,
  DeleteGatewaySlbParameters,
  DeleteSecurityGroupRuleParameters,
  DomainParameters,
  DomainTlsVersion,
  ListCertificateParameters,
  ListGatewayDomainParameters,
  LoadBalancerNetwork,
  SecurityGroupRule,
  SelectGatewaySlbParameters,
  UpdateGatewayDomainParameters,
} from './api/entry.ts';
export type {
  AddGatewayParameters,
  ChangeResourceGroupParameters,
  DeleteGatewayParameters,
  EntryNetworkType,
  Gateway,
  GatewayId,
  GatewayLoadBalancer,
  GatewayPage,
  GatewayParameters,
  GatewaySpecName,
  ListedGateway,
  ListGatewayParameters,
  UpdateGatewayNameParameters,
  UpdateGatewaySpecParameters,
} from './api/gateway.ts';
export type {
  GatewayOption,
  GatewayParameterName,
  GatewayParameterValues,
  LogDetails,
  TraceDetails,
  UpdateGatewayConfigParameters,
  UpdateGatewayOptionParameters,
} from './api/option.ts';
export type {
  AddServiceSourceParameters,
  DeleteServiceSourceParameters,
  GetKubernetesSourceParameters,
  IngressOptions,
  KubernetesSource,
  ListServiceSourceParameters,
  ServiceSource,
  ServiceSourceKind,
  UpdateServiceSourceParameters,
} from './api/service-source.ts';
export type {
  ListTagResourcesParameters,
  Tag,
  TaggedResourceType,
  TagPage,
  TagResource,
  TagResourcesParameters,
  UntagResourcesParameters,
} from './api/tag.ts';
export type { OperationTypes } from './api/types.ts';
export {
  type CallEvent,
  type CallOptions,
  type CloudClient,
  type CloudClientOptions,
  type CloudReply,
  type ControllerClient,
  createCloudClient,
} from './client.ts';
export { type Clock, systemClock } from './clock.ts';
export type { CredentialSource, CredentialValue, StaticCredentials } from './credentials.ts';
export { CloudError, type CloudErrorCode, type CloudErrorDetails, isCloudError } from './errors.ts';
export {
  type ControllerOperationName,
  leftOutOperations,
  managedPolicyActions,
  type Operation,
  type OperationKind,
  type OperationName,
  operations,
} from './operations.ts';
export type { ActualGateway, ActualList, ActualSettings, ActualState } from './plan/actual.ts';
export { type ApplyOptions, type ApplyResult, apply } from './plan/apply.ts';
export { type ConvergeOptions, type ConvergeResult, converge } from './plan/converge.ts';
export {
  type DesiredCluster,
  type DesiredGateway,
  type DesiredListening,
  type DesiredPurchase,
  type DesiredSettings,
  tagKeys,
} from './plan/desired.ts';
export { type CloudProblemName, cloudDiagnostics } from './plan/diagnostics.ts';
export { type FormatPlanOptions, formatPlan } from './plan/format.ts';
export { type PlanOptions, plan } from './plan/plan.ts';
export { type ActualQuery, type ReadActualOptions, readActual } from './plan/read-actual.ts';
export { type DesiredContext, readDesired } from './plan/read-desired.ts';
export { formatState, type GatewayPhase, gatewayStates, phaseOf } from './plan/state.ts';
export { type Drift, type Plan, type PlanStep, stepKey, stepOperations } from './plan/step.ts';
export { type RetrySettings, retryDefaults } from './retry.ts';
export { apiVersion } from './transport.ts';
