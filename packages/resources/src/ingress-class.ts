import type { ObjectMeta } from './object.ts';

/** networking.k8s.io/v1 IngressClass: cluster-scoped, names the controller that serves a class of Ingresses. */
export interface IngressClass {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'IngressClass';
  readonly metadata: ObjectMeta;
  readonly spec?: IngressClassSpec;
}

export interface IngressClassSpec {
  /** A domain-prefixed path such as `mse.alibabacloud.com/ingress`. Immutable in a cluster. */
  readonly controller?: string;
  readonly parameters?: IngressClassParameters;
}

/** Where the gateway's own settings live, for example a MseIngressConfig. */
export interface IngressClassParameters {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
  /** `Cluster` when absent. */
  readonly scope?: string;
  /** Only with scope `Namespace`. */
  readonly namespace?: string;
}
