import type { ActualGateway, ActualSettings } from '../plan/actual.ts';
import type { DesiredGateway } from '../plan/desired.ts';
import type { Plan } from '../plan/step.ts';

export const desired: DesiredGateway = {
  object: 'edge',
  region: 'cn-test',
  cluster: { id: 'c1', name: 'shop' },
  presence: 'present',
  purchase: {
    name: 'edge',
    vpc: 'vpc-1',
    vSwitches: ['vsw-1'],
    spec: 'MSE_GTW_2_4_200_c',
    replicas: 2,
    publicLoadBalancer: 'slb.s2.small',
    enterpriseSecurityGroup: false,
  },
  settings: {
    hardwareAcceleration: true,
    log: { enabled: false },
    trace: { enabled: false },
    allow: ['192.0.2.0/24'],
    deny: [],
    parameters: {},
  },
  listening: { ingressClass: 'mse', namespace: '' },
  deleteLoadBalancers: true,
  problems: [],
};

export const own: Readonly<Record<string, string>> = { 'ack.aliyun.com': 'c1', 'ingress.k8s.alibaba/MseIngressConfig': 'edge' };
export const reused: Readonly<Record<string, string>> = { ...own, 'kubernetes.reused.by.user': 'true' };

export const settled: ActualSettings = {
  option: { EnableHardwareAcceleration: true, LogConfigDetails: { LogEnabled: false }, TraceDetails: { TraceEnabled: false } },
  parameters: {},
  allow: { id: 1, on: true, entries: ['192.0.2.0/24'] },
  source: {
    Id: 2,
    Source: 'K8s',
    Address: 'c1',
    IngressOptions: { EnableIngress: true, IngressClass: 'mse', WatchNamespace: '', EnableStatus: true },
  },
};

export const gateway = (fields: Partial<ActualGateway> = {}): ActualGateway => ({
  id: 'gw-1',
  name: 'edge',
  status: 2,
  vpc: 'vpc-1',
  vSwitches: ['vsw-1'],
  spec: 'MSE_GTW_2_4_200_c',
  replicas: 2,
  tags: own,
  settings: settled,
  ...fields,
});

export const kinds = (result: Plan): string[] => result.steps.map((step) => step.kind);
export const codes = (result: Plan): string[] => result.problems.map((problem) => problem.code);
export const source = settled.source as NonNullable<ActualSettings['source']>;
