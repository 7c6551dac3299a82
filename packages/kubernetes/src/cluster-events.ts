import type { Diagnostic, Kind } from '@ingresskit/resources';
import type { KubernetesError } from './errors.ts';
import type { ReflectorEvent, ReflectorStatus } from './reflector-status.ts';

/**
 * How the copy of one kind is doing: `synced` and up to date or catching up, `absent` when the server has no such kind (404), `denied` (403),
 * `failing` for everything else; `pending` until the first answer. Objects of a kind that was synced before stay in use in every state.
 */
export type CollectionState = 'pending' | 'synced' | 'absent' | 'denied' | 'failing';

/** One kind, in one namespace or in all. */
export interface CollectionStatus extends Omit<ReflectorStatus, 'state'> {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly state: CollectionState;
  readonly activity: ReflectorStatus['state'];
  readonly objects: number;
}

/** The whole watch. */
export interface ClusterStatus {
  /** Every kind has been listed, or is known to be absent or denied where that is allowed: the first batch is complete. */
  readonly isSynced: boolean;
  readonly collections: readonly CollectionStatus[];
}

/** What happens to a watch of a cluster, for logs, metrics and conditions. */
export type ClusterEvent =
  /** Everything is known; the first batch follows. */
  | { readonly type: 'synced' }
  /** A kind stopped working; its last known objects stay in use. */
  | {
      readonly type: 'degraded';
      readonly kind: Kind;
      readonly namespace?: string;
      readonly state: CollectionState;
      readonly error: KubernetesError;
    }
  | { readonly type: 'recovered'; readonly kind: Kind; readonly namespace?: string }
  /** An object cannot be used; to the batches it does not exist. */
  | {
      readonly type: 'rejected';
      readonly kind: Kind;
      readonly namespace?: string;
      readonly name: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** The details of one kind. */
  | { readonly type: 'reflector'; readonly kind: Kind; readonly namespace?: string; readonly event: ReflectorEvent };
