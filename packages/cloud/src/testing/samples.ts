import type { DesiredGateway } from '../plan/desired.ts';

/** A gateway with a value in every setting, for the tests of this package. */
export const desiredSample: DesiredGateway = {
  object: 'edge',
  region: 'cn-test',
  cluster: { id: 'c1', name: 'shop' },
  presence: 'present',
  purchase: { name: 'edge', vpc: 'vpc-1', vSwitches: ['vsw-1'], spec: 'MSE_GTW_2_4_200_c', replicas: 2, enterpriseSecurityGroup: false },
  settings: {
    hardwareAcceleration: true,
    log: { enabled: true },
    trace: { enabled: true, type: 'OPENTELEMETRY', sample: 10 },
    allow: ['192.0.2.0/24'],
    deny: ['192.0.2.7/32'],
    parameters: { EnableHttp2: 'true', DownstreamIdleTime: '60' },
  },
  listening: { ingressClass: 'mse', namespace: 'web' },
  deleteLoadBalancers: true,
  problems: [],
};
