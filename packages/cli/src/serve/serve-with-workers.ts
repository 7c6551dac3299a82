import cluster, { type Worker } from 'node:cluster';
import process from 'node:process';
import {
  formatAggregate,
  GatewayMetrics,
  type ListenerAddress,
  MemoryLimitStore,
  type MetricsSnapshot,
  snapshotMetrics,
  startAdminServer,
} from '@ingresskit/proxy';
import { type CommandIo, UnusableInput } from '../command-io.ts';
import type { HostPort } from './addresses.ts';
import { cannotListen } from './cannot-listen.ts';
import { type LimitStoreChoice, openLimitStore } from './limit-store.ts';
import { readyLine } from './serve-alone.ts';
import { LimitServer } from './shared-limits.ts';
import { untilStopped } from './until-stopped.ts';
import type { PrimaryMessage, WorkerMessage } from './worker-messages.ts';

export interface ServeWithWorkersOptions extends LimitStoreChoice {
  readonly workers: number;
  readonly admin: HostPort | undefined;
  readonly graceMs: number;
}

/** Time for a worker to send its metrics; one that is busy is left out of a scrape rather than failing it. */
const collectMs = 2_000;
/** A worker that dies sooner than this is started again only after it. */
const restartMs = 1_000;
/** Workers that end before they ever serve: after so many at the start of it all there is no hope in another. */
const mostFalseStarts = 3;
const limitStoreMetric = 'mseingress_ratelimit_backend_total';

/**
 * Serves from several processes that share the listeners. This one takes no requests: it starts them, counts limits for all of them, adds their metrics up, and
 * starts another one when one dies.
 */
export async function serveWithWorkers({ workers, admin, graceMs, ...choice }: ServeWithWorkersOptions, io: CommandIo): Promise<void> {
  const stopped = untilStopped();
  // Of this process only what it counts is told; the rest belongs to those who serve.
  const metrics = new GatewayMetrics();
  const store = (await openLimitStore(choice, metrics, io)) ?? new MemoryLimitStore({ now: () => performance.now() });
  const collections = new Map<number, (worker: number, snapshot: MetricsSnapshot) => void>();
  const ready = new Map<number, readonly ListenerAddress[]>();
  let isDraining = false;
  let isServing = false;
  let falseStarts = 0;
  let addresses: readonly ListenerAddress[] | undefined;

  cluster.setupPrimary({ args: process.argv.slice(2) });
  let becomeReady!: () => void;
  let failToStart!: (error: Error) => void;
  const allReady = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    failToStart = reject;
  });
  const start = (): void => {
    const worker = cluster.fork();
    const began = performance.now();
    const limits = new LimitServer(store, (reply) => void tell(worker, reply));
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready') {
        addresses ??= message.addresses;
        ready.set(worker.id, message.addresses);
        if (isServing) void io.stderr.write('ingresskit: the worker that was started serves.\n');
        if (ready.size === workers) becomeReady();
      } else if (message.kind === 'unusable') failToStart(new UnusableInput(message.message));
      else if (message.kind === 'metrics') collections.get(message.id)?.(worker.id, message.snapshot);
      else void limits.receive(message);
    });
    worker.once('exit', (status, signal) => {
      const served = ready.delete(worker.id);
      limits.release();
      if (isDraining) return;
      if (!isServing && !served && ++falseStarts >= mostFalseStarts) {
        failToStart(new UnusableInput('the workers end before they serve; what they say stands above'));
        return;
      }
      void io.stderr.write(`ingresskit: a worker ended (${signal ?? `status ${status}`}); another one is started.\n`);
      setTimeout(() => isDraining || start(), Math.max(0, restartMs - (performance.now() - began)));
    });
  };
  const live = (): Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  const collect = async (): Promise<string> => {
    const id = Math.floor(performance.now() * 1_000);
    const asked = live().filter(({ id: worker }) => ready.has(worker));
    const snapshots = new Map<number, MetricsSnapshot>();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, collectMs);
      collections.set(id, (worker, snapshot) => {
        snapshots.set(worker, snapshot);
        if (snapshots.size < asked.length) return;
        clearTimeout(timer);
        resolve();
      });
      for (const worker of asked) tell(worker, { kind: 'collect', id });
      if (asked.length === 0) resolve();
    });
    collections.delete(id);
    const own = (await snapshotMetrics(metrics)).filter((metric) => 'name' in metric && metric.name === limitStoreMetric);
    return await formatAggregate([...snapshots.values(), own]);
  };
  const end = async (): Promise<void> => {
    isDraining = true;
    await Promise.all(
      live().map((worker) => {
        const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        tell(worker, { kind: 'drain' });
        return gone;
      }),
    );
    await store.close();
    metrics.close();
  };

  // Before the workers: where its address is taken, nobody has been served in vain.
  const server =
    admin === undefined
      ? undefined
      : await startAdminServer({
          ...admin,
          checks: [{ name: 'workers', isReady: () => isServing && !isDraining && ready.size > 0 }],
          metrics: collect,
        }).catch((error: NodeJS.ErrnoException) => {
          throw cannotListen(error);
        });
  for (let index = 0; index < workers; index++) start();
  try {
    await Promise.race([allReady, stopped]);
  } catch (error) {
    await end();
    await server?.close();
    throw error;
  }
  isServing = true;
  if (addresses !== undefined) await io.stdout.write(readyLine(addresses));
  await stopped;
  isDraining = true;
  // Workers cut what is left after the grace time; one that does not even do that is not waited for.
  const late = setTimeout(() => {
    for (const worker of live()) worker.process.kill('SIGKILL');
  }, graceMs + 5_000);
  await end();
  clearTimeout(late);
  await server?.close();
}

function tell(worker: Worker, message: PrimaryMessage): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
