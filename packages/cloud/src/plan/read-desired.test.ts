import type { IngressClass, MseIngressConfig, MseIngressConfigSpec } from '@ingresskit/resources';
import { describe, expect, it } from 'vitest';
import { type DesiredContext, readDesired } from './read-desired.ts';

const context: DesiredContext = {
  region: 'cn-test',
  vpc: 'vpc-1',
  vSwitches: ['vsw-node'],
  cluster: { id: 'c1', name: 'shop' },
  settings: { addressLists: [] },
};

const object = (spec?: MseIngressConfigSpec): MseIngressConfig => ({
  apiVersion: 'mse.alibabacloud.com/v1alpha1',
  kind: 'MseIngressConfig',
  metadata: { name: 'edge' },
  ...(spec === undefined ? {} : { spec }),
});

const classOf = (name: string, parameters = 'edge', controller = 'mse.alibabacloud.com/ingress'): IngressClass => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name },
  spec: { controller, parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig', name: parameters } },
});

describe('readDesired', () => {
  it('fills the documented defaults in (mse.md §3.1)', () => {
    const { desired, diagnostics } = readDesired(object(), context);
    expect(diagnostics).toEqual([]);
    expect(desired).toEqual({
      object: 'edge',
      region: 'cn-test',
      cluster: { id: 'c1', name: 'shop' },
      presence: 'present',
      purchase: {
        name: 'mse-ingress',
        vpc: 'vpc-1',
        vSwitches: ['vsw-node'],
        spec: 'MSE_GTW_4_8_200_c',
        replicas: 3,
        publicLoadBalancer: 'slb.s2.small',
        enterpriseSecurityGroup: false,
      },
      settings: { hardwareAcceleration: true, log: { enabled: false }, trace: { enabled: false }, allow: [], deny: [], parameters: {} },
      deleteLoadBalancers: true,
      problems: [],
    });
  });

  it('reads every field', () => {
    const { desired, diagnostics } = readDesired(
      object({
        name: 'front',
        common: {
          pay: { payType: 'POSTPAY' },
          instance: { spec: '16c32g', replicas: 0 },
          network: { vSwitches: ['vsw-a', 'vsw-b'], publicSLBSpec: 'slb.s1.small', privateSLBSpec: 'slb.s3.large' },
          securityGroupType: 'enterprise',
        },
        global: { tls: { enableHardwareAcceleration: false }, downstreamIdleTimeout: '60', enableHttp2: true },
        monitor: { logging: { sls: { reuseProject: 'logs' } }, tracing: { openTelemetry: { sampleRate: '12.5' } } },
        ingress: { local: { ingressClass: 'nginx', watchNamespace: 'web' } },
      }),
      { ...context, edition: 'mse_pro', resourceGroup: 'rg', deleteLoadBalancers: false },
    );
    expect(diagnostics).toEqual([]);
    expect(desired.purchase).toEqual({
      name: 'front',
      vpc: 'vpc-1',
      vSwitches: ['vsw-a', 'vsw-b'],
      spec: 'MSE_GTW_16_32_200_c',
      replicas: 0,
      publicLoadBalancer: 'slb.s1.small',
      privateLoadBalancer: 'slb.s3.large',
      enterpriseSecurityGroup: true,
      edition: 'mse_pro',
      resourceGroup: 'rg',
    });
    expect(desired.settings).toMatchObject({
      hardwareAcceleration: false,
      log: { enabled: true, project: 'logs' },
      trace: { enabled: true, type: 'OPENTELEMETRY', sample: 12.5 },
      parameters: { DownstreamIdleTime: '60', EnableHttp2: 'true' },
    });
    expect(desired.listening).toEqual({ ingressClass: 'nginx', namespace: 'web' });
    expect(desired.deleteLoadBalancers).toBe(false);
  });

  it.each<[string, MseIngressConfigSpec]>([
    ['name', { name: 'x'.repeat(65) }],
    ['name', { name: '' }],
    ['payType', { common: { pay: { payType: 'PREPAY' } } }],
    ['spec', { common: { instance: { spec: '32c64g' } } }],
    ['spec', { common: { instance: { spec: 'constructor' } } }],
    ['replicas', { common: { instance: { replicas: 31 } } }],
    ['replicas', { common: { instance: { replicas: 1.5 } } }],
    ['vSwitches', { common: { network: { vSwitches: ['a', 'b', 'c'] } } }],
    ['publicSLBSpec', { common: { network: { publicSLBSpec: 'slb.s9.huge' } } }],
    ['networkType', { common: { network: { networkType: 'Both' } } }],
    ['securityGroupType', { common: { securityGroupType: 'none' } }],
  ])('buys nothing with a wrong %s', (field, spec) => {
    const { desired } = readDesired(object(spec), context);
    expect(desired.problems.map(({ code, path }) => [code, path?.at(-1)])).toEqual([['cloud/invalid-purchase', field]]);
    // A gateway that exists is not bought, so what would be bought does not matter.
    expect(readDesired(object({ ...spec, id: 'gw-1' }), context).desired.problems).toEqual([]);
  });

  it('needs a vSwitch from somewhere', () => {
    const { vSwitches: _none, ...bare } = context;
    expect(readDesired(object(), bare).desired.problems[0]?.path?.at(-1)).toBe('vSwitches');
  });

  it('gives an Intranet gateway an internal load balancer and no public one', () => {
    const { purchase } = readDesired(
      object({ common: { network: { networkType: 'Intranet', publicSLBSpec: 'slb.s1.small' } } }),
      context,
    ).desired;
    expect(purchase.privateLoadBalancer).toBe('slb.s2.small');
    expect(purchase.publicLoadBalancer).toBeUndefined();
  });

  it('takes the address lists the compiler read for this object, and stops where they could not be read', () => {
    const source = { kind: 'MseIngressConfig', name: 'edge' };
    const settings = {
      addressLists: [
        { allow: ['192.0.2.0/24'], deny: ['198.51.100.1/32'], source },
        { deny: ['203.0.113.0/24'], source: { ...source, name: 'other' } },
      ],
    };
    const { desired } = readDesired(object(), { ...context, settings });
    expect([desired.settings.allow, desired.settings.deny]).toEqual([['192.0.2.0/24'], ['198.51.100.1/32']]);
    const denied = { addressLists: [], denied: { code: 'gateway/invalid-address-list', source } };
    expect(readDesired(object(), { ...context, settings: denied }).desired.problems[0]?.code).toBe('cloud/invalid-address-list');
  });

  describe('listening', () => {
    it.each([
      [undefined, undefined],
      ['', { ingressClass: '', namespace: '' }],
      ['mse', { ingressClass: 'mse', namespace: '' }],
    ])('class %j', (ingressClass, listening) => {
      const local = ingressClass === undefined ? {} : { ingressClass };
      expect(readDesired(object({ ingress: { local } }), context).desired.listening).toEqual(listening);
    });

    it('prefers a class that points at the object (mse.md §3.4)', () => {
      const ingressClasses = [classOf('zeta', 'other'), classOf('foreign', 'edge', 'k8s.io/ingress-nginx'), classOf('mine')];
      const spec = { ingress: { local: { ingressClass: 'mse', watchNamespace: 'web' } } };
      expect(readDesired(object(spec), { ...context, ingressClasses }).desired.listening).toEqual({
        ingressClass: 'mine',
        namespace: 'web',
      });
    });

    it('reports several classes and takes the first by name, whatever their order', () => {
      const { desired, diagnostics } = readDesired(object(), { ...context, ingressClasses: [classOf('b'), classOf('a')] });
      expect(desired.listening?.ingressClass).toBe('a');
      expect(diagnostics.map(({ code }) => code)).toEqual(['cloud/several-classes']);
      expect(desired.problems).toEqual([]);
    });

    it('refuses a list of namespaces', () => {
      const spec = { ingress: { local: { ingressClass: 'mse', watchNamespace: 'a,b' } } };
      expect(readDesired(object(spec), context).desired.problems.map(({ code }) => code)).toEqual(['cloud/invalid-namespace']);
    });
  });

  it.each<[string, MseIngressConfigSpec]>([
    ['cloud/ambiguous-tracing', { monitor: { tracing: { xTrace: {}, openTelemetry: {} } } }],
    ['cloud/invalid-sample-rate', { monitor: { tracing: { xTrace: { sampleRate: '101' } } } }],
    ['cloud/invalid-sample-rate', { monitor: { tracing: { xTrace: { sampleRate: '' } } } }],
  ])('leaves tracing alone after %s', (code, spec) => {
    const { desired, diagnostics } = readDesired(object(spec), context);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect('trace' in desired.settings).toBe(false);
  });

  it.each<[string, MseIngressConfigSpec]>([
    ['cloud/invalid-parameter', { global: { downstreamIdleTimeout: 601 } }],
    ['cloud/invalid-parameter', { global: { upstreamIdleTimeout: '1s' } }],
    ['cloud/unsupported-field', { global: { enableXffTrustedCidrs: ['192.0.2.0/24'] } }],
  ])('leaves a parameter alone after %s', (code, spec) => {
    const { desired, diagnostics } = readDesired(object(spec), context);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(desired.settings.parameters).toEqual({});
  });
});
