import { type Clock, systemClock } from '@ingresskit/kubernetes';
import { isSubdomain } from '@ingresskit/resources';
import type { GatewayObservation, GatewayProvider, GatewayRequest, Removal } from '../controller/gateway-provider.ts';
import { notLeading } from '../controller/gateway-provider.ts';
import type { ProcessMark } from './claim.ts';
import { FolderLock } from './folder-lock.ts';
import { type GatewayCommand, GatewayFolder, type Intent } from './gateway-folder.ts';
import { classesOf, refusalOf } from './object-facts.ts';
import { type ProcessTable, systemProcesses } from './process-table.ts';

/** How gateways are run on this machine. Times in milliseconds. */
export interface LocalProviderOptions {
  /** Where it is written down which process belongs to which object. One controller at a time may use it. */
  readonly folder: string;
  /**
   * The command of a gateway: it must call `claimInstance(instance)` before anything else and `reportInstance` when it listens, as
   * `ingresskit gateway --instance` does.
   */
  readonly command: (gateway: string, instance: string) => GatewayCommand;
  /** A process that does not end in this time after SIGTERM is killed; default 15,000. */
  readonly grace?: number;
  /** Between two looks at a process; default 2,000. */
  readonly interval?: number;
  /** First wait after a gateway ended by itself; doubles up to a minute. Default 1,000. */
  readonly restartDelay?: number;
  /** Whether gateways end with the provider; default false: traffic does not depend on a controller. */
  readonly stopOnClose?: boolean;
  readonly clock?: Clock;
  readonly processes?: ProcessTable;
  /** Whether the gateway with this admin address is ready. Default: asks `/readyz`. */
  readonly isReady?: (admin: string) => Promise<boolean>;
}

/** What one process knows; losing it costs nothing but patience. */
interface Memory {
  failures: number;
  startAt: number;
  wasReady: boolean;
  stoppedAt: number | undefined;
  /** How the last process of ours ended. */
  exit: string | undefined;
  /** The start whose end was counted. */
  counted: string | undefined;
}

/** Gateways as processes of this machine, one for each object. They outlive the controller and are found again by the next. */
export function createLocalProvider(options: LocalProviderOptions): GatewayProvider {
  return new LocalProvider(options);
}

class LocalProvider implements GatewayProvider {
  readonly name = 'local';
  readonly #options: Required<LocalProviderOptions>;
  readonly #memories = new Map<string, Memory>();
  readonly #folder: GatewayFolder;
  readonly #listeners = new Set<(name: string) => void>();
  readonly #lock: FolderLock;

  constructor(options: LocalProviderOptions) {
    this.#options = {
      grace: 15_000,
      interval: 2_000,
      restartDelay: 1_000,
      stopOnClose: false,
      clock: systemClock,
      processes: systemProcesses,
      isReady: askReadiness,
      ...options,
    };
    this.#folder = new GatewayFolder(options.folder, this.#options.processes, options.command);
    this.#lock = new FolderLock(options.folder, this.#options.processes);
  }

  async reconcile(request: GatewayRequest): Promise<GatewayObservation> {
    const { object, mayAct } = request;
    const { name } = object.metadata;
    await this.#lock.hold();
    const refusal = refusalOf(object);
    if (refusal !== undefined)
      return { phase: 'Failed', message: refusal, reason: 'InvalidObject', isApplied: false, record: request.record };
    const intent = await this.#folder.intentOf(name);
    const memory = this.#memoryOf(name);
    const found = intent === undefined ? ({ state: 'none' } as const) : await this.#folder.look(name, intent, true);
    const pending = (message: string, reason: string, again: number): GatewayObservation => ({
      phase: memory.failures >= 3 ? 'Failed' : 'Pending',
      message,
      reason,
      isApplied: false,
      record: request.record,
      again,
    });
    if (intent !== undefined && found.state === 'alive') {
      if (intent.command !== this.#folder.commandOf(name)) {
        if (!mayAct()) throw notLeading();
        await this.#end(found.mark, memory);
        return pending('The gateway is being replaced by one with other options.', 'Replacing', 200);
      }
      if (intent.kept === true) await this.#folder.writeIntent(name, { instance: intent.instance, command: intent.command });
      return await this.#observe(request, intent, memory);
    }
    if (found.state === 'starting') return pending('The gateway process is starting.', 'Creating', 200);
    if (found.state === 'dead') this.#count(intent as Intent, memory);
    const wait = memory.startAt - this.#options.clock.now();
    if (wait > 0) {
      const line = intent === undefined ? '' : await this.#folder.lastLine(name, intent);
      const how = `${memory.exit ?? 'by itself'}${line === '' ? '' : ` (${line})`}`;
      return pending(`The gateway ended ${how}; it is started again in ${Math.ceil(wait / 1000)} s.`, 'GatewayEnded', wait);
    }
    Object.assign(memory, { wasReady: false, stoppedAt: undefined, exit: undefined });
    await this.#folder.start(name, mayAct, (how) => {
      memory.exit = how;
      for (const tell of this.#listeners) tell(name);
    });
    return pending('The gateway process is starting.', 'Creating', 200);
  }

  async remove({ object, mayAct, record }: GatewayRequest): Promise<Removal> {
    return await this.#removeNamed(object.metadata.name, mayAct, record);
  }

  async release({ object: { metadata } }: GatewayRequest): Promise<void> {
    const intent = await this.#folder.intentOf(metadata.name);
    if (intent !== undefined) await this.#folder.writeIntent(metadata.name, { ...intent, kept: true });
    this.#memories.delete(metadata.name);
  }

  async owned(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const name of await this.#folder.names()) if ((await this.#folder.intentOf(name))?.kept !== true) names.push(name);
    return names;
  }

  removeOrphan(name: string, { mayAct }: Pick<GatewayRequest, 'mayAct'>): Promise<Removal> {
    return this.#removeNamed(name, mayAct, { gatewayIds: [] });
  }

  watch(onChange: (name: string) => void): () => void {
    this.#listeners.add(onChange);
    return () => void this.#listeners.delete(onChange);
  }

  resign(): Promise<void> {
    return this.#lock.release();
  }

  async close(): Promise<void> {
    if (this.#options.stopOnClose && this.#lock.isHeld) await this.#stopAll();
    await this.#lock.release();
  }

  async #stopAll(): Promise<void> {
    const { clock } = this.#options;
    const names = await this.owned();
    await Promise.all(
      names.map(async (name) => {
        for (;;) {
          const removal = await this.#removeNamed(name, () => true, { gatewayIds: [] });
          if (removal.done) return;
          await new Promise<void>((resolve) => void clock.timer(removal.again, resolve));
        }
      }),
    );
  }

  #memoryOf(name: string): Memory {
    let memory = this.#memories.get(name);
    if (memory === undefined) {
      memory = {
        failures: 0,
        startAt: Number.NEGATIVE_INFINITY,
        wasReady: false,
        stoppedAt: undefined,
        exit: undefined,
        counted: undefined,
      };
      this.#memories.set(name, memory);
    }
    return memory;
  }

  async #observe(request: GatewayRequest, intent: Intent, memory: Memory): Promise<GatewayObservation> {
    const { object, record } = request;
    const { interval } = this.#options;
    const report = await this.#folder.report(object.metadata.name, intent);
    const common = { gatewayId: `local-${intent.instance}`, record };
    if (report === undefined)
      return { phase: 'Pending', message: 'The gateway process is starting.', reason: 'Creating', isApplied: false, ...common, again: 200 };
    const { urls } = report;
    const isReady = await this.#options.isReady(report.admin);
    if (!isReady) {
      return {
        phase: 'Running',
        message: 'The gateway runs and has not read the cluster yet.',
        reason: 'Synchronizing',
        isApplied: false,
        ...common,
        urls,
        again: 200,
      };
    }
    memory.failures = 0;
    memory.wasReady = true;
    const classes = classesOf(request);
    if (classes === undefined) {
      const message = 'The gateway runs and listens to no Ingress: the object names no class, and no IngressClass points at it.';
      return { phase: 'Running', message, reason: 'Running', isApplied: true, ...common, urls, again: interval };
    }
    return {
      phase: 'Listening',
      message: `The gateway listens to ${classes}.`,
      reason: 'Listening',
      isApplied: true,
      ...common,
      urls,
      again: interval,
    };
  }

  /** Counts the end of a start, once: the wait for the next grows while none of them gets ready. */
  #count(intent: Intent, memory: Memory): void {
    if (memory.counted === intent.instance) return;
    memory.counted = intent.instance;
    const { clock, restartDelay } = this.#options;
    // One that ended while nobody looked, or because it was told to, is replaced at once.
    const isFailure = memory.stoppedAt === undefined && (memory.exit !== undefined || memory.wasReady);
    memory.failures = isFailure ? memory.failures + 1 : 0;
    memory.startAt = clock.now() + (isFailure ? Math.min(restartDelay * 2 ** (memory.failures - 1), 60_000) : 0);
  }

  /** Asks a process to end, and makes it after a while. */
  async #end(mark: ProcessMark, memory: Memory): Promise<void> {
    const { clock, grace, processes } = this.#options;
    if (memory.stoppedAt === undefined) {
      memory.stoppedAt = clock.now();
      await processes.signal(mark, 'SIGTERM');
    } else if (clock.now() - memory.stoppedAt >= grace) await processes.signal(mark, 'SIGKILL');
  }

  async #removeNamed(name: string, mayAct: () => boolean, record: GatewayRequest['record']): Promise<Removal> {
    if (!isSubdomain(name)) return { done: true };
    await this.#lock.hold();
    const intent = await this.#folder.intentOf(name);
    const memory = this.#memoryOf(name);
    if (!mayAct()) throw notLeading();
    if (intent !== undefined) {
      const found = await this.#folder.look(name, intent, false);
      if (found.state === 'alive') {
        await this.#end(found.mark, memory);
        return { done: false, message: 'The gateway process is ending.', record, again: 100 };
      }
    }
    this.#memories.delete(name);
    await this.#folder.remove(name);
    return { done: true };
  }
}

async function askReadiness(admin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${admin}/readyz`, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
