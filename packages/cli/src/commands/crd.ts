import { type Component, cloudPolicy, crdManifest, deploymentManifests, formatManifests, rbacManifests } from '@ingresskit/controller/crd';
import { type Command, Option } from 'commander';
import { UnusableInput } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import type { CommandSpec } from './command-spec.ts';

interface CrdOptions {
  readonly component: Component;
  readonly namespace: string;
  readonly image?: string;
  readonly region?: string;
  readonly account?: string;
}

const what = ['crd', 'rbac', 'deployment', 'cloud-policy'] as const;

/** `ingresskit crd`: the manifests of an installation. */
export const crdCommand: CommandSpec = {
  name: 'crd',
  summary: 'print the CRD, the roles, the Deployments and the cloud policy',
  description:
    'Prints manifests to install: crd (the default) the definition of MseIngressConfig, rbac the roles of the controller or the gateway, deployment how they run in a cluster, cloud-policy the RAM policy of the controller. Roles and policy hold the calls that are made and no others.',
  examples: [
    { line: 'ingresskit crd | kubectl apply -f -', about: 'install the definition' },
    { line: 'ingresskit crd rbac --component gateway | kubectl apply -f -', about: 'and what a gateway may do' },
    { line: 'ingresskit crd deployment --component gateway --image registry.example.com/ingresskit:1.0.0', about: 'how it runs' },
    { line: 'ingresskit crd cloud-policy --region cn-hangzhou', about: 'what the controller may do in the cloud, as JSON' },
  ],
  declare(command: Command) {
    command
      .argument('[what]', what.join(', '), 'crd')
      .addOption(new Option('--component <name>', 'for rbac and deployment').choices(['controller', 'gateway']).default('controller'))
      .option('--namespace <name>', 'for rbac and deployment', 'mse-ingress-controller')
      .option('--image <reference>', 'for deployment: an image whose entry point is this command')
      .option('--region <id>', 'for cloud-policy: only gateways of this region')
      .option('--account <id>', 'for cloud-policy: only gateways of this account');
  },
  async run(given, operands, io) {
    await io.stdout.write(textOf(operands[0] ?? 'crd', given as unknown as CrdOptions));
    return exitStatus.done;
  },
};

function textOf(wanted: string, { component, namespace, image, region, account }: CrdOptions): string {
  switch (what.find((name) => name === wanted)) {
    case 'crd':
      return formatManifests([crdManifest()]);
    case 'rbac':
      return formatManifests(rbacManifests(component, { namespace }));
    case 'deployment':
      if (image === undefined) throw new UnusableInput('crd deployment needs --image');
      return formatManifests(deploymentManifests(component, { namespace, image }));
    case 'cloud-policy':
      return `${JSON.stringify(cloudPolicy({ ...(region === undefined ? {} : { region }), ...(account === undefined ? {} : { account }) }), undefined, 2)}\n`;
    default:
      throw new UnusableInput(`"${wanted}" is not one of ${what.join(', ')}`);
  }
}
