import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCloudClient } from '../client.ts';
import { createFakeCloud, createVirtualClock, type FakeCloud, type FakeGateway } from '../testing/index.ts';
import { apply } from './apply.ts';
import { converge } from './converge.ts';
import type { DesiredGateway, DesiredSettings } from './desired.ts';
import { plan } from './plan.ts';
import { readActual } from './read-actual.ts';

const addresses = fc.uniqueArray(fc.constantFrom('192.0.2.0/24', '198.51.100.1/32', '2001:db8::/32', '203.0.113.0/28'), { maxLength: 3 });

const settings: fc.Arbitrary<DesiredSettings> = fc.record(
  {
    hardwareAcceleration: fc.boolean(),
    log: fc.oneof(fc.constant({ enabled: false }), fc.constant({ enabled: true }), fc.constant({ enabled: true, project: 'logs' })),
    trace: fc.oneof(
      fc.constant({ enabled: false as const }),
      fc.record({
        enabled: fc.constant(true as const),
        type: fc.constantFrom('XTRACE' as const, 'OPENTELEMETRY' as const),
        sample: fc.nat(100),
      }),
    ),
    allow: addresses,
    deny: addresses,
    parameters: fc.record(
      {
        EnableHttp2: fc.constantFrom('true', 'false'),
        DownstreamIdleTime: fc.nat(600).map(String),
        PreserveHeaderFormat: fc.constant('true'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['hardwareAcceleration', 'log', 'allow', 'deny', 'parameters'] },
);

const desiredGateway = (ids: readonly string[]): fc.Arbitrary<DesiredGateway> =>
  fc.record(
    {
      object: fc.constant('edge'),
      region: fc.constant('cn-test'),
      cluster: fc.constant({ id: 'c1', name: 'shop' }),
      presence: fc.constantFrom('present' as const, 'present' as const, 'absent' as const),
      reuse: fc.record({ id: fc.constantFrom(...ids), override: fc.boolean() }),
      purchase: fc.record({
        name: fc.constantFrom('edge', 'other'),
        vpc: fc.constant('vpc-1'),
        vSwitches: fc.constantFrom(['vsw-1'], ['vsw-1', 'vsw-2']),
        spec: fc.constantFrom('MSE_GTW_2_4_200_c' as const, 'MSE_GTW_8_16_200_c' as const),
        replicas: fc.nat(30),
        enterpriseSecurityGroup: fc.boolean(),
      }),
      settings,
      listening: fc.record({ ingressClass: fc.constantFrom('', 'mse', 'nginx'), namespace: fc.constantFrom('', 'web') }),
      deleteLoadBalancers: fc.boolean(),
      problems: fc.constant([]),
    },
    { requiredKeys: ['object', 'region', 'cluster', 'presence', 'purchase', 'settings', 'deleteLoadBalancers', 'problems'] },
  );

interface Start {
  readonly tags: number;
  readonly status: number | undefined;
  readonly bound: boolean;
  readonly ingress: boolean;
  readonly white: string | undefined;
  readonly black: string | undefined;
  readonly on: boolean;
  readonly accelerated: boolean;
  readonly traced: boolean;
}

// Of each kind of ownership: somebody else's, this object's, this object's but reused, another object's, another cluster's.
const tagSets: readonly Record<string, string>[] = [
  {},
  { 'ack.aliyun.com': 'c1', 'ingress.k8s.alibaba/MseIngressConfig': 'edge' },
  { 'ack.aliyun.com': 'c1', 'ingress.k8s.alibaba/MseIngressConfig': 'edge', 'kubernetes.reused.by.user': 'true' },
  { 'ack.aliyun.com': 'c1', 'ingress.k8s.alibaba/MseIngressConfig': 'other' },
  { 'ack.aliyun.com': 'c2', 'ingress.k8s.alibaba/MseIngressConfig': 'edge' },
];

const start: fc.Arbitrary<Start> = fc.record({
  tags: fc.nat(tagSets.length - 1),
  status: fc.constantFrom(undefined, undefined, undefined, 1, 9, 13),
  bound: fc.boolean(),
  ingress: fc.boolean(),
  white: fc.option(
    addresses.map((list) => list.join(',')),
    { nil: undefined },
  ),
  black: fc.option(
    addresses.map((list) => list.join(',')),
    { nil: undefined },
  ),
  on: fc.boolean(),
  accelerated: fc.boolean(),
  traced: fc.boolean(),
});

function put(cloud: FakeCloud, from: Start): FakeGateway {
  const gateway = cloud.addGateway({ tags: { ...tagSets[from.tags] }, status: from.status });
  const list = (IsWhite: boolean, Content: string | undefined): void => {
    if (Content === undefined) return;
    const Status = from.on ? 'on' : 'off';
    gateway.lists.push({
      Id: gateway.number * 100 + Number(IsWhite),
      IsWhite,
      ResourceType: 'GATEWAY',
      ResourceIds: [gateway.number],
      Content,
      Status,
      Type: 'IP',
    });
  };
  list(true, from.white);
  list(false, from.black);
  if (from.bound) {
    const IngressOptions = { EnableIngress: from.ingress, IngressClass: 'old', WatchNamespace: '', EnableStatus: false };
    gateway.sources.push({ Id: gateway.number * 100 + 9, Name: 'x', Source: 'K8s', Type: 'K8s', Address: 'c1', IngressOptions });
  }
  gateway.option['EnableHardwareAcceleration'] = from.accelerated;
  if (from.traced) gateway.option['TraceDetails'] = { TraceEnabled: true, TraceType: 'SKYWALKING', Sample: 1 };
  return gateway;
}

const scenario = fc
  .array(start, { minLength: 1, maxLength: 3 })
  .chain((starts) =>
    fc.tuple(fc.constant(starts), desiredGateway(starts.map((_, index) => `gw-${(index + 1).toString(16).padStart(8, '0')}`))),
  );

async function inCloud(
  run: (cloud: FakeCloud, client: ReturnType<typeof createCloudClient>, clock: ReturnType<typeof createVirtualClock>) => Promise<void>,
) {
  const clock = createVirtualClock();
  await using cloud = await createFakeCloud({ clock });
  await run(
    cloud,
    createCloudClient({ region: cloud.region, endpoint: cloud.endpoint, credentials: cloud.credentials, clock, random: () => 0 }),
    clock,
  );
}

const foreign = (gateways: readonly FakeGateway[], wanted: DesiredGateway) =>
  gateways.filter((gateway) => {
    const mine = gateway.tags['ack.aliyun.com'] === 'c1' && gateway.tags['ingress.k8s.alibaba/MseIngressConfig'] === 'edge';
    return !mine && gateway.id !== wanted.reuse?.id;
  });

it('after a plan is applied there is nothing left to plan, and nobody else’s gateway was touched', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, ([starts, wanted]) =>
      inCloud(async (cloud, client, clock) => {
        for (const from of starts) put(cloud, from);
        const others = foreign(cloud.gateways(), wanted);
        const before = structuredClone(others);
        const actual = await readActual(client, wanted);
        const first = plan(wanted, actual);
        expect(plan(wanted, actual)).toEqual(first);
        const result = await apply(first, client, { clock });
        expect(result.refused).toEqual([]);
        const second = plan(wanted, await readActual(client, wanted));
        expect(second.steps).toEqual([]);
        // What was reported as drift or problem stays so: nothing is silently given up or newly invented.
        expect(second.problems).toEqual(first.problems);
        expect(others).toEqual(before);
      }),
    ),
    { numRuns: 80 },
  );
});

it('a gateway that was there before the object is never deleted', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, ([starts, wanted]) =>
      inCloud(async (cloud, client, clock) => {
        const own = tagSets[1];
        for (const from of starts) put(cloud, from);
        const kept = cloud
          .gateways()
          .filter((gateway) => JSON.stringify(gateway.tags) !== JSON.stringify(own) || gateway.id === wanted.reuse?.id);
        await converge(client, { ...wanted, presence: 'absent' }, { clock });
        for (const gateway of kept) expect(gateway.goneAt).toBeUndefined();
        // And all that was created for it is gone.
        expect(cloud.gateways().filter((gateway) => JSON.stringify(gateway.tags) === JSON.stringify(own))).toEqual([]);
      }),
    ),
    { numRuns: 40 },
  );
});

it('with any sequence of faults, converging again and again reaches the same state and creates one gateway', async () => {
  const fault = fc.record({
    after: fc.nat(12),
    effect: fc.boolean(),
    what: fc.constantFrom(
      'drop' as const,
      { status: 500, code: 'InternalError' },
      { status: 429, code: 'Throttling.User' },
      { body: '<html>', status: 502 },
    ),
    times: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(desiredGateway(['gw-none']), fc.array(fault, { maxLength: 6 }), (any, faults) =>
      inCloud(async (cloud, client, clock) => {
        const { reuse: _none, ...rest } = any;
        const wanted: DesiredGateway = { ...rest, presence: 'present' };
        for (const one of faults)
          cloud.fail(typeof one.what === 'object' && 'code' in one.what && one.what.status === 429 ? { ...one, effect: false } : one);
        for (let run = 0; run < 20; run += 1) {
          const ended = await converge(client, wanted, { clock }).then(
            () => true,
            () => false,
          );
          if (ended) break;
        }
        expect(plan(wanted, await readActual(client, wanted))).toMatchObject({ steps: [], drift: [], problems: [] });
        expect(cloud.gateways()).toHaveLength(1);
      }),
    ),
    { numRuns: 40 },
  );
});
