import type { Tag } from './tag.ts';

/** `MSE_GTW_<cores>_<GiB>_200_c`; the object's `2c4g`, `4c8g`, `8c16g` and `16c32g` map to the four values (mse.md §5.5). */
export type GatewaySpecName = 'MSE_GTW_2_4_200_c' | 'MSE_GTW_4_8_200_c' | 'MSE_GTW_8_16_200_c' | 'MSE_GTW_16_32_200_c';

/** Which networks an entry of the gateway is on. */
export type EntryNetworkType = 'pubnet' | 'privatenet' | 'privatepubnet';

export interface AddGatewayParameters {
  readonly Region: string;
  readonly Vpc: string;
  /** At most 64 characters. */
  readonly Name?: string;
  readonly Spec?: GatewaySpecName;
  readonly Replica?: number;
  readonly VSwitchId?: string;
  readonly VSwitchId2?: string;
  readonly ZoneInfo?: readonly { readonly ZoneId: string; readonly VSwitchId: string }[];
  readonly ChargeType?: 'PREPAY' | 'POSTPAY';
  readonly MserVersion?: 'mse_pro' | 'mse_serverless';
  readonly ClbNetworkType?: EntryNetworkType;
  readonly NlbNetworkType?: EntryNetworkType;
  readonly ManagedEntryNetworkType?: EntryNetworkType;
  readonly EnterpriseSecurityGroup?: boolean;
  readonly EnableHardwareAcceleration?: boolean;
  readonly EnableSls?: boolean;
  readonly EnableXtrace?: boolean;
  /** 1 to 100. */
  readonly XtraceRatio?: number;
  readonly ResourceGroupId?: string;
  readonly Tag?: readonly Tag[];
  readonly RequestPars?: string;
  /** Deprecated by the vendor, and the only parameter that sets the size of the internal load balancer. */
  readonly SlbSpec?: string;
  /** Deprecated by the vendor, and the only parameter that sets the size of the public load balancer. */
  readonly InternetSlbSpec?: string;
}

export interface GatewayParameters {
  readonly GatewayUniqueId: string;
}

export interface GatewayId {
  readonly GatewayUniqueId: string;
}

/** `Id` is the number that address lists refer to; `GatewayUniqueId` is the `gw-…` name everything else takes. */
export interface Gateway {
  readonly GatewayUniqueId: string;
  readonly Id?: number;
  readonly InstanceId?: string;
  readonly Name?: string;
  readonly Region?: string;
  readonly Vpc?: string;
  readonly Vswitch?: string;
  readonly Vswitch2?: string;
  readonly Spec?: string;
  readonly Replica?: number;
  readonly TotalReplica?: number;
  /** See `gatewayStates`. */
  readonly Status?: number;
  readonly StatusDesc?: string;
  readonly SecurityGroup?: string;
  readonly ChargeType?: string;
  readonly EndDate?: string;
  readonly GmtCreate?: string;
  readonly MseTag?: string;
  readonly ResourceGroupId?: string;
  readonly LogConfigDetails?: unknown;
  readonly XtraceDetails?: unknown;
  readonly ElasticPolicy?: unknown;
}

export interface ListGatewayParameters {
  readonly PageNumber?: number;
  readonly PageSize?: number;
  readonly FilterParams?: {
    readonly GatewayUniqueId?: string;
    readonly Name?: string;
    readonly InstanceId?: string;
    readonly Vpc?: string;
    readonly GatewayType?: string;
    readonly ResourceGroupId?: string;
    readonly MseTag?: string;
  };
}

export interface GatewayLoadBalancer {
  readonly SlbId?: string;
  readonly SlbIp?: string;
  readonly SlbPort?: string;
  readonly Type?: 'PUB_NET' | 'PRIVATE_NET';
}

export interface ListedGateway {
  readonly GatewayUniqueId: string;
  readonly Id?: number;
  readonly Name?: string;
  readonly Spec?: string;
  readonly Replica?: number;
  readonly Status?: number;
  readonly GatewayVersion?: string;
  readonly LatestVersion?: string;
  readonly MustUpgrade?: boolean;
  readonly Slb?: readonly GatewayLoadBalancer[];
  readonly InternetSlb?: readonly GatewayLoadBalancer[];
  readonly GatewayEntry?: readonly {
    readonly EntryDomain?: string;
    readonly IpList?: readonly string[];
    readonly HttpPorts?: readonly number[];
    readonly HttpsPorts?: readonly number[];
    readonly NetType?: string;
  }[];
  readonly InitConfig?: { readonly EnableWaf?: boolean; readonly SupportWaf?: boolean };
}

export interface GatewayPage {
  readonly Result: readonly ListedGateway[];
  readonly TotalSize: number;
}

export interface DeleteGatewayParameters extends GatewayParameters {
  /** Whether the load balancers bought with the gateway go with it. */
  readonly DeleteSlb?: boolean;
}

export interface UpdateGatewaySpecParameters extends GatewayParameters {
  readonly Spec: GatewaySpecName;
  readonly Replica: number;
}

export interface UpdateGatewayNameParameters extends GatewayParameters {
  readonly Name: string;
}

export interface ChangeResourceGroupParameters {
  readonly ResourceId: string;
  readonly ResourceGroupId: string;
  readonly ResourceRegionId: string;
}
