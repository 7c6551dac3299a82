import type { Diagnostic } from '@ingresskit/resources';
import type { GatewaySpecName } from '../api/gateway.ts';
import type { GatewayParameterName } from '../api/option.ts';

/** What one MseIngressConfig asks of the cloud, with every default filled in. Plain JSON. */
export interface DesiredGateway {
  /** The name of the MseIngressConfig. */
  readonly object: string;
  readonly region: string;
  readonly cluster: DesiredCluster;
  /** `absent` once the object is being deleted. */
  readonly presence: 'present' | 'absent';
  /** Take over this gateway instead of creating one; `override` lets the object's settings replace its own. */
  readonly reuse?: { readonly id: string; readonly override: boolean };
  readonly purchase: DesiredPurchase;
  readonly settings: DesiredSettings;
  /** Absent: the gateway listens to no Ingress of this cluster. */
  readonly listening?: DesiredListening;
  /** Whether deleting the gateway deletes the load balancers that were bought with it. */
  readonly deleteLoadBalancers: boolean;
  /** What makes it impossible to act. While there is any, no plan has a step, except to delete. */
  readonly problems: readonly Diagnostic[];
}

export interface DesiredCluster {
  readonly id: string;
  readonly name: string;
}

/** What matters when the gateway is created, and cannot be changed by the controller afterwards (mse.md §3.3). */
export interface DesiredPurchase {
  readonly name: string;
  readonly vpc: string;
  readonly vSwitches: readonly string[];
  readonly spec: GatewaySpecName;
  readonly replicas: number;
  readonly publicLoadBalancer?: string;
  readonly privateLoadBalancer?: string;
  readonly enterpriseSecurityGroup: boolean;
  readonly edition?: 'mse_pro' | 'mse_serverless';
  readonly resourceGroup?: string;
}

export interface DesiredSettings {
  readonly hardwareAcceleration: boolean;
  /** Without `project` whatever project the cloud uses will do. */
  readonly log: { readonly enabled: boolean; readonly project?: string };
  /** Absent: left as it is. `sample` is a percentage. */
  readonly trace?:
    | { readonly enabled: false }
    | { readonly enabled: true; readonly type: 'XTRACE' | 'OPENTELEMETRY'; readonly sample: number };
  /** Canonical CIDR blocks; empty means no restriction. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Only the parameters the object sets; others are left as they are. */
  readonly parameters: { readonly [N in GatewayParameterName]?: string };
}

export interface DesiredListening {
  /** Empty: every Ingress. */
  readonly ingressClass: string;
  /** Empty: every namespace. */
  readonly namespace: string;
}

/** Tags by which a gateway is known to belong to an object (mse.md §3.3). */
export const tagKeys = {
  cluster: 'ack.aliyun.com',
  object: 'ingress.k8s.alibaba/MseIngressConfig',
  reused: 'kubernetes.reused.by.user',
} as const;

export function ownershipTags(desired: Pick<DesiredGateway, 'cluster' | 'object'>): Readonly<Record<string, string>> {
  return { [tagKeys.cluster]: desired.cluster.id, [tagKeys.object]: desired.object };
}
