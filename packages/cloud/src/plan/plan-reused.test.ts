import { describe, expect, it } from 'vitest';
import { codes, desired, gateway, kinds, own, reused, settled, source } from '../testing/plan-samples.ts';
import type { ActualSettings } from './actual.ts';
import type { DesiredGateway } from './desired.ts';
import { plan } from './plan.ts';
import { phaseOf } from './state.ts';
import { stepKey } from './step.ts';

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
