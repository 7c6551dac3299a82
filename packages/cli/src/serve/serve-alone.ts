import { GatewayMetrics, startAdminServer } from '@ingresskit/proxy';
import type { CommandIo } from '../command-io.ts';
import type { HostPort } from './addresses.ts';
import { formatUrl } from './addresses.ts';
import { cannotListen } from './cannot-listen.ts';
import type { DataPlane, DataPlaneOptions } from './data-plane.ts';
import { startDataPlane } from './data-plane.ts';
import { type LimitStoreChoice, openLimitStore } from './limit-store.ts';
import { drainFor, type EndReason, untilStopped } from './until-stopped.ts';

export interface ServeAloneOptions extends DataPlaneOptions, LimitStoreChoice {
  readonly admin: HostPort | undefined;
  /** Whether the admin listener shows the table. */
  readonly debugEndpoints: boolean;
}

/**
 * Serves from this process until it is asked to stop or fails, then drains.
 *
 * @returns which of them it was.
 */
export async function serveAlone(options: ServeAloneOptions, io: CommandIo): Promise<EndReason> {
  const stopped = untilStopped(io);
  const metrics = new GatewayMetrics({ nginxNames: options.metricsNames === 'nginx' });
  const limits = await openLimitStore(options, metrics, io);
  try {
    return await serveUntil(stopped, { ...options, metrics, ...(limits === undefined ? {} : { limits }) }, io);
  } finally {
    await limits?.close();
  }
}

async function serveUntil(stopped: Promise<EndReason>, options: ServeAloneOptions, io: CommandIo): Promise<EndReason> {
  const dataPlane = await startDataPlane(options, io);
  const admin =
    options.admin === undefined
      ? undefined
      : await startAdminServer({
          ...options.admin,
          checks: [{ name: 'serving', isReady: () => !dataPlane.isDraining() }],
          metrics: () => dataPlane.metrics.text(),
          pages: options.debugEndpoints ? { '/debug/config': () => dataPlane.config() } : {},
        }).catch(async (error: NodeJS.ErrnoException) => {
          await dataPlane.close();
          throw cannotListen(error);
        });
  await io.stdout.write(readyLine(dataPlane.addresses));
  const reason = await stopped;
  await dataPlane.drain(drainFor(reason, options.drain));
  await admin?.close();
  await dataPlane.close();
  return reason;
}

/** The line that says that every listener serves (cli-contract.md §2). */
export function readyLine(addresses: DataPlane['addresses']): string {
  return `ready ${addresses.map((address) => formatUrl(address.scheme, address)).join(' ')}\n`;
}
