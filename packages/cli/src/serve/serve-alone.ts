import { startAdminServer } from '@ingresskit/proxy';
import type { CommandIo } from '../command-io.ts';
import type { HostPort } from './addresses.ts';
import { formatUrl } from './addresses.ts';
import type { DataPlane, DataPlaneOptions } from './data-plane.ts';
import { startDataPlane } from './data-plane.ts';
import { untilStopped } from './until-stopped.ts';

export interface ServeAloneOptions extends DataPlaneOptions {
  readonly admin: HostPort | undefined;
}

/** Serves from this process until it is asked to stop, then drains. */
export async function serveAlone(options: ServeAloneOptions, io: CommandIo): Promise<void> {
  const stopped = untilStopped();
  const dataPlane = await startDataPlane(options, io);
  const admin =
    options.admin === undefined
      ? undefined
      : await startAdminServer({
          ...options.admin,
          checks: [{ name: 'serving', isReady: () => !dataPlane.isDraining() }],
          metrics: () => dataPlane.metrics.text(),
        });
  await io.stdout.write(readyLine(dataPlane.addresses));
  await stopped;
  await dataPlane.drain();
  await admin?.close();
}

/** The line that says that every listener serves (cli-contract.md §2). */
export function readyLine(addresses: DataPlane['addresses']): string {
  return `ready ${addresses.map((address) => formatUrl(address.scheme, address)).join(' ')}\n`;
}
