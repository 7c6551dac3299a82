import process from 'node:process';
import { snapshotMetrics } from '@ingresskit/proxy';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import type { DataPlaneOptions } from './data-plane.ts';
import { startDataPlane } from './data-plane.ts';
import { AskingLimitStore } from './shared-limits.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';

/** Serves as one of several processes, until the one that started it says stop, or is gone. */
export async function serveAsWorker(options: DataPlaneOptions, io: CommandIo): Promise<void> {
  const send = (message: WorkerMessage): boolean => process.connected && process.send?.(message) === true;
  const limits = new AskingLimitStore(send);
  process.on('message', (message) => limits.receive(message));
  // The supervisor's signals are for the process that started this one; a keyboard sends them to all.
  process.on('SIGINT', () => undefined);
  const stopped = new Promise<void>((resolve) => {
    process.on('SIGTERM', () => resolve());
    process.on('disconnect', () => resolve());
    process.on('message', ({ kind }: PrimaryMessage) => {
      if (kind === 'drain') resolve();
    });
  });
  try {
    const dataPlane = await startDataPlane({ ...options, limits }, io);
    process.on('message', (message: PrimaryMessage) => {
      if (message.kind !== 'collect') return;
      void snapshotMetrics(dataPlane.metrics).then((snapshot) => send({ kind: 'metrics', id: message.id, snapshot }));
    });
    send({ kind: 'ready', addresses: dataPlane.addresses });
    await stopped;
    await dataPlane.drain();
    await limits.close();
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    send({ kind: 'unusable', message: error.message });
  }
  if (process.connected) process.disconnect();
}
