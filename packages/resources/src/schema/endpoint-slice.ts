import type { z } from 'zod';
import type { EndpointConditions, EndpointPort, EndpointSlice, EndpointSliceEndpoint, EndpointTarget } from '../endpoint-slice.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, flag, integer, list, oneOf, optional, text } from './shape.ts';

/** A port of an EndpointSlice or of an Endpoints subset. */
export const endpointPort: z.ZodType<EndpointPort> = fields<EndpointPort>({
  name: optional(text),
  port: optional(integer),
  protocol: optional(oneOf('TCP', 'UDP', 'SCTP')),
  appProtocol: optional(text),
});

/** The object behind an address. */
export const endpointTarget: z.ZodType<EndpointTarget> = fields<EndpointTarget>(
  { kind: optional(text), namespace: optional(text), name: optional(text), uid: optional(text) },
  ['apiVersion', 'fieldPath', 'resourceVersion'],
);

const endpoint = fields<EndpointSliceEndpoint>(
  {
    addresses: list(text),
    conditions: optional(fields<EndpointConditions>({ ready: optional(flag), serving: optional(flag), terminating: optional(flag) })),
    hostname: optional(text),
    nodeName: optional(text),
    zone: optional(text),
    targetRef: optional(endpointTarget),
  },
  ['deprecatedTopology', 'hints'],
);

/** discovery.k8s.io/v1 EndpointSlice, by shape. */
export const endpointSliceSchema: z.ZodType<EndpointSlice> = fields<EndpointSlice>({
  apiVersion: oneOf('discovery.k8s.io/v1'),
  kind: oneOf('EndpointSlice'),
  metadata: namespacedMeta,
  addressType: oneOf('IPv4', 'IPv6', 'FQDN'),
  endpoints: optional(list(endpoint)),
  ports: optional(list(endpointPort)),
});
