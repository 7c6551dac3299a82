import { type ClusterOptions, inCluster, isKubernetesError } from '@ingresskit/kubernetes';
import { clusterFromKubeconfig } from '@ingresskit/kubernetes/client-node';
import type { Command } from 'commander';
import { type CommandIo, UnusableInput } from './command-io.ts';

/** Which cluster. */
export interface ClusterChoice {
  /** A path, or `true` for the usual places. */
  readonly kubeconfig?: string | true;
  readonly context?: string;
}

/** Adds the options of `ClusterChoice`. */
export function addClusterOptions(command: Command, purpose: string): Command {
  return command
    .option('--kubeconfig [file]', `${purpose} (without a file: $KUBECONFIG, then ~/.kube/config)`)
    .option('--context <name>', 'the context of the kubeconfig');
}

/**
 * How to reach the cluster: by the kubeconfig that is named, else as the pod this process is in, else by the usual kubeconfig.
 *
 * @throws UnusableInput
 */
export async function clusterOf({ kubeconfig, context }: ClusterChoice, io: CommandIo): Promise<ClusterOptions> {
  try {
    if (kubeconfig === undefined && context === undefined && io.env['KUBERNETES_SERVICE_HOST'] !== undefined) return inCluster(io.env);
    return await clusterFromKubeconfig({
      ...(typeof kubeconfig === 'string' ? { file: kubeconfig } : {}),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    if (isKubernetesError(error)) throw new UnusableInput(error.message);
    throw error;
  }
}
