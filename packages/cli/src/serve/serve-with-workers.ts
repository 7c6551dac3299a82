import cluster, { type Worker } from 'node:cluster';
import process from 'node:process';
import { GatewayMetrics, LineWriter, type ListenerAddress, MemoryLimitStore, snapshotMetrics, startAdminServer } from '@ingresskit/proxy';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import type { HostPort } from './addresses.ts';
import { cannotListen } from './cannot-listen.ts';
import { type LimitStoreChoice, openLimitStore } from './limit-store.ts';
import { readyLine } from './serve-alone.ts';
import { LimitServer } from './shared-limits.ts';
import { type EndReason, untilStopped } from './until-stopped.ts';
import { passLines } from './whole-lines.ts';
import { WorkerConfig } from './worker-config.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';
import { WorkerMetrics } from './worker-metrics.ts';

export interface ServeWithWorkersOptions extends LimitStoreChoice {
  readonly workers: number;
  readonly admin: HostPort | undefined;
  readonly graceMs: number;
  /** Whether the admin listener shows the table. */
  readonly debugEndpoints: boolean;
}

/** A worker that dies sooner than this is started again only after it. */
const restartMs = 1_000;
/** Workers that end before they ever serve: after so many at the start of it all there is no hope in another. */
const mostFalseStarts = 3;
const limitStoreMetric = 'mseingress_ratelimit_backend_total';

/** Set in the environment of the worker that speaks about manifests; its successor has it as well. */
export const loudVariable = 'INGRESSKIT_LOUD_WORKER';

/**
 * Serves from several processes that share the listeners. This one takes no requests: it starts them, counts limits for all of them, adds their metrics up,
 * writes their logs, and starts another one when one dies.
 *
 * @returns whether it was asked to stop, or failed.
 */
export async function serveWithWorkers(options: ServeWithWorkersOptions, io: CommandIo): Promise<EndReason> {
  const { workers, admin, graceMs, debugEndpoints } = options;
  const stopped = untilStopped(io);
  // Of this process only what it counts is told; the rest belongs to those who serve.
  const own = new GatewayMetrics();
  const store = (await openLimitStore(options, own, io)) ?? new MemoryLimitStore({ now: () => performance.now() });
  const metrics = new WorkerMetrics();
  const config = new WorkerConfig();
  const output = new LineWriter({ stream: process.stdout });
  const ready = new Map<number, readonly ListenerAddress[]>();
  let isDraining = false;
  let isServing = false;
  let falseStarts = 0;
  let addresses: readonly ListenerAddress[] | undefined;

  cluster.setupPrimary({ args: process.argv.slice(2), stdio: ['inherit', 'pipe', 'inherit', 'ipc'] });
  let becomeReady!: () => void;
  let failToStart!: (error: Error) => void;
  const allReady = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    failToStart = reject;
  });
  const start = (isLoud: boolean): void => {
    const worker = cluster.fork(isLoud ? { [loudVariable]: '1' } : {});
    const began = performance.now();
    const limits = new LimitServer(store, (reply) => void tell(worker, reply));
    let isReplaced = false;
    const replace = (): void => {
      if (isReplaced || isDraining) return;
      isReplaced = true;
      setTimeout(() => isDraining || start(isLoud), Math.max(0, restartMs - (performance.now() - began)));
    };
    if (worker.process.stdout !== null) passLines(worker.process.stdout, output);
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') {
        addresses ??= message.addresses;
        ready.set(worker.id, message.addresses);
        if (isServing) void io.stderr.write('ingresskit: the worker that was started serves.\n');
        if (ready.size === workers) becomeReady();
      } else if (message.kind === 'unusable') failToStart(new UnusableInput(message.message));
      else if (message.kind === 'metrics') metrics.take(worker.id, message.id, message.snapshot);
      else if (message.kind === 'config') config.take(message.id, message.config);
      else if (message.kind === 'failed') {
        // It takes no new connections while it finishes; before it served it has told why it ends.
        if (ready.delete(worker.id)) replace();
      } else void limits.receive(message);
    });
    // Everything it sent has arrived by now, which is not so when it exits.
    worker.once('disconnect', () => metrics.retire(worker.id));
    worker.once('exit', (status, signal) => {
      const served = ready.delete(worker.id) || isReplaced;
      limits.release();
      if (isDraining) return;
      if (!isServing && !served && ++falseStarts >= mostFalseStarts) {
        failToStart(new UnusableInput('the workers end before they serve; what they say stands above'));
        return;
      }
      void io.stderr.write(`ingresskit: a worker ended (${signal ?? `status ${status}`}); another one is started.\n`);
      replace();
    });
  };

  const live = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const serving = (): Worker[] => live().filter((worker) => ready.has(worker.id) && worker.isConnected());
  const collect = async (): Promise<string> => {
    const asked = serving();
    const ask = (id: number, scrape: number): void => {
      const worker = cluster.workers?.[id];
      if (worker !== undefined) tell(worker, { kind: 'collect', id: scrape });
    };
    const counted = (await snapshotMetrics(own)).filter((metric) => 'name' in metric && metric.name === limitStoreMetric);
    return await metrics.text(
      asked.map(({ id }) => id),
      ask,
      output.dropped,
      counted,
    );
  };
  const askConfig = (): Promise<unknown> =>
    config.ask((id) => {
      const [worker] = serving();
      if (worker !== undefined) tell(worker, { kind: 'config', id });
    });
  const end = async (): Promise<void> => {
    isDraining = true;
    await Promise.all(
      live().map((worker) => {
        // Its output has ended as well.
        const gone = new Promise<void>((resolve) => worker.process.once('close', () => resolve()));
        tell(worker, { kind: 'drain' });
        return gone;
      }),
    );
    output.flush();
    await store.close();
    own.close();
  };

  // Before the workers: where its address is taken, nobody has been served in vain.
  const server =
    admin === undefined
      ? undefined
      : await startAdminServer({
          ...admin,
          checks: [{ name: 'workers', isReady: () => isServing && !isDraining && ready.size > 0 }],
          metrics: collect,
          pages: debugEndpoints ? { '/debug/config': askConfig } : {},
        }).catch(async (error: NodeJS.ErrnoException) => {
          await store.close();
          own.close();
          throw cannotListen(error);
        });
  for (let index = 0; index < workers; index++) start(index === 0);
  try {
    await Promise.race([allReady, stopped]);
  } catch (error) {
    await end();
    await server?.close();
    throw error;
  }
  isServing = true;
  if (addresses !== undefined) await io.stdout.write(readyLine(addresses));
  const reason = await stopped;
  isDraining = true;
  // Workers cut what is left after the grace time; one that does not even do that is not waited for.
  const late = setTimeout(() => {
    for (const worker of live()) worker.process.kill('SIGKILL');
  }, graceMs + 5_000);
  await end();
  clearTimeout(late);
  await server?.close();
  return reason;
}

function tell(worker: Worker, message: PrimaryMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
