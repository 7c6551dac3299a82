import type { AddGatewayParameters } from '../api/gateway.ts';
import type { ActualGateway } from './actual.ts';
import { type DesiredGateway, ownershipTags } from './desired.ts';
import { formatSpec } from './read-purchase.ts';
import type { Drift } from './step.ts';

/** The creation of a gateway. */
export function purchaseOf(desired: DesiredGateway): AddGatewayParameters {
  const { purchase } = desired;
  const [VSwitchId, VSwitchId2] = purchase.vSwitches;
  return {
    Region: desired.region,
    Vpc: purchase.vpc,
    Name: purchase.name,
    Spec: purchase.spec,
    Replica: purchase.replicas,
    ChargeType: 'POSTPAY',
    ...(VSwitchId === undefined ? {} : { VSwitchId }),
    ...(VSwitchId2 === undefined ? {} : { VSwitchId2 }),
    ...(purchase.publicLoadBalancer === undefined ? {} : { InternetSlbSpec: purchase.publicLoadBalancer }),
    ...(purchase.privateLoadBalancer === undefined ? {} : { SlbSpec: purchase.privateLoadBalancer }),
    EnterpriseSecurityGroup: purchase.enterpriseSecurityGroup,
    EnableHardwareAcceleration: desired.settings.hardwareAcceleration,
    ...(purchase.edition === undefined ? {} : { MserVersion: purchase.edition }),
    ...(purchase.resourceGroup === undefined ? {} : { ResourceGroupId: purchase.resourceGroup }),
    // The tags come with the creation, not after it: a crash in between must not leave a gateway that nobody finds.
    Tag: Object.entries(ownershipTags(desired)).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** What was bought and is not what would be bought now. */
export function purchaseDrift(desired: DesiredGateway, gateway: ActualGateway): Drift[] {
  const { purchase } = desired;
  const rows: readonly (readonly [string, string, string])[] = [
    ['name', purchase.name, gateway.name],
    ['spec', formatSpec(purchase.spec), gateway.spec === undefined ? formatSpec(purchase.spec) : formatSpec(gateway.spec)],
    ['replicas', String(purchase.replicas), String(gateway.replicas ?? purchase.replicas)],
    ['vpc', purchase.vpc, gateway.vpc ?? purchase.vpc],
    [
      'vSwitches',
      purchase.vSwitches.join(', '),
      gateway.vSwitches.length === 0 ? purchase.vSwitches.join(', ') : gateway.vSwitches.join(', '),
    ],
  ];
  return rows
    .filter(([, wanted, is]) => wanted !== is)
    .map(([field, wanted, is]) => ({
      gateway: gateway.id,
      field,
      desired: wanted,
      actual: is,
      reason: 'it matters only when the gateway is created; change it in the console, or delete the object and create it again',
    }));
}
