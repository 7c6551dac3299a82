import { managedPolicyActions, operations } from '@ingresskit/cloud';

/** A RAM policy document. */
export interface CloudPolicy {
  readonly Version: '1';
  readonly Statement: readonly { readonly Effect: 'Allow'; readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

/**
 * The policy of the controller's identity: the operations that reading, planning and applying call, and nothing beside them. Generated from the table
 * of operations, in which the client's own type keeps the controller to those.
 *
 * @param scope region and account of the gateways; `*` for any.
 */
export function cloudPolicy(scope: { readonly region?: string; readonly account?: string } = {}): CloudPolicy {
  const { region = '*', account = '*' } = scope;
  const used = Object.values(operations).filter(({ controller }) => controller);
  const actions = (resource: 'gateway' | '*'): readonly string[] =>
    used
      .filter((one) => one.resource === resource)
      .map(({ action }) => action)
      .sort();
  return {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: actions('gateway'), Resource: [`acs:mse:${region}:${account}:instance/*`] },
      // These name no gateway: it is being created, or looked for by its tags.
      { Effect: 'Allow', Action: actions('*'), Resource: ['*'] },
    ],
  };
}

/** Why the vendor's own policy (mse.md §7) has an action and ours has not. */
export const unusedActions: Readonly<Record<`mse:${string}`, string>> = {
  'mse:CreateApplication': 'belongs to another component that shares the role',
  'mse:ModifyLosslessRule': 'belongs to another component that shares the role',
  'mse:GetLicenseKey': 'belongs to another component that shares the role',
  'mse:GetGatewayDetail': 'its parameters are not documented; GetGateway tells what is needed',
  'mse:UpdateGatewaySls': 'its parameters are not documented; logs are turned on with UpdateGatewayOption',
};

/** Where the generated policy and the vendor's differ: `more` must stay empty. */
export function policyDifference(): { readonly more: readonly string[]; readonly less: readonly string[] } {
  const ours = cloudPolicy().Statement.flatMap(({ Action }) => Action);
  const theirs: readonly string[] = managedPolicyActions;
  return { more: ours.filter((action) => !theirs.includes(action)), less: theirs.filter((action) => !ours.includes(action)) };
}

/** Operations of other services in the vendor's policy, and why they are not needed. */
export const unusedServices: Readonly<Record<string, string>> = {
  'vpc:DescribeVSwitches': 'the vSwitches are given to the controller, or are in the object',
  'log:*ProductDataCollection': 'the log project is chosen by the gateway API',
  'ram:CreateServiceLinkedRole': 'roles are made by the installer',
  'ram:PassRole': 'roles are made by the installer',
};
