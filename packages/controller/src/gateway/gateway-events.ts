import type { ClusterEvent, ElectionEvent, KubernetesError } from '@ingresskit/kubernetes';
import type { Compiled } from 'ingresskit';
import type { TableDigest } from './table-digest.ts';

/** What happens to a gateway that follows a cluster, for logs, metrics and tests. */
export type GatewayEvent =
  /** A table went into service. `seconds` is the time from the batch of changes to it. */
  | { readonly type: 'table'; readonly generation: number; readonly changes: number; readonly seconds: number; readonly compiled: Compiled }
  /** The table has been the same for a moment; this is its name. */
  | { readonly type: 'digest'; readonly generation: number; readonly digest: TableDigest }
  /** Every kind has synced and the first table serves. */
  | { readonly type: 'ready' }
  | { readonly type: 'cluster'; readonly event: ClusterEvent }
  | { readonly type: 'election'; readonly event: ElectionEvent }
  /** Somebody else insists on another status of these Ingresses; theirs stays. */
  | { readonly type: 'status-contested'; readonly ingress: string; readonly managers: readonly string[] }
  /** A status or an Event could not be written; it is tried again. */
  | { readonly type: 'write-failed'; readonly error: KubernetesError }
  /** A batch could not be compiled or served: the last table stays. A fault of the program. */
  | { readonly type: 'failed'; readonly error: unknown };
