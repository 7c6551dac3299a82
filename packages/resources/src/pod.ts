import type { NamespacedMeta } from './object.ts';

/** v1 Pod, as far as a gateway needs it: the labels choose service subsets. Other fields are kept and not checked. */
export interface Pod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: NamespacedMeta;
  readonly status?: PodStatus;
}

export interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
}
