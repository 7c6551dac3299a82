import type { z } from 'zod';
import type { EndpointAddress, EndpointSubset, Endpoints } from '../endpoints.ts';
import { endpointPort, endpointTarget } from './endpoint-slice.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, list, oneOf, optional, text } from './shape.ts';

const address = fields<EndpointAddress>({
  ip: text,
  hostname: optional(text),
  nodeName: optional(text),
  targetRef: optional(endpointTarget),
});

const subset = fields<EndpointSubset>({
  addresses: optional(list(address)),
  notReadyAddresses: optional(list(address)),
  ports: optional(list(endpointPort)),
});

/** v1 Endpoints, by shape. */
export const endpointsSchema: z.ZodType<Endpoints> = fields<Endpoints>({
  apiVersion: oneOf('v1'),
  kind: oneOf('Endpoints'),
  metadata: namespacedMeta,
  subsets: optional(list(subset)),
});
