export { type ApiMetadata, type ApiObject, isApiObject, keyOf } from './api-object.ts';
export { type ApiResource, apiPath, apiResourceOf, coreEvents, defineApiResource, events, leases } from './api-resource.ts';
export { Backoff, type BackoffOptions } from './backoff.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export { type ClusterOptions, type ClusterSource, type Credentials, clusterFromToken, inCluster, type TlsMaterial } from './cluster.ts';
export type { ClusterEvent, ClusterStatus, CollectionState, CollectionStatus } from './cluster-events.ts';
export { isKubernetesError, KubernetesError, type KubernetesErrorCode, type KubernetesErrorDetails, toKubernetesError } from './errors.ts';
export { type EventNote, type EventOutcome, EventWriter, type EventWriterOptions, noteOf } from './event-writer.ts';
export { createTransport } from './http-transport.ts';
export { Informer, type InformerEvent, type InformerOptions } from './informer.ts';
export { defaultSelectors, keepNeeded, type Selectors } from './keep-object.ts';
export { type ElectionEvent, LeaseElector, type LeaseElectorOptions } from './lease-elector.ts';
export type { Collection } from './list-collection.ts';
export { ingressStatusOf, type LoadBalancerAddress } from './load-balancer-status.ts';
export {
  type ApplyOptions,
  type CallOptions,
  type ClientOptions,
  createClient,
  type DeleteOptions,
  type ListOptions,
  ObjectClient,
  type ObjectName,
  type WriteOptions,
} from './object-client.ts';
export { type IndexValues, ObjectStore, type StoreChange, type Stored } from './object-store.ts';
export { Reflector } from './reflector.ts';
export type { ReflectorOptions, StreamingLists } from './reflector-options.ts';
export type { ReflectorEvent, ReflectorStatus } from './reflector-status.ts';
export { compareVersions } from './resource-version.ts';
export { type StatusOutcome, type StatusWrite, StatusWriter, type StatusWriterOptions } from './status-writer.ts';
export type { Subscriber, SubscriberTrouble, Subscription } from './subscription.ts';
export type { Transport, TransportRequest, TransportResponse } from './transport.ts';
export { type ClusterWatch, defaultKinds, type WatchClusterOptions, watchCluster } from './watch-cluster.ts';
export { type WorkItem, WorkQueue, type WorkQueueOptions } from './work-queue.ts';
