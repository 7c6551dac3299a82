export { type ClusterGateway, type ClusterGatewayReport, createClusterGateway, watchPermissions } from './cluster-gateway.ts';
export type { GatewayEvent } from './gateway-events.ts';
export type { ClusterGatewayOptions, PublishOptions } from './gateway-options.ts';
export { ingressStatusPermissions } from './ingress-status.ts';
export { digestOf, type TableDigest, TableDigester } from './table-digest.ts';
