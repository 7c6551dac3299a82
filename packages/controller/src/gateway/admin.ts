import { type AdminServer, type GatewayMetrics, startAdminServer } from '@ingresskit/proxy';
import { type RouteTable, toJSON } from 'ingresskit';
import type { ClusterGatewayReport } from './cluster-gateway.ts';
import type { TableDigest } from './table-digest.ts';

/** What the admin listener of a gateway is made of. */
export interface GatewayAdminOptions {
  readonly host?: string;
  readonly port: number;
  readonly metrics: GatewayMetrics;
  readonly report: () => ClusterGatewayReport;
  readonly digest: () => TableDigest | undefined;
  readonly areListenersOpen: () => boolean;
  /** The table that serves, where `showsTable` says that it may be seen. */
  readonly table: () => RouteTable | undefined;
  readonly showsTable?: boolean;
}

/**
 * The admin listener of a gateway: health, metrics, readiness by cause, `/debug/digest` and `/debug/informers`. Readiness does not depend on the API
 * server once a table serves.
 */
export function startGatewayAdmin(options: GatewayAdminOptions): Promise<AdminServer> {
  const { host, port, metrics, report, digest, areListenersOpen, table, showsTable = false } = options;
  return startAdminServer({
    ...(host === undefined ? {} : { host }),
    port,
    checks: [
      { name: 'listeners', isReady: areListenersOpen },
      { name: 'informers', isReady: () => report().cluster.isSynced },
      { name: 'table', isReady: () => report().generation > 0 },
    ],
    metrics: () => metrics.text(),
    pages: {
      '/debug/digest': () => ({ generation: report().generation, ...digest() }),
      '/debug/informers': () => report().cluster,
      ...(showsTable ? { '/debug/config': () => tableJson(table()) } : {}),
    },
  });
}

function tableJson(table: RouteTable | undefined): unknown {
  return table === undefined ? null : toJSON(table);
}
