import type { MseIngressConfig } from '@ingresskit/resources';
import { expect, it } from 'vitest';
import { createCloudClient } from '../client.ts';
import { createFakeCloud, createVirtualClock } from '../testing/index.ts';
import { converge } from './converge.ts';
import { readDesired } from './read-desired.ts';

// The full shape that mse.md §3.1 prints.
const object: MseIngressConfig = {
  apiVersion: 'mse.alibabacloud.com/v1alpha1',
  kind: 'MseIngressConfig',
  metadata: { name: 'sample' },
  spec: {
    name: 'edge',
    common: {
      pay: { payType: 'POSTPAY' },
      instance: { spec: '2c4g', replicas: 2 },
      network: { vSwitches: ['vsw-a', 'vsw-b'], publicSLBSpec: 'slb.s2.small' },
      securityGroupType: 'enterprise',
    },
    global: { tls: { enableHardwareAcceleration: true }, ipAccessControl: { blacklist: ['198.51.100.0/24'] } },
    monitor: { logging: { sls: { reuseProject: '' } }, tracing: { openTelemetry: { sampleRate: '10' } } },
    ingress: { local: { ingressClass: 'mse', watchNamespace: '' } },
  },
};

it('an object becomes a gateway, and its deletion takes the gateway away', async () => {
  const clock = createVirtualClock();
  await using cloud = await createFakeCloud({ clock });
  const client = createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials, clock });
  const context = {
    region: cloud.region,
    vpc: 'vpc-1',
    cluster: { id: 'c1' },
    settings: { addressLists: [{ deny: ['198.51.100.0/24'], source: { kind: 'MseIngressConfig', name: 'sample' } }] },
  };

  const { phase } = await converge(client, readDesired(object, context).desired, { clock });
  expect(phase).toBe('Listening');
  expect(cloud.calls.find((call) => call.operation === 'AddGateway')?.query).toEqual({
    AcceptLanguage: 'en',
    Region: 'cn-test',
    Vpc: 'vpc-1',
    Name: 'edge',
    Spec: 'MSE_GTW_2_4_200_c',
    Replica: '2',
    ChargeType: 'POSTPAY',
    VSwitchId: 'vsw-a',
    VSwitchId2: 'vsw-b',
    InternetSlbSpec: 'slb.s2.small',
    EnterpriseSecurityGroup: 'true',
    EnableHardwareAcceleration: 'true',
    'Tag.1.Key': 'ack.aliyun.com',
    'Tag.1.Value': 'c1',
    'Tag.2.Key': 'ingress.k8s.alibaba/MseIngressConfig',
    'Tag.2.Value': 'sample',
  });
  expect(cloud.calls.find((call) => call.operation === 'AddServiceSource')?.query).toMatchObject({
    Source: 'K8s',
    Type: 'K8s',
    Address: 'c1',
    Name: 'c1',
    IngressOptionsRequest: '{"EnableIngress":true,"IngressClass":"mse","WatchNamespace":"","EnableStatus":true}',
  });
  expect(cloud.calls.find((call) => call.operation === 'AddBlackWhiteList')?.query).toMatchObject({
    IsWhite: 'false',
    ResourceType: 'GATEWAY',
    ResourceIdJsonList: `[${cloud.gateways()[0]?.number}]`,
    Content: '198.51.100.0/24',
    Status: 'on',
    Type: 'IP',
  });

  const deleted = { ...object, metadata: { name: 'sample', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const last = await converge(client, readDesired(deleted, context).desired, { clock });
  expect([last.plan.steps, last.plan.drift, last.actual]).toEqual([[], [], { others: [] }]);
  expect(cloud.gateways()).toEqual([]);
});
