import { createCloudClient } from '@ingresskit/cloud';
import type { MseProviderOptions } from '@ingresskit/controller';
import type { Command } from 'commander';
import { UnusableInput } from './command-io.ts';
import { collect } from './manifest-options.ts';

/** Where in the cloud. */
export interface MseChoice {
  readonly region?: string;
  readonly vpc?: string;
  readonly vswitch?: readonly string[];
  readonly clusterId?: string;
  readonly clusterName?: string;
  readonly edition?: string;
  readonly resourceGroup?: string;
  readonly keepLoadBalancers?: true;
  readonly endpoint?: string;
}

/** Adds the options of `MseChoice`. */
export function addMseOptions(command: Command): Command {
  return command
    .option('--region <id>', 'the region, such as cn-hangzhou')
    .option('--vpc <id>', 'the VPC of the cluster')
    .option('--vswitch <id>', 'a vSwitch for gateways whose object names none; repeatable', collect)
    .option('--cluster-id <id>', 'the id of the cluster in the cloud')
    .option('--cluster-name <name>', 'its name (default: its id)')
    .option('--edition <name>', 'mse_pro or mse_serverless (default: what the cloud chooses)')
    .option('--resource-group <id>', 'the resource group of new gateways')
    .option('--keep-load-balancers', 'keep the load balancers of a gateway that is deleted')
    .option('--endpoint <url>', 'another endpoint of the API');
}

/**
 * Where gateways are bought. Credentials come from the environment, as everywhere with this vendor.
 *
 * @throws UnusableInput
 */
export function mseOptionsOf(choice: MseChoice): MseProviderOptions & { readonly region: string } {
  const { region, vpc, vswitch, clusterId, clusterName, edition, resourceGroup, keepLoadBalancers, endpoint } = choice;
  if (region === undefined || vpc === undefined || clusterId === undefined)
    throw new UnusableInput('the cloud needs --region, --vpc and --cluster-id');
  if (edition !== undefined && edition !== 'mse_pro' && edition !== 'mse_serverless')
    throw new UnusableInput(`--edition is mse_pro or mse_serverless, and is "${edition}"`);
  return {
    region,
    client: clientOf(region, endpoint),
    vpc,
    cluster: { id: clusterId, ...(clusterName === undefined ? {} : { name: clusterName }) },
    deleteLoadBalancers: keepLoadBalancers !== true,
    ...(vswitch === undefined ? {} : { vSwitches: vswitch }),
    ...(edition === undefined ? {} : { edition }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
  };
}

function clientOf(region: string, endpoint: string | undefined): MseProviderOptions['client'] {
  try {
    return createCloudClient({ region, ...(endpoint === undefined ? {} : { endpoint }) });
  } catch (error) {
    if (error instanceof TypeError) throw new UnusableInput(error.message);
    throw error;
  }
}
