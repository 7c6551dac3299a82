import type { Profile } from '@ingresskit/annotations';
import { phases } from '@ingresskit/annotations';
import { catalog } from '@ingresskit/families';
import { twinLimits } from '../twin-limits.ts';
import { twinOrder, twinPaths, twinRequest } from '../twin-routing.ts';
import { mseDeviations } from './deviations.ts';
import { mseInactive } from './inactive.ts';

/**
 * Alibaba Cloud's MSE Ingress gateways, as documented (mse.md); where the documents are silent, as their open-source twin behaves (higress.md);
 * where both are, the safest reading.
 */
export const mse: Profile = {
  name: 'mse',
  title: 'MSE Ingress gateway',
  prefixes: [
    // The twin reads nginx's spelling first (higress.md A.0); the documents do not say which wins (mse.md §1.1).
    { prefix: 'nginx.ingress.kubernetes.io/', dialects: ['nginx'] },
    { prefix: 'mse.ingress.kubernetes.io/', dialects: ['mse', 'nginx'] },
    { prefix: 'higress.io/', dialects: ['twin'] },
  ],
  families: catalog,
  inactive: mseInactive,
  phases,
  settings: {},
  onInvalid: {},
  limits: twinLimits,
  classes: {
    controller: 'mse.alibabacloud.com/ingress',
    parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig' },
    // The annotation beats the field (mse.md §4).
    sources: ['annotation', 'field'],
    unclassedWith: ['nginx'],
    controllerMustMatch: false,
  },
  paths: twinPaths,
  order: twinOrder,
  request: twinRequest,
  backends: {
    unresolvedPort: 'drop',
    resourceBackend: 'drop',
    protectedNamespaces: ['kube-system'],
    portProtocols: { grpc: 'GRPC', http2: 'HTTP2' },
  },
  defaultBackend: { anyHost: 'newest', anyHostWithRules: true, onRuleHosts: true, policies: false, everyHost: false },
  tls: { hosts: 'identical', anySection: false },
  deviations: mseDeviations,
};
