import process from 'node:process';
import { TableDigester } from '@ingresskit/controller/gateway';
import {
  AccessLog,
  certificateExpiries,
  createProxy,
  type DrainOptions,
  type Endpoint,
  enforcementDiagnostics,
  GatewayMetrics,
  type IngressProxy,
  type LimitStore,
  LineWriter,
  type ListenerAddress,
  observeExchanges,
  rejectedObjects,
  selfSignedCertificates,
  Tracing,
  withEndpoints,
} from '@ingresskit/proxy';
import { formatDiagnostics } from '@ingresskit/resources';
import { toJSON } from 'ingresskit';
import { diagnosticPaint } from '../colors.ts';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import { type CompiledManifests, compileManifests } from '../compile-manifests.ts';
import type { ManifestOptions } from '../manifest-options.ts';
import type { HostPort } from './addresses.ts';
import { cannotListen } from './cannot-listen.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { reportStderr } from './report-stderr.ts';
import { watchFiles } from './watch-files.ts';

/** What a process that serves needs to know. */
export interface DataPlaneOptions extends ManifestOptions {
  readonly plain: readonly HostPort[];
  readonly tls: readonly HostPort[];
  readonly endpoints: ReadonlyMap<string, readonly Endpoint[]>;
  readonly watch: boolean;
  readonly accessLog: 'json' | 'nginx' | 'off';
  /** The part of exchanges that is logged, in [0, 1]. */
  readonly logSample: number;
  readonly metricsNames: 'own' | 'nginx';
  readonly trustedProxies: readonly string[];
  readonly proxyProtocol: readonly string[];
  /** Of each listener. */
  readonly maxConnections: number;
  /** Whether this process speaks about manifests; of several workers only one does. */
  readonly isLoud: boolean;
  readonly limits?: LimitStore;
  /** Where the numbers go; they are closed with the data plane. Default: its own. */
  readonly metrics?: GatewayMetrics;
  readonly drain: DrainOptions;
}

/** A data plane that serves manifests. */
export interface DataPlane {
  readonly addresses: readonly ListenerAddress[];
  readonly metrics: GatewayMetrics;
  readonly isDraining: () => boolean;
  /** The table that serves, as JSON without credentials. */
  config(): unknown;
  /** @param grace other terms than those it was started with. */
  drain(grace?: DrainOptions): Promise<void>;
  /** Cuts what is left, and ends the metrics. */
  close(): Promise<void>;
}

/**
 * Compiles, serves, and then opens the listeners: whoever can connect is answered from the first table on.
 *
 * @throws UnusableInput for manifests that cannot be used, or an address that cannot be listened at.
 */
export async function startDataPlane(options: DataPlaneOptions, io: CommandIo): Promise<DataPlane> {
  const compiled = await compileManifests(options, io);
  if (options.isLoud) await report(compiled, io);
  const metrics = options.metrics ?? new GatewayMetrics({ nginxNames: options.metricsNames === 'nginx' });
  const tracing = Tracing.registered();
  const { maxConnections, proxyProtocol } = options;
  const common = { maxConnections, ...(proxyProtocol.length === 0 ? {} : { proxyProtocol }) };
  const proxy = createProxy({
    listeners: [
      ...options.plain.map((place) => ({ ...place, ...common })),
      ...options.tls.map((place) => ({ ...place, ...common, tls: true })),
    ],
    defaultCertificate: selfSignedCertificates('ingresskit.local'),
    trustedProxies: options.trustedProxies,
    ...(tracing === undefined ? {} : { tracing }),
    ...(compiled.profile === undefined ? {} : { profile: compiled.profile }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const accessLog =
    options.accessLog === 'off'
      ? undefined
      : new AccessLog({
          writer: new LineWriter({ stream: process.stdout }),
          format: options.accessLog,
          sample: options.logSample,
          random: Math.random,
        });
  observeExchanges(proxy, { metrics, ...(accessLog === undefined ? {} : { accessLog }) });
  proxy.on(
    'error',
    (error) =>
      void io.stderr.write(`ingresskit: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`),
  );
  proxy.on('certificate', ({ secret, error }) => {
    void io.stderr.write(
      `ingresskit: the certificate of Secret ${secret} cannot be used: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  });
  reportStderr(proxy, io);
  let generation = 0;
  let current = compiled;
  const digester = new TableDigester();
  const serve = (manifests: CompiledManifests): void => {
    const began = io.now();
    serveTable(proxy, manifests, options.endpoints);
    generation += 1;
    current = manifests;
    const seconds = (io.now() - began) / 1000;
    metrics.tableApplied({
      generation,
      digest: digester.digestOf(manifests.table).table,
      seconds,
      at: Date.now(),
      rejected: rejectedObjects(manifests.diagnostics),
    });
  };
  serve(compiled);
  metrics.follow(() => ({ certificates: certificateExpiries(current.table, current.snapshot) }));
  const addresses = await proxy.listen().catch(async (error: NodeJS.ErrnoException) => {
    metrics.close();
    await proxy.close();
    throw cannotListen(error);
  });
  const stopWatching = options.watch
    ? watchFiles(
        options.file ?? [],
        oneAtATime(() => reload(options, io, serve, () => metrics.reloadFailed())),
      )
    : () => undefined;
  let isDraining = false;
  return {
    addresses,
    metrics,
    isDraining: () => isDraining,
    config: () => toJSON(current.table),
    async drain(grace = options.drain) {
      isDraining = true;
      stopWatching();
      await proxy.drain(grace);
    },
    async close() {
      isDraining = true;
      stopWatching();
      await proxy.close();
      metrics.close();
    },
  };
}

function serveTable(
  proxy: IngressProxy,
  { table, snapshot }: CompiledManifests,
  endpoints: ReadonlyMap<string, readonly Endpoint[]>,
): void {
  proxy.update(withEndpoints(table, endpoints), snapshot);
}

/** Files that no longer make sense keep the last good table, and say so. */
async function reload(
  options: DataPlaneOptions,
  io: CommandIo,
  serve: (manifests: CompiledManifests) => void,
  onFailed: () => void,
): Promise<void> {
  try {
    const compiled = await compileManifests(options, io);
    serve(compiled);
    if (options.isLoud) {
      await report(compiled, io);
      await io.stderr.write('ingresskit: the manifests changed; the new table is served.\n');
    }
  } catch (error) {
    onFailed();
    if (options.isLoud) {
      const reason = error instanceof UnusableInput ? error.message : error instanceof Error ? error.stack : String(error);
      await io.stderr.write(`ingresskit: ${reason}\ningresskit: the table from before is still served.\n`);
    }
  }
}

async function report({ diagnostics, manifests, table }: CompiledManifests, io: CommandIo): Promise<void> {
  const text = formatDiagnostics([...diagnostics, ...enforcementDiagnostics(table)], {
    sources: manifests.sources,
    color: diagnosticPaint(io, io.stderr),
    ...(io.stderr.columns === undefined ? {} : { width: io.stderr.columns }),
  });
  if (text !== '') await io.stderr.write(text);
}
