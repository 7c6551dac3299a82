import type { ObjectMeta } from './object.ts';

/**
 * mse.alibabacloud.com/v1alpha1 MseIngressConfig: cluster-scoped, one object is one cloud gateway.
 * Every field is optional. Defaults and ranges are the product's, not filled in here (spec page mse.md, section 3.1).
 */
export interface MseIngressConfig {
  readonly apiVersion: 'mse.alibabacloud.com/v1alpha1';
  readonly kind: 'MseIngressConfig';
  readonly metadata: ObjectMeta;
  readonly spec?: MseIngressConfigSpec;
  readonly status?: MseIngressConfigStatus;
}

export interface MseIngressConfigSpec {
  /** `gw-…`: take over an existing gateway instead of creating one. */
  readonly id?: string;
  /** With `id`: whether this object's settings replace the gateway's, absent ones included. */
  readonly override?: boolean;
  /** Name of the gateway in the cloud; `mse-ingress` when absent. */
  readonly name?: string;
  readonly common?: MseCommonSettings;
  readonly global?: MseGlobalSettings;
  readonly monitor?: MseMonitorSettings;
  readonly ingress?: MseIngressSettings;
}

/** What is bought: it matters when the gateway is created. */
export interface MseCommonSettings {
  readonly pay?: { readonly payType?: string };
  readonly instance?: {
    /** `2c4g`, `4c8g` (the default), `8c16g` or `16c32g`. */
    readonly spec?: string;
    /** 0 to 30; 3 when absent. */
    readonly replicas?: number;
  };
  readonly network?: MseNetworkSettings;
  /** `normal` (basic) or `enterprise` (advanced). */
  readonly securityGroupType?: string;
}

export interface MseNetworkSettings {
  /** One or two vSwitch ids, the primary first. */
  readonly vSwitches?: readonly string[];
  readonly publicSLBSpec?: string;
  readonly privateSLBSpec?: string;
  /** `Internet` or `Intranet`. Known from release note 1.1.20 only; its place in the tree is unconfirmed. */
  readonly networkType?: string;
}

/** Settings for every route of the gateway. */
export interface MseGlobalSettings {
  readonly tls?: { readonly enableHardwareAcceleration?: boolean };
  readonly ipAccessControl?: MseIpAccessControl;
  /** Seconds. Added in controller 1.1.19; path and type are unconfirmed, as for the four fields below. */
  readonly downstreamIdleTimeout?: number | string;
  /** Seconds. */
  readonly upstreamIdleTimeout?: number | string;
  readonly preserveHeaderFormat?: boolean;
  readonly enableHttp2?: boolean;
  readonly enableXffTrustedCidrs?: boolean | readonly string[];
}

/** IP addresses and CIDR blocks. */
export interface MseIpAccessControl {
  readonly whitelist?: readonly string[];
  readonly blacklist?: readonly string[];
}

export interface MseMonitorSettings {
  /** The presence of `sls` turns log delivery on; an empty `reuseProject` means the default project. */
  readonly logging?: { readonly sls?: { readonly reuseProject?: string } };
  /** The two exclude each other. Sample rates are strings, `"0"` to `"100"`. */
  readonly tracing?: {
    readonly xTrace?: { readonly sampleRate?: string };
    readonly openTelemetry?: { readonly sampleRate?: string };
  };
}

export interface MseIngressSettings {
  readonly local?: {
    /** Absent: watch nothing. Empty: watch every Ingress. `nginx`: that class and Ingresses without a class. Else: that class. */
    readonly ingressClass?: string;
    /** One namespace; empty or absent means all. */
    readonly watchNamespace?: string;
  };
}

export interface MseIngressConfigStatus {
  /** `Pending` → `Running` → `Listening`, or `Failed`. */
  readonly phase?: string;
  readonly message?: string;
}
