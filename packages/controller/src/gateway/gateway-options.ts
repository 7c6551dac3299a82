import type { Clock, ClusterSource, LoadBalancerAddress, WatchClusterOptions } from '@ingresskit/kubernetes';
import type { AccessLog, GatewayMetrics, MetricsOptions, ProxyOptions } from '@ingresskit/proxy';
import type { CompileOptions } from 'ingresskit';
import type { GatewayEvent } from './gateway-events.ts';

/** A gateway that follows a cluster. Times in milliseconds. */
export interface ClusterGatewayOptions extends Omit<CompileOptions, 'assumeEndpoints'> {
  readonly cluster: ClusterSource;
  /** The data plane: listeners, timeouts, limits. */
  readonly proxy?: Omit<ProxyOptions, 'signal'>;
  readonly accessLog?: AccessLog;
  /** Which metrics there are, or where the numbers go, for whoever adds numbers of their own: they are closed with the gateway. Default: its own. */
  readonly metrics?: MetricsOptions | GatewayMetrics;
  /** Health, readiness, metrics, digest; with `showsTable` the route table without credentials. Default: none. */
  readonly admin?: { readonly host?: string; readonly port: number; readonly showsTable?: boolean };
  /** Publishes addresses in the status of Ingresses. Default: nothing is written to the cluster. */
  readonly publish?: PublishOptions;
  /** What is watched beside the defaults of this option: kinds, namespaces, selectors, hold-off (default 5, at most 250). */
  readonly watch?: Omit<WatchClusterOptions, 'server' | 'signal' | 'onEvent' | 'clock'>;
  /** Objects compiled before the event loop turns; default 200. */
  readonly sliceSize?: number;
  /** The digest is computed when the table was the same for so long; default 1,000. */
  readonly digestDelay?: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly onEvent?: (event: GatewayEvent) => void;
}

/** Who publishes what. */
export interface PublishOptions {
  /** Where clients reach the gateway: of its load balancer, not of this process. */
  readonly addresses: readonly LoadBalancerAddress[];
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Name of the Lease: one for all replicas of a gateway, another for each gateway. */
  readonly lease: string;
  /** Unlike that of any other replica, and new with every start. Default: random. */
  readonly identity?: string;
  /** Whether diagnostics become Events at their Ingresses; default true. */
  readonly events?: boolean;
}
