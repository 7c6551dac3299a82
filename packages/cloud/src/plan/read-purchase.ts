import { type Diagnostic, type FieldPath, type MseIngressConfig, refOf } from '@ingresskit/resources';
import type { GatewaySpecName } from '../api/gateway.ts';
import type { DesiredPurchase } from './desired.ts';
import { cloudDiagnostics } from './diagnostics.ts';
import type { DesiredContext } from './read-desired.ts';

const specs: Readonly<Record<string, GatewaySpecName>> = {
  '2c4g': 'MSE_GTW_2_4_200_c',
  '4c8g': 'MSE_GTW_4_8_200_c',
  '8c16g': 'MSE_GTW_8_16_200_c',
  '16c32g': 'MSE_GTW_16_32_200_c',
};

const loadBalancers = ['slb.s1.small', 'slb.s2.small', 'slb.s2.medium', 'slb.s3.small', 'slb.s3.medium', 'slb.s3.large'];

/** `2c4g` for `MSE_GTW_2_4_200_c`: how people write it. */
export function formatSpec(spec: string | undefined): string {
  return Object.entries(specs).find(([, name]) => name === spec)?.[0] ?? spec ?? 'unknown';
}

/** What is bought, with the defaults of mse.md §3.1. A value outside the documented ones is a problem: nothing is bought by guess. */
export function readPurchase(object: MseIngressConfig, context: DesiredContext, diagnostics: Diagnostic[]): DesiredPurchase {
  const { spec: { name = 'mse-ingress', common = {} } = {} } = object;
  const refuse = (path: FieldPath, value: unknown, help: string): void => {
    diagnostics.push(
      cloudDiagnostics.make('invalid-purchase', {
        object: refOf(object),
        path: ['spec', ...path],
        message: `${JSON.stringify(value)?.slice(0, 80)} cannot be bought; no gateway is created.`,
        help,
      }),
    );
  };

  if (name === '' || name.length > 64) refuse(['name'], name, 'A gateway name has 1 to 64 characters.');
  const payType = common.pay?.payType ?? 'POSTPAY';
  if (payType !== 'POSTPAY') refuse(['common', 'pay', 'payType'], payType, 'Only POSTPAY (pay as you go) is available.');
  const size = common.instance?.spec ?? '4c8g';
  const spec = Object.hasOwn(specs, size) ? specs[size] : undefined;
  if (spec === undefined) refuse(['common', 'instance', 'spec'], size, `Use one of ${Object.keys(specs).join(', ')}.`);
  const replicas = common.instance?.replicas ?? 3;
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > 30)
    refuse(['common', 'instance', 'replicas'], replicas, 'Use 0 to 30 replicas.');

  const network = common.network ?? {};
  const named = network.vSwitches ?? [];
  const vSwitches = named.length > 0 ? named : (context.vSwitches ?? []);
  if (vSwitches.length < 1 || vSwitches.length > 2)
    refuse(['common', 'network', 'vSwitches'], vSwitches, 'Name one or two vSwitches, the primary first.');
  for (const field of ['publicSLBSpec', 'privateSLBSpec'] as const) {
    const value = network[field];
    if (value !== undefined && !loadBalancers.includes(value))
      refuse(['common', 'network', field], value, `Use one of ${loadBalancers.join(', ')}.`);
  }
  const networkType = network.networkType ?? 'Internet';
  if (networkType !== 'Internet' && networkType !== 'Intranet')
    refuse(['common', 'network', 'networkType'], networkType, 'Use Internet or Intranet.');
  const groupType = common.securityGroupType ?? 'normal';
  if (groupType !== 'normal' && groupType !== 'enterprise') refuse(['common', 'securityGroupType'], groupType, 'Use normal or enterprise.');

  // An Intranet gateway gets no public entry and therefore needs the internal one. Otherwise the printed default of privateSLBSpec would buy an
  // internal load balancer for everybody; it is taken as a misprint (mse.md §9.9).
  const internal = networkType === 'Intranet';
  const privateLoadBalancer = network.privateSLBSpec ?? (internal ? 'slb.s2.small' : undefined);
  return {
    name,
    vpc: context.vpc,
    vSwitches,
    spec: spec ?? 'MSE_GTW_4_8_200_c',
    replicas,
    ...(internal ? {} : { publicLoadBalancer: network.publicSLBSpec ?? 'slb.s2.small' }),
    ...(privateLoadBalancer === undefined ? {} : { privateLoadBalancer }),
    enterpriseSecurityGroup: groupType === 'enterprise',
    ...(context.edition === undefined ? {} : { edition: context.edition }),
    ...(context.resourceGroup === undefined ? {} : { resourceGroup: context.resourceGroup }),
  };
}
