import type { GatewayParameters } from './gateway.ts';

export type LoadBalancerNetwork = 'PUB_NET' | 'PRIVATE_NET';

export interface AddGatewaySlbParameters extends GatewayParameters {
  readonly SlbId: string;
  readonly Type?: LoadBalancerNetwork;
  readonly HttpPort?: number;
  readonly HttpsPort?: number;
  readonly VServerGroupId?: string;
  readonly HttpsVServerGroupId?: string;
  readonly ServiceWeight?: number;
  readonly VServiceList?: readonly {
    readonly Port?: number;
    readonly Protocol?: string;
    readonly VServerGroupId?: string;
    readonly VServerGroupName?: string;
  }[];
}

export interface SelectGatewaySlbParameters extends GatewayParameters {
  readonly Type?: LoadBalancerNetwork;
  readonly Name?: string;
}

export interface DeleteGatewaySlbParameters extends GatewayParameters {
  readonly SlbId: string;
  readonly Id?: number;
  readonly DeleteSlb?: boolean;
}

export interface AddSecurityGroupRuleParameters extends GatewayParameters {
  readonly SecurityGroupId: string;
  /** For example `1/65535`. */
  readonly PortRange: string;
  readonly Description?: string;
}

export interface SecurityGroupRule {
  readonly IpProtocol?: string;
  readonly PortRange?: string;
  readonly AuthCidrs?: readonly string[];
}

export interface DeleteSecurityGroupRuleParameters extends GatewayParameters {
  readonly Id: number;
  readonly CascadingDelete?: boolean;
}

export type DomainTlsVersion = 'TLS 1.0' | 'TLS 1.1' | 'TLS 1.2' | 'TLS 1.3';

export interface AddGatewayDomainParameters extends GatewayParameters {
  readonly Name: string;
  readonly Protocol?: 'HTTP' | 'HTTPS';
  readonly CertIdentifier?: string;
  readonly CaCertIdentifier?: string;
  readonly MtlsEnabled?: boolean;
  readonly MustHttps?: boolean;
  readonly Http2?: 'open' | 'close' | 'globalConfig';
  readonly TlsMin?: DomainTlsVersion;
  readonly TlsMax?: DomainTlsVersion;
  readonly TlsCipherSuitesConfigJSON?: { readonly ConfigType?: string; readonly TlsCipherSuites?: readonly unknown[] };
}

export interface UpdateGatewayDomainParameters
  extends Partial<Omit<AddGatewayDomainParameters, 'GatewayUniqueId' | 'Name'>>,
    GatewayParameters {
  readonly Id: number;
}

export interface ListGatewayDomainParameters extends GatewayParameters {
  readonly DomainName?: string;
  /** `Op` for domains made in the console, `Ingress` for derived ones (mse.md §5.4). */
  readonly Type?: string;
}

export interface DomainParameters extends GatewayParameters {
  readonly Id: number;
}

export interface CertificateParameters extends GatewayParameters {
  readonly DomainId?: number;
  /** The certificate service's name of the certificate; not the certificate. */
  readonly CertIdentifier?: string;
}

export interface ListCertificateParameters extends GatewayParameters {
  readonly CertName?: string;
}
