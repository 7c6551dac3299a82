import type { Clock, ClusterEvent, ClusterSource, ElectionEvent, WatchClusterOptions } from '@ingresskit/kubernetes';
import type { GatewayPhase, GatewayProvider } from './gateway-provider.ts';

/** What happens to a controller, for logs and tests. */
export type ControllerEvent =
  | { readonly type: 'election'; readonly event: ElectionEvent }
  | { readonly type: 'cluster'; readonly event: ClusterEvent }
  /** The status of an object says something else now. */
  | { readonly type: 'phase'; readonly object: string; readonly phase: GatewayPhase; readonly message: string }
  /** An object and its gateway are gone. */
  | { readonly type: 'removed'; readonly object: string }
  /** A gateway without an object was removed. */
  | { readonly type: 'orphan-removed'; readonly object: string }
  /** An Event could not be written; everything else goes on. */
  | { readonly type: 'event-failed'; readonly object: string; readonly error: unknown }
  /** Somebody else writes the same status. */
  | { readonly type: 'status-contested'; readonly object: string; readonly managers: readonly string[] }
  /** Work on an object failed and is repeated. */
  | { readonly type: 'failed'; readonly object: string; readonly error: unknown };

/** How to run a controller. Times in milliseconds. */
export interface ControllerOptions {
  readonly cluster: ClusterSource;
  readonly provider: GatewayProvider;
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Name of the Lease; default `ingresskit-controller`. */
  readonly lease?: string;
  /** Unlike that of any other replica, and new with every start. Default: random. */
  readonly identity?: string;
  /** What becomes of a gateway that was created for an object when the object is deleted; the annotation `ingresskit.io/on-delete` of an object decides over it. Default `delete`. */
  readonly onDelete?: 'delete' | 'keep';
  /** Objects that are worked on at a time; default 4. */
  readonly workers?: number;
  /** Between two looks at an object for which nothing happened; default 30,000. */
  readonly interval?: number;
  readonly watch?: Pick<WatchClusterOptions, 'holdOff' | 'maxDelay' | 'random'>;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onEvent?: (event: ControllerEvent) => void;
}

/** Keeps the object until its gateway is gone. */
export const finalizer = 'ingresskit.io/gateway';

/** On an MseIngressConfig: `delete` or `keep`, what becomes of its gateway when it is deleted. */
export const onDeleteAnnotation = 'ingresskit.io/on-delete';
