import { describe, expect, it } from 'vitest';
import { codes, desired, gateway, kinds, reused, settled, source } from '../testing/plan-samples.ts';
import type { ActualSettings } from './actual.ts';
import { formatPlan } from './format.ts';
import { plan } from './plan.ts';

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

it('prints nothing that could break a terminal or a page', () => {
  const text = formatPlan(plan({ ...desired, purchase: { ...desired.purchase, name: 'a\u001b[31m\n<b>' } }, { others: [] }));
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('<b>');
});
