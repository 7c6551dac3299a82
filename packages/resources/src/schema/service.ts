import type { z } from 'zod';
import type { Service, ServicePort, ServiceSpec } from '../service.ts';
import { namespacedMeta } from './metadata.ts';
import { fields, integer, integerOrText, list, oneOf, optional, text, textMap } from './shape.ts';

const port = fields<ServicePort>(
  {
    name: optional(text),
    port: integer,
    targetPort: optional(integerOrText),
    protocol: optional(oneOf('TCP', 'UDP', 'SCTP')),
    appProtocol: optional(text),
  },
  ['nodePort'],
);

// Fields of other controllers and of kube-proxy, as of Kubernetes 1.36, and two that older versions had.
const otherSpecFields: readonly string[] = [
  'allocateLoadBalancerNodePorts',
  'clusterIPs',
  'externalIPs',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamily',
  'ipFamilyPolicy',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
  'publishNotReadyAddresses',
  'sessionAffinity',
  'sessionAffinityConfig',
  'topologyKeys',
  'trafficDistribution',
];

const spec = fields<ServiceSpec>(
  {
    type: optional(oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName')),
    clusterIP: optional(text),
    externalName: optional(text),
    selector: optional(textMap),
    ports: optional(list(port)),
  },
  otherSpecFields,
);

/** v1 Service, by shape. */
export const serviceSchema: z.ZodType<Service> = fields<Service>(
  { apiVersion: oneOf('v1'), kind: oneOf('Service'), metadata: namespacedMeta, spec: optional(spec) },
  ['status'],
);
