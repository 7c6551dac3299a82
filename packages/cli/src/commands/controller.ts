import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import {
  type ControllerEvent,
  createController,
  createLocalProvider,
  createMseProvider,
  type GatewayProvider,
} from '@ingresskit/controller';
import { type Command, Option } from 'commander';
import { addClusterOptions, type ClusterChoice, clusterOf } from '../cluster-options.ts';
import type { CommandIo } from '../command-io.ts';
import { addMseOptions, type MseChoice, mseOptionsOf } from '../mse-options.ts';
import { statusFor, untilStopped } from '../serve/until-stopped.ts';
import type { CommandSpec } from './command-spec.ts';

interface ControllerCommandOptions extends ClusterChoice, MseChoice {
  readonly provider: 'local' | 'mse';
  readonly leaseNamespace?: string;
  readonly lease: string;
  readonly onDelete: 'delete' | 'keep';
  readonly stateFolder?: string;
  readonly stopGateways?: true;
}

/** `ingresskit controller`: a gateway for every MseIngressConfig. */
export const controllerCommand: CommandSpec = {
  name: 'controller',
  summary: 'keep a gateway for every MseIngressConfig of a cluster',
  description:
    'Watches MseIngressConfig objects and keeps a gateway alive for each: a process of this machine (local), or a gateway of the cloud (mse). One of several controllers works, the others wait. Gateways go on when it ends. Words after -- are options for the gateways of this machine.',
  examples: [
    { line: 'ingresskit controller --kubeconfig', about: 'gateways on this machine, on free ports that the status names' },
    { line: 'ingresskit controller --kubeconfig -- --listen 127.0.0.1:8080 --access-log json', about: 'with options for them' },
    {
      line: 'ingresskit controller --provider mse --region cn-hangzhou --vpc vpc-1 --vswitch vsw-1 --cluster-id c1',
      about: 'gateways of the cloud',
    },
  ],
  declare(command: Command) {
    addMseOptions(
      addClusterOptions(command.argument('[gateway-options...]', 'options of ingresskit gateway, after --'), 'the cluster to follow')
        .addOption(new Option('--provider <name>', 'where gateways come from').choices(['local', 'mse']).default('local'))
        .option('--lease-namespace <name>', 'where the Lease is by which one controller is chosen (default: $POD_NAMESPACE, then default)')
        .option('--lease <name>', 'its name', 'ingresskit-controller')
        .addOption(
          new Option('--on-delete <what>', 'what becomes of a created gateway when its object is deleted')
            .choices(['delete', 'keep'])
            .default('delete'),
        )
        .option('--state-folder <path>', 'where it is written down which process belongs to which object (local)')
        .option('--stop-gateways', 'end the gateways of this machine with the controller (local)'),
    );
  },
  async run(given, operands, io) {
    const options = given as unknown as ControllerCommandOptions;
    const stopped = untilStopped(io);
    const cluster = await clusterOf(options, io);
    const controller = createController({
      cluster,
      provider:
        options.provider === 'mse' ? createMseProvider(mseOptionsOf(options)) : localProvider(options, operands, cluster.server, io),
      namespace: options.leaseNamespace ?? io.env['POD_NAMESPACE'] ?? 'default',
      lease: options.lease,
      onDelete: options.onDelete,
      onEvent: (event) => void log(event, io),
    });
    const running = controller.run();
    const reason = await Promise.race([stopped, running.then(() => 'asked' as const)]);
    await controller.stop();
    return statusFor(reason);
  },
};

function localProvider(options: ControllerCommandOptions, operands: readonly string[], server: string, io: CommandIo): GatewayProvider {
  const { kubeconfig, context } = options;
  const cluster = [
    ...(kubeconfig === undefined ? [] : kubeconfig === true ? ['--kubeconfig'] : ['--kubeconfig', resolve(kubeconfig)]),
    ...(context === undefined ? [] : ['--context', context]),
  ];
  const listens = operands.some((word) => /^--listen(-tls)?(=|$)/.test(word));
  return createLocalProvider({
    folder: options.stateFolder === undefined ? defaultFolder(server, io) : resolve(options.stateFolder),
    stopOnClose: options.stopGateways === true,
    command: (gateway, instance) => ({
      program: process.execPath,
      parameters: [
        ...process.execArgv,
        process.argv[1] ?? '',
        'gateway',
        // Options with an optional value come before others, which end them.
        ...cluster,
        '--gateway',
        gateway,
        '--instance',
        instance,
        ...(listens ? [] : ['--listen', '127.0.0.1:0']),
        '--grace',
        '10',
        // Nothing stands between a gateway on this machine and those who ask it.
        '--propagation',
        '0',
        ...operands,
      ],
    }),
  });
}

/** One folder for each cluster: what belongs to another must not look left over. */
function defaultFolder(server: string, { env }: CommandIo): string {
  const root = env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  return join(root, 'ingresskit', createHash('sha256').update(server).digest('hex').slice(0, 16));
}

async function log(event: ControllerEvent, io: CommandIo): Promise<void> {
  const say = (text: string): Promise<void> | void => io.stdout.write(`${text}\n`);
  if (event.type === 'phase') await say(`${event.object}: ${event.phase}. ${event.message}`);
  else if (event.type === 'removed') await say(`${event.object}: removed.`);
  else if (event.type === 'orphan-removed') await say(`${event.object}: its gateway was left over and is removed.`);
  else if (event.type === 'status-contested') await say(`${event.object}: its status belongs to ${event.managers.join(', ')}.`);
  else if (event.type === 'failed' || event.type === 'event-failed')
    await io.stderr.write(`ingresskit: ${event.object}: ${event.error instanceof Error ? event.error.message : String(event.error)}\n`);
  else if (event.type === 'election' && event.event.type === 'leading') await say('leading');
  else if (event.type === 'election' && event.event.type === 'lost') await say('no longer leading');
  else if (event.type === 'cluster' && event.event.type === 'degraded')
    await io.stderr.write(`ingresskit: ${event.event.kind} objects cannot be read (${event.event.state}): ${event.event.error.message}\n`);
}
