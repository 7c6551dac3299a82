import cluster from 'node:cluster';
import process from 'node:process';
import { snapshotMetrics } from '@ingresskit/proxy';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import type { DataPlaneOptions } from './data-plane.ts';
import { startDataPlane } from './data-plane.ts';
import { AskingLimitStore } from './shared-limits.ts';
import { drainFor, type EndReason, onFault } from './until-stopped.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';

/**
 * Serves as one of several processes, until the one that started it says stop, or is gone, or something goes wrong here.
 *
 * @returns whether it was asked to stop, or failed.
 */
export async function serveAsWorker(options: DataPlaneOptions, io: CommandIo): Promise<EndReason> {
  const limits = new AskingLimitStore((message) => {
    const { connected } = process;
    if (connected) void tell(message);
    return connected;
  });
  process.on('message', (message) => limits.receive(message));
  // Otherwise Node ends a worker at once, with status 0, when its connection to the other process does.
  if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
  // Before anything else: requests that wait for an answer must not hold the drain up, and nobody is left to give one.
  process.on('disconnect', () => void limits.close());
  // The supervisor's signals are for the process that started this one; a keyboard sends them to all.
  process.on('SIGINT', () => undefined);
  const stopped = new Promise<EndReason>((resolve) => {
    process.on('SIGTERM', () => resolve('asked'));
    process.on('disconnect', () => resolve('asked'));
    process.on('message', ({ kind }: PrimaryMessage) => {
      if (kind === 'drain') resolve('asked');
    });
    onFault(io, () => {
      // Another one can be started while this one finishes.
      void tell({ kind: 'failed' });
      resolve('failed');
    });
  });
  let reason: EndReason = 'asked';
  try {
    const dataPlane = await startDataPlane({ ...options, limits }, io);
    process.on('message', (message: PrimaryMessage) => {
      if (message.kind === 'config') void tell({ kind: 'config', id: message.id, config: dataPlane.config() });
      if (message.kind !== 'collect') return;
      void snapshotMetrics(dataPlane.metrics).then((snapshot) => tell({ kind: 'metrics', id: message.id, snapshot }));
    });
    await tell({ kind: 'ready', addresses: dataPlane.addresses });
    reason = await stopped;
    await dataPlane.drain(drainFor(reason, options.drain));
    // What was counted since somebody last asked.
    await tell({ kind: 'metrics', snapshot: await snapshotMetrics(dataPlane.metrics) });
    await dataPlane.close();
    await limits.close();
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    await tell({ kind: 'unusable', message: error.message });
  }
  if (process.connected) process.disconnect();
  return reason;
}

/** Resolves when the message is on its way, or nobody is there to take it. That many messages wait is no reason to give one up. */
function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
