import { type ClusterSource, createClient, EventWriter, watchCluster } from '@ingresskit/kubernetes';
import { createCompiler, type RouteTable } from 'ingresskit';

/** What this controller tells its owner. */
export interface RouteChange {
  readonly host: string;
  /** `undefined` when the host is gone. */
  readonly routes: readonly string[] | undefined;
}

/**
 * Follows a cluster: tells which hosts changed and what their routes are now, and writes an Event at every Ingress in which something is wrong. The
 * watch survives what API servers do (resets, expired versions, restarts); compiling costs what a change touches, whatever the size of the cluster.
 */
export async function followRoutes(cluster: ClusterSource, tell: (change: RouteChange) => void, signal: AbortSignal): Promise<void> {
  const compiler = createCompiler({ ingressClass: 'mse', assumeEndpoints: 'never' });
  const client = createClient({ server: cluster });
  const events = new EventWriter({ client, controller: 'example.com/routes', instance: 'routes-0' });
  try {
    for await (const changes of watchCluster({ server: cluster, signal })) {
      const compiled = compiler.apply(changes);
      for (const host of compiled.changedHosts) tell({ host, routes: routesOf(compiled.table, host) });
      for (const change of changes) {
        if (change.type !== 'apply' || change.object.kind !== 'Ingress') continue;
        const { namespace, name } = change.object.metadata;
        const wrong = compiled.diagnosticsOf(namespace, name).filter(({ severity }) => severity !== 'info');
        // An Event that cannot be written is no reason to stop.
        await events.writeDiagnostics(wrong, signal).catch(() => undefined);
      }
    }
  } finally {
    await client.close();
  }
}

function routesOf(table: RouteTable, host: string): readonly string[] | undefined {
  return table.hosts.get(host)?.routes.map(({ pathText, backends }) => {
    const to = backends.map(({ weight, backend }) => `${backend.service} (${weight})`);
    return `${pathText} -> ${to.join(' + ')}`;
  });
}
