import {
  apiResourceOf,
  createClient,
  defaultKinds,
  defaultSelectors,
  isKubernetesError,
  keepNeeded,
  type ObjectClient,
} from '@ingresskit/kubernetes';
import type { Diagnostic, Kind, Resource } from '@ingresskit/resources';
import { readResource } from '@ingresskit/resources/schema';
import { type ClusterChoice, clusterOf } from './cluster-options.ts';
import { type CommandIo, UnusableInput } from './command-io.ts';
import type { LoadedManifests } from './manifests.ts';
import type { Progress } from './progress.ts';

/** Kinds that people are often not allowed to read. What needs their objects is closed then, which the table says. */
const readable: ReadonlySet<Kind> = new Set<Kind>(['Secret', 'ConfigMap']);

/**
 * Reads the live objects of a cluster, once.
 *
 * @throws UnusableInput when the cluster cannot be reached or read.
 */
export async function loadCluster(choice: ClusterChoice, io: CommandIo, progress: Progress): Promise<LoadedManifests> {
  const client = createClient({ server: await clusterOf(choice, io) });
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  try {
    // Pods are few words about much: of a subset of a Service they say who belongs to it.
    for (const kind of [...defaultKinds, 'Pod'] as const) {
      progress.at(() => `read ${resources.length} objects`);
      for (const object of await list(client, kind, io)) {
        const read = readResource(keepNeeded(object));
        diagnostics.push(...read.diagnostics);
        if (read.resource !== undefined) resources.push(read.resource);
      }
    }
  } finally {
    progress.clear();
    await client.close();
  }
  return { resources, diagnostics, sources: new Map() };
}

async function list(client: ObjectClient, kind: Kind, io: CommandIo): ReturnType<ObjectClient['list']> {
  const resource = apiResourceOf(kind);
  try {
    return await client.list(resource, defaultSelectors[kind] ?? {});
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    const isOptional = kind === 'MseIngressConfig' || kind === 'Pod';
    if (error.code === 'kubernetes/not-found' && isOptional) return [];
    if (error.code === 'kubernetes/forbidden' && (readable.has(kind) || isOptional)) {
      await io.stderr.write(`ingresskit: ${resource.plural} may not be read; what needs them is shown as if there were none.\n`);
      return [];
    }
    throw new UnusableInput(error.message);
  }
}
