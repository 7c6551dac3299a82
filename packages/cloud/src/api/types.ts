import type {
  AddBlackWhiteListParameters,
  BlackWhiteList,
  DeleteBlackWhiteListParameters,
  GatewayBlackWhiteListParameters,
  GetBlackWhiteListParameters,
  UpdateBlackWhiteListParameters,
} from './address-list.ts';
import type {
  AddGatewayDomainParameters,
  AddGatewaySlbParameters,
  AddSecurityGroupRuleParameters,
  CertificateParameters,
  DeleteGatewaySlbParameters,
  DeleteSecurityGroupRuleParameters,
  DomainParameters,
  ListCertificateParameters,
  ListGatewayDomainParameters,
  SecurityGroupRule,
  SelectGatewaySlbParameters,
  UpdateGatewayDomainParameters,
} from './entry.ts';
import type {
  AddGatewayParameters,
  ChangeResourceGroupParameters,
  DeleteGatewayParameters,
  Gateway,
  GatewayId,
  GatewayPage,
  GatewayParameters,
  ListGatewayParameters,
  UpdateGatewayNameParameters,
  UpdateGatewaySpecParameters,
} from './gateway.ts';
import type { GatewayOption, GatewayParameterValues, UpdateGatewayConfigParameters, UpdateGatewayOptionParameters } from './option.ts';
import type {
  AddServiceSourceParameters,
  DeleteServiceSourceParameters,
  GetKubernetesSourceParameters,
  KubernetesSource,
  ListServiceSourceParameters,
  ServiceSource,
  UpdateServiceSourceParameters,
} from './service-source.ts';
import type { ListTagResourcesParameters, TagPage, TagResourcesParameters, UntagResourcesParameters } from './tag.ts';

type NoParameters = Readonly<Record<never, never>>;

/**
 * What each operation takes and gives, with the API's own names (mse.md §5.5). `unknown` stands where the documents do not describe the data.
 * Data that the cloud may leave out is optional even when every answer seen had it.
 */
export interface OperationTypes {
  AddGateway: { parameters: AddGatewayParameters; data: GatewayId };
  GetGateway: { parameters: GatewayParameters; data: Gateway };
  ListGateway: { parameters: ListGatewayParameters; data: GatewayPage };
  DeleteGateway: { parameters: DeleteGatewayParameters; data: unknown };
  UpdateGatewaySpec: { parameters: UpdateGatewaySpecParameters; data: unknown };
  UpdateGatewayName: { parameters: UpdateGatewayNameParameters; data: unknown };
  GetGatewayOption: { parameters: GatewayParameters; data: GatewayOption };
  UpdateGatewayOption: { parameters: UpdateGatewayOptionParameters; data: unknown };
  GetGatewayConfig: { parameters: GatewayParameters; data: GatewayParameterValues };
  UpdateGatewayConfig: { parameters: UpdateGatewayConfigParameters; data: unknown };
  AddServiceSource: { parameters: AddServiceSourceParameters; data: number };
  ListServiceSource: { parameters: ListServiceSourceParameters; data: readonly ServiceSource[] };
  UpdateServiceSource: { parameters: UpdateServiceSourceParameters; data: unknown };
  DeleteServiceSource: { parameters: DeleteServiceSourceParameters; data: unknown };
  GetKubernetesSource: { parameters: GetKubernetesSourceParameters; data: readonly KubernetesSource[] };
  AddSecurityGroupRule: { parameters: AddSecurityGroupRuleParameters; data: number };
  ListSecurityGroup: { parameters: GatewayParameters; data: unknown };
  ListSecurityGroupRule: { parameters: GatewayParameters; data: readonly SecurityGroupRule[] };
  DeleteSecurityGroupRule: { parameters: DeleteSecurityGroupRuleParameters; data: unknown };
  AddGatewaySlb: { parameters: AddGatewaySlbParameters; data: unknown };
  ListGatewaySlb: { parameters: GatewayParameters; data: unknown };
  SelectGatewaySlb: { parameters: SelectGatewaySlbParameters; data: unknown };
  DeleteGatewaySlb: { parameters: DeleteGatewaySlbParameters; data: unknown };
  AddGatewayDomain: { parameters: AddGatewayDomainParameters; data: number };
  UpdateGatewayDomain: { parameters: UpdateGatewayDomainParameters; data: unknown };
  ListGatewayDomain: { parameters: ListGatewayDomainParameters; data: unknown };
  GetGatewayDomainDetail: { parameters: DomainParameters; data: unknown };
  DeleteGatewayDomain: { parameters: DomainParameters; data: unknown };
  AddSSLCert: { parameters: CertificateParameters; data: unknown };
  UpdateSSLCert: { parameters: CertificateParameters; data: unknown };
  ListSSLCert: { parameters: ListCertificateParameters; data: unknown };
  AddBlackWhiteList: { parameters: AddBlackWhiteListParameters; data: number };
  /** No data when the gateway has no such list. */
  GetBlackWhiteList: { parameters: GetBlackWhiteListParameters; data: BlackWhiteList | undefined };
  UpdateBlackWhiteList: { parameters: UpdateBlackWhiteListParameters; data: unknown };
  DeleteBlackWhiteList: { parameters: DeleteBlackWhiteListParameters; data: unknown };
  GatewayBlackWhiteList: { parameters: GatewayBlackWhiteListParameters; data: unknown };
  TagResources: { parameters: TagResourcesParameters; data: unknown };
  UntagResources: { parameters: UntagResourcesParameters; data: unknown };
  ListTagResources: { parameters: ListTagResourcesParameters; data: TagPage };
  ListGatewayZone: { parameters: NoParameters; data: unknown };
  QueryGatewayRegion: { parameters: NoParameters; data: unknown };
  QueryGatewayType: { parameters: NoParameters; data: unknown };
  QuerySlbSpec: { parameters: NoParameters; data: unknown };
  ChangeResourceGroup: { parameters: ChangeResourceGroupParameters; data: unknown };
}
