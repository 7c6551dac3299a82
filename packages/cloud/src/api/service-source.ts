import type { GatewayParameters } from './gateway.ts';

/** Which Ingresses the gateway takes from a cluster. */
export interface IngressOptions {
  readonly EnableIngress?: boolean;
  /** Empty: every Ingress. `nginx`: that class and Ingresses without one. Else: that class (mse.md §3.4). */
  readonly IngressClass?: string;
  /** One namespace; empty means all. */
  readonly WatchNamespace?: string;
  /** Whether the gateway writes its address into Ingress statuses. */
  readonly EnableStatus?: boolean;
}

export type ServiceSourceKind = 'K8s' | 'MSE' | 'MSE_ZK' | 'EDAS' | 'SAE';

export interface AddServiceSourceParameters extends GatewayParameters {
  readonly Source: ServiceSourceKind;
  readonly Name: string;
  readonly Type?: string;
  /** The cluster id of a `K8s` source. */
  readonly Address?: string;
  readonly IngressOptionsRequest?: IngressOptions;
  readonly ToAuthorizeSecurityGroups?: readonly {
    readonly SecurityGroupId: string;
    readonly PortRange?: string;
    readonly Description?: string;
  }[];
  /** At most 10. */
  readonly GroupList?: readonly string[];
  /** At most 10. */
  readonly PathList?: readonly string[];
}

/** Only Kubernetes sources that listen to Ingress can be changed. */
export interface UpdateServiceSourceParameters extends GatewayParameters {
  readonly Id: number;
  readonly Name?: string;
  readonly Source?: ServiceSourceKind;
  readonly Type?: string;
  readonly Address?: string;
  readonly IngressOptionsRequest?: IngressOptions;
  readonly PathList?: readonly string[];
}

export interface ListServiceSourceParameters extends GatewayParameters {
  readonly Source?: ServiceSourceKind;
}

export interface ServiceSource {
  readonly Id: number;
  readonly Name?: string;
  readonly Source?: string;
  readonly Type?: string;
  readonly Address?: string;
  readonly SourceUniqueId?: string;
  /** 1 when the source is bound to the gateway. */
  readonly BindingWithGateway?: number;
  readonly IngressOptions?: IngressOptions;
  readonly Invalid?: boolean;
}

export interface DeleteServiceSourceParameters extends GatewayParameters {
  readonly SourceId: number;
}

export interface GetKubernetesSourceParameters extends GatewayParameters {
  readonly VpcId?: string;
  readonly IsAll?: boolean;
}

export interface KubernetesSource {
  readonly Cluster?: string;
  readonly Name?: string;
}
