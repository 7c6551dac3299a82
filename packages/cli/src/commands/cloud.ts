import { converge, type DesiredGateway, formatPlan, formatState, isCloudError, phaseOf, plan, readActual } from '@ingresskit/cloud';
import { desiredOf } from '@ingresskit/controller';
import type { Diagnostic, IngressClass, MseIngressConfig } from '@ingresskit/resources';
import { formatDiagnostics } from '@ingresskit/resources';
import type { Command } from 'commander';
import { loadCluster } from '../cluster-manifests.ts';
import { addClusterOptions, type ClusterChoice } from '../cluster-options.ts';
import { diagnosticPaint } from '../colors.ts';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import * as exitStatus from '../exit-status.ts';
import { collect } from '../manifest-options.ts';
import { loadManifests } from '../manifests.ts';
import { addMseOptions, type MseChoice, mseOptionsOf } from '../mse-options.ts';
import { createProgress } from '../progress.ts';
import type { CommandSpec } from './command-spec.ts';

interface CloudOptions extends ClusterChoice, MseChoice {
  readonly file?: readonly string[];
  readonly object?: string;
  readonly delete?: true;
  readonly yes?: true;
  readonly json?: true;
}

const actions = ['plan', 'apply', 'status'] as const;

/** `ingresskit cloud`: what the controller would do in the cloud, by hand. */
export const cloudCommand: CommandSpec = {
  name: 'cloud',
  summary: 'plan, apply or look at the cloud gateway of an MseIngressConfig',
  description:
    'plan shows what is different in the cloud and which steps would change it; apply carries the steps out; status tells how the gateway is. Credentials come from ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or the usual chain of the vendor.',
  examples: [
    {
      line: 'ingresskit cloud plan -f gateway.yaml --region cn-hangzhou --vpc vpc-1 --vswitch vsw-1 --cluster-id c1',
      about: 'what would be done',
    },
    {
      line: 'ingresskit cloud apply -f gateway.yaml --region cn-hangzhou --vpc vpc-1 --vswitch vsw-1 --cluster-id c1 --yes',
      about: 'do it',
    },
    {
      line: 'ingresskit cloud status --kubeconfig --object edge --region cn-hangzhou --vpc vpc-1 --cluster-id c1',
      about: 'of an object in the cluster',
    },
  ],
  declare(command: Command) {
    addMseOptions(
      addClusterOptions(
        command
          .argument('<action>', actions.join(', '))
          .option('-f, --file <path>', 'manifests with the MseIngressConfig and its IngressClasses; repeatable', collect),
        'read the objects of a cluster instead of files',
      )
        .option('--object <name>', 'which MseIngressConfig (default: the only one)')
        .option('--delete', 'as if the object were being deleted')
        .option('--yes', 'apply without it shows the plan and does nothing: a gateway costs money')
        .option('--json', 'print JSON'),
    );
  },
  async run(given, operands, io) {
    const options = given as unknown as CloudOptions;
    const action = actions.find((name) => name === operands[0]);
    if (action === undefined) throw new UnusableInput(`"${operands[0]}" is not one of ${actions.join(', ')}`);
    const { client, ...context } = mseOptionsOf(options);
    const { object, ingressClasses } = await chosen(options, io);
    const { desired: present, diagnostics } = desiredOf(object, ingressClasses, context);
    const desired: DesiredGateway = options.delete === true ? { ...present, presence: 'absent' } : present;
    await show(diagnostics, io);
    try {
      return await act(action, desired, client, options, io);
    } catch (error) {
      if (!isCloudError(error)) throw error;
      const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
      throw new UnusableInput(`${error.message}${request}`);
    }
  },
};

async function act(
  action: (typeof actions)[number],
  desired: DesiredGateway,
  client: ReturnType<typeof mseOptionsOf>['client'],
  options: CloudOptions,
  io: CommandIo,
): Promise<number> {
  const print = async (data: unknown, text: string): Promise<void> => {
    await io.stdout.write(options.json === true ? `${JSON.stringify(data, undefined, 2)}\n` : text);
  };
  const actual = await readActual(client, desired);
  const next = plan(desired, actual);
  if (action === 'status') {
    const { gateway } = actual;
    const phase = phaseOf(actual);
    const state = gateway === undefined ? 'there is no gateway' : `${gateway.id} (${gateway.name}) is ${formatState(gateway.status)}`;
    const drift = next.drift.map(({ field, actual: is, desired: should }) => `  ${field} is ${is}, not ${should}\n`).join('');
    await print({ phase, actual, drift: next.drift }, `${phase}: ${state}\n${drift}`);
    return exitStatus.done;
  }
  const text = formatPlan(next);
  await print(next, text.endsWith('\n') ? text : `${text}\n`);
  if (action === 'plan' || next.steps.length === 0) return next.problems.length > 0 ? exitStatus.found : exitStatus.done;
  if (options.yes !== true) {
    await io.stderr.write('ingresskit: nothing was done; add --yes to carry the plan out.\n');
    return exitStatus.found;
  }
  const result = await converge(client, desired, {
    onStep: async (step, gateway) => await io.stderr.write(`done: ${step.kind} ${gateway}\n`),
  });
  for (const refusal of result.refusals) await io.stderr.write(`refused: ${refusal.message}\n`);
  await print(
    { phase: result.phase, gateway: result.actual.gateway?.id },
    `${result.phase}${result.actual.gateway === undefined ? '' : ` ${result.actual.gateway.id}`}\n`,
  );
  return result.refusals.length > 0 || result.plan.problems.length > 0 ? exitStatus.found : exitStatus.done;
}

async function chosen(
  options: CloudOptions,
  io: CommandIo,
): Promise<{ readonly object: MseIngressConfig; readonly ingressClasses: readonly IngressClass[] }> {
  if ((options.file === undefined) === (options.kubeconfig === undefined))
    throw new UnusableInput('name the manifests with -f, or a cluster with --kubeconfig');
  const progress = createProgress(io);
  const { resources } =
    options.file === undefined ? await loadCluster(options, io, progress) : await loadManifests(options.file, io, progress);
  const objects = resources.filter((one) => one.kind === 'MseIngressConfig');
  const found = options.object === undefined ? objects : objects.filter(({ metadata }) => metadata.name === options.object);
  const [object] = found;
  if (object === undefined)
    throw new UnusableInput(`there is no MseIngressConfig${options.object === undefined ? '' : ` "${options.object}"`}`);
  if (found.length > 1)
    throw new UnusableInput(
      `there are several MseIngressConfig objects; choose one with --object: ${found.map(({ metadata }) => metadata.name).join(', ')}`,
    );
  return { object, ingressClasses: resources.filter((one) => one.kind === 'IngressClass') };
}

async function show(diagnostics: readonly Diagnostic[], io: CommandIo): Promise<void> {
  const text = formatDiagnostics(diagnostics, { color: diagnosticPaint(io, io.stderr) });
  if (text !== '') await io.stderr.write(text);
}
