import type { ObjectMeta } from './object.ts';

/** v1 Namespace: cluster-scoped. Only its labels matter to a gateway. */
export interface Namespace {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
}
