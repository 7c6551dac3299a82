import { describe, expect, it } from 'vitest';
import type { ActualGateway, ActualSettings } from './actual.ts';
import type { DesiredGateway } from './desired.ts';
import { formatPlan } from './format.ts';
import { plan } from './plan.ts';
import { phaseOf } from './state.ts';
import { stepKey } from './step.ts';

const desired: DesiredGateway = {
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

const own = { 'ack.aliyun.com': 'c1', 'ingress.k8s.alibaba/MseIngressConfig': 'edge' };
const reused = { ...own, 'kubernetes.reused.by.user': 'true' };

const settled: ActualSettings = {
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

const gateway = (fields: Partial<ActualGateway> = {}): ActualGateway => ({
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

const kinds = (result: ReturnType<typeof plan>): string[] => result.steps.map((step) => step.kind);
const codes = (result: ReturnType<typeof plan>): string[] => result.problems.map((problem) => problem.code);
const source = settled.source as NonNullable<ActualSettings['source']>;

describe('plan for a gateway of its own', () => {
  it('creates, waits, sets gates, then listens; and prints it', () => {
    const result = plan(desired, { others: [] });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(formatPlan(result, { operations: true })).toBe(`MseIngressConfig edge: gateway (none yet)
  1. + create gateway "edge" of 2 × 2c4g in vpc-1, cn-test
       no gateway carries the tags of this object
       calls ListTagResources, AddGateway
  2. … wait until it is running
       a new gateway takes about three minutes
       calls GetGateway, ListTagResources
  3. ~ set the allow list to 192.0.2.0/24
       the allow list of the object is to hold for the whole gateway
       calls GetGateway, GetBlackWhiteList, AddBlackWhiteList, UpdateBlackWhiteList
  4. ~ set {"LogConfigDetails":{"LogEnabled":false}}
       the object asks for no log delivery
       calls UpdateGatewayOption
  5. ~ set {"TraceDetails":{"TraceEnabled":false}}
       the object asks for no tracing
       calls UpdateGatewayOption
  6. + bind cluster shop: class "mse", namespace ""
       the gateway is to listen to the Ingresses of class mse of cluster shop
       calls ListServiceSource, AddServiceSource, UpdateServiceSource
`);
    expect(result.steps[0]).toMatchObject({
      parameters: {
        Region: 'cn-test',
        Vpc: 'vpc-1',
        Name: 'edge',
        Spec: 'MSE_GTW_2_4_200_c',
        Replica: 2,
        ChargeType: 'POSTPAY',
        VSwitchId: 'vsw-1',
        InternetSlbSpec: 'slb.s2.small',
        EnterpriseSecurityGroup: false,
        EnableHardwareAcceleration: true,
        Tag: [
          { Key: 'ack.aliyun.com', Value: 'c1' },
          { Key: 'ingress.k8s.alibaba/MseIngressConfig', Value: 'edge' },
        ],
      },
    });
  });

  it('does nothing when all is as desired', () => {
    const result = plan(desired, { gateway: gateway(), others: [] });
    expect(result).toEqual({ object: 'edge', gateway: 'gw-1', steps: [], drift: [], problems: [] });
    expect(formatPlan(result)).toContain('nothing to do');
  });

  it('reads an address without prefix, another order and repetition as the same list', () => {
    const wanted = { ...desired, settings: { ...desired.settings, allow: ['192.0.2.1/32', '2001:db8::1/128'] } };
    const settings = { ...settled, allow: { id: 1, on: true, entries: ['2001:DB8::1', '192.0.2.1', '192.0.2.1/32'] } };
    expect(plan(wanted, { gateway: gateway({ settings }), others: [] }).steps).toEqual([]);
  });

  it('sets a list that is there but off', () => {
    const settings = { ...settled, allow: { id: 1, on: false, entries: ['192.0.2.0/24'] } };
    expect(kinds(plan(desired, { gateway: gateway({ settings }), others: [] }))).toEqual(['set-address-list']);
  });

  it('changes each setting that differs, by absent values too, and gates before listening', () => {
    const settings: ActualSettings = {
      option: {
        EnableHardwareAcceleration: false,
        LogConfigDetails: { LogEnabled: true, ProjectName: 'p' },
        TraceDetails: { TraceEnabled: true, TraceType: 'XTRACE', Sample: 5 },
      },
      parameters: { EnableHttp2: false },
      deny: { id: 3, on: true, entries: ['203.0.113.0/24'] },
      source: { ...source, IngressOptions: { EnableIngress: true, IngressClass: 'old', WatchNamespace: '', EnableStatus: false } },
    };
    const wanted = { ...desired, settings: { ...desired.settings, parameters: { EnableHttp2: 'true' } } };
    const { steps } = plan(wanted, { gateway: gateway({ settings }), others: [] });
    expect(steps).toMatchObject([
      { kind: 'set-address-list', list: 'allow', entries: ['192.0.2.0/24'] },
      { kind: 'set-address-list', list: 'deny', entries: [] },
      { kind: 'update-option', option: { EnableHardwareAcceleration: true } },
      { kind: 'update-option', option: { LogConfigDetails: { LogEnabled: false } } },
      { kind: 'update-option', option: { TraceDetails: { TraceEnabled: false } } },
      { kind: 'update-parameter', name: 'EnableHttp2', value: 'true' },
      { kind: 'update-listening', ingress: { EnableIngress: true, IngressClass: 'mse', WatchNamespace: '', EnableStatus: false } },
    ]);
  });

  it('stops listening when the object names no class, and does not bind for nothing', () => {
    const { listening: _gone, ...silent } = desired;
    expect(plan(silent, { gateway: gateway(), others: [] }).steps).toMatchObject([
      { kind: 'update-listening', ingress: { EnableIngress: false } },
    ]);
    const { source: _unbound, ...unbound } = settled;
    expect(plan(silent, { gateway: gateway({ settings: unbound }), others: [] }).steps).toEqual([]);
  });

  it('reports what cannot be changed after creation, without a step', () => {
    const result = plan(desired, {
      gateway: gateway({ spec: 'MSE_GTW_8_16_200_c', replicas: 5, name: 'renamed', vSwitches: ['vsw-9'] }),
      others: [],
    });
    expect(result.steps).toEqual([]);
    expect(result.drift.map(({ field, desired: wanted, actual }) => [field, wanted, actual])).toEqual([
      ['name', 'edge', 'renamed'],
      ['spec', '2c4g', '8c16g'],
      ['replicas', '2', '5'],
      ['vSwitches', 'vsw-1', 'vsw-9'],
    ]);
    expect(formatPlan(result)).toContain('! gw-1 spec: wanted 2c4g, is 8c16g');
  });

  it('continues with a gateway whose creation an earlier run began', () => {
    const { settings: _unknown, ...creating } = gateway({ status: 0 });
    expect(kinds(plan(desired, { gateway: creating, others: [] }))).toEqual([
      'wait-until-running',
      'set-address-list',
      'update-option',
      'update-option',
      'update-option',
      'bind-cluster',
    ]);
  });

  it('waits for a gateway in passing only when there is something to do', () => {
    expect(plan(desired, { gateway: gateway({ status: 12 }), others: [] }).steps).toEqual([]);
    const { allow: _open, ...open } = settled;
    expect(kinds(plan(desired, { gateway: gateway({ status: 12, settings: open }), others: [] }))).toEqual([
      'wait-until-running',
      'set-address-list',
    ]);
  });

  it('replaces a gateway that is being deleted, and not one that failed', () => {
    const { settings: _none, ...bare } = gateway();
    expect(kinds(plan(desired, { gateway: { ...bare, status: 8 }, others: [] })).slice(0, 3)).toEqual([
      'wait-until-gone',
      'create-gateway',
      'wait-until-running',
    ]);
    for (const status of [1, 9]) {
      const result = plan(desired, { gateway: { ...bare, status }, others: [] });
      expect([result.steps, codes(result)]).toEqual([[], ['cloud/gateway-unusable']]);
    }
  });

  it('does nothing while the object has a problem', () => {
    const problem = { code: 'cloud/invalid-purchase', severity: 'error', consequence: 'object-rejected', message: 'm' } as const;
    const result = plan({ ...desired, problems: [problem] }, { others: [] });
    expect([result.steps, result.problems]).toEqual([[], [problem]]);
  });

  it('reports a second gateway and lets a formerly reused one go', () => {
    const result = plan(desired, { gateway: gateway(), others: [gateway({ id: 'gw-2' }), gateway({ id: 'gw-3', tags: reused })] });
    expect(result.drift.map((drift) => drift.actual)).toEqual(['gw-2 as well']);
    expect(result.steps).toMatchObject([{ kind: 'untag-gateway', gateway: 'gw-3', keys: Object.keys(reused) }]);
  });
});

describe('plan for a reused gateway', () => {
  const reuse = (override: boolean): DesiredGateway => ({ ...desired, reuse: { id: 'gw-1', override } });
  const other: ActualSettings = { option: { EnableHardwareAcceleration: false, LogConfigDetails: { LogEnabled: true } }, parameters: {} };

  it('without override binds an unbound cluster and changes nothing else', () => {
    const result = plan(reuse(false), { gateway: gateway({ tags: {}, settings: other, spec: 'MSE_GTW_16_32_200_c' }), others: [] });
    expect(result.drift).toEqual([]);
    expect(result.steps).toMatchObject([
      { kind: 'tag-gateway', tags: reused },
      { kind: 'bind-cluster', onlyIfUnbound: true },
    ]);
  });

  it('without override leaves a bound cluster as it listens', () => {
    const settings = { ...other, source: { ...source, IngressOptions: { EnableIngress: false } } };
    expect(plan(reuse(false), { gateway: gateway({ tags: reused, settings }), others: [] }).steps).toEqual([]);
  });

  it('with override replaces settings and listening', () => {
    const settings = { ...other, source: { ...source, IngressOptions: { EnableIngress: true, IngressClass: 'nginx' } } };
    const result = plan(reuse(true), { gateway: gateway({ tags: reused, settings }), others: [] });
    expect(kinds(result)).toEqual(['set-address-list', 'update-option', 'update-option', 'update-listening']);
  });

  it('creates nothing when the gateway is missing', () => {
    const result = plan(reuse(true), { others: [] });
    expect([result.steps, codes(result)]).toEqual([[], ['cloud/gateway-not-found']]);
  });

  it('keeps its hands off a gateway of another object of the cluster', () => {
    const result = plan(reuse(true), {
      gateway: gateway({ tags: { ...own, 'ingress.k8s.alibaba/MseIngressConfig': 'other' } }),
      others: [],
    });
    expect([result.steps, codes(result)]).toEqual([[], ['cloud/gateway-taken']]);
  });

  it('shares a gateway with another cluster without taking its tags', () => {
    const result = plan(reuse(false), { gateway: gateway({ tags: { ...own, 'ack.aliyun.com': 'c2' }, settings: other }), others: [] });
    expect(kinds(result)).toEqual(['bind-cluster']);
  });
});

describe('plan for an object that is being deleted', () => {
  const gone: DesiredGateway = { ...desired, presence: 'absent' };

  it('deletes what was created for it, duplicates included, even when its spec is wrong', () => {
    const problem = { code: 'cloud/invalid-purchase', severity: 'error', consequence: 'object-rejected', message: 'm' } as const;
    const result = plan({ ...gone, problems: [problem] }, { gateway: gateway(), others: [gateway({ id: 'gw-2', status: 8 })] });
    expect(result.steps).toMatchObject([
      { kind: 'delete-gateway', gateway: 'gw-1', owner: own, deleteLoadBalancers: true },
      { kind: 'wait-until-gone', gateway: 'gw-1' },
      { kind: 'wait-until-gone', gateway: 'gw-2' },
    ]);
  });

  it.each([
    ['named by spec.id', { ...gone, reuse: { id: 'gw-1', override: true } }, own],
    ['marked as reused', gone, reused],
  ])('keeps a gateway that is %s', (_name, wanted, tags) => {
    expect(kinds(plan(wanted, { gateway: gateway({ tags }), others: [] }))).toEqual(['untag-gateway']);
  });

  it('leaves a gateway without its tags alone', () => {
    expect(plan(gone, { gateway: gateway({ tags: { 'ack.aliyun.com': 'c1' } }), others: [] }).steps).toEqual([]);
  });
});

describe('refused steps', () => {
  const { allow: _open, ...open } = settled;
  const { source: _unbound, ...bare } = open;

  it('become drift and are not tried again until the object changes', () => {
    const settings = { ...settled, option: { ...settled.option, EnableHardwareAcceleration: false } };
    const first = plan(desired, { gateway: gateway({ settings }), others: [] });
    const refused = new Set(first.steps.map(stepKey));
    const second = plan(desired, { gateway: gateway({ settings }), others: [] }, { refused });
    expect(second.steps).toEqual([]);
    expect(second.drift).toMatchObject([
      { gateway: 'gw-1', field: 'update-option', desired: '{"option":{"EnableHardwareAcceleration":true}}' },
    ]);
    const changed = { ...desired, settings: { ...desired.settings, log: { enabled: true } } };
    expect(plan(changed, { gateway: gateway({ settings }), others: [] }, { refused }).steps).toMatchObject([
      { option: { LogConfigDetails: { LogEnabled: true } } },
    ]);
  });

  it('that are gates keep the listening closed', () => {
    const first = plan(desired, { gateway: gateway({ settings: bare }), others: [] });
    expect(kinds(first)).toEqual(['set-address-list', 'bind-cluster']);
    const refused = new Set(first.steps.slice(0, 1).map(stepKey));
    const second = plan(desired, { gateway: gateway({ settings: bare }), others: [] }, { refused });
    expect([second.steps, codes(second)]).toEqual([[], ['cloud/gate-refused']]);
  });
});

describe('phaseOf (mse.md §5.4)', () => {
  it.each([
    [0, 'Pending'],
    [1, 'Failed'],
    [2, 'Listening'],
    [3, 'Listening'],
    [9, 'Failed'],
    [12, 'Listening'],
    [13, 'Failed'],
  ] as const)('status %i is %s', (status, phase) => {
    expect(phaseOf({ gateway: gateway({ status }), others: [] }, 'Listening')).toBe(phase);
  });

  it('is Running until the cluster is bound, and Pending without a gateway', () => {
    const { source: _none, ...unbound } = settled;
    expect(phaseOf({ gateway: gateway({ settings: unbound }), others: [] })).toBe('Running');
    expect(phaseOf({ others: [] })).toBe('Pending');
  });
});

it('prints nothing that could break a terminal or a page', () => {
  const text = formatPlan(plan({ ...desired, purchase: { ...desired.purchase, name: 'a\u001b[31m\n<b>' } }, { others: [] }));
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('<b>');
});
