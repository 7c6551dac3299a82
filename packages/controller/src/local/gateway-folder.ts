import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { notLeading, ProviderError } from '../controller/gateway-provider.ts';
import { makeClaim, type ProcessMark, readClaim, readJson, writeJson } from './claim.ts';
import { type InstanceReport, instanceFiles, readReport } from './instance.ts';
import type { ProcessTable } from './process-table.ts';

/** What is started: a program with its parameters. */
export interface GatewayCommand {
  readonly program: string;
  readonly parameters: readonly string[];
}

/** What is written before a process is started. */
export interface Intent {
  readonly instance: string;
  /** The command's digest: another command needs another process. */
  readonly command: string;
  /** The object went and its gateway was to stay. */
  readonly kept?: true;
}

/** What became of a start. */
export type Instance =
  | { readonly state: 'starting' }
  | { readonly state: 'dead' }
  | { readonly state: 'alive'; readonly mark: ProcessMark };

/**
 * The folder in which it is written down which process belongs to which object. Of one object there is one intent; a process serves only when it
 * claimed the instance that the intent names, so there can be no second one, whoever dies when.
 */
export class GatewayFolder {
  readonly #root: string;
  readonly #processes: ProcessTable;
  readonly #command: (gateway: string, instance: string) => GatewayCommand;
  /** Starts of this very process that have not ended: they may still claim. */
  readonly #children = new Set<string>();

  constructor(folder: string, processes: ProcessTable, command: (gateway: string, instance: string) => GatewayCommand) {
    this.#root = join(folder, 'gateways');
    this.#processes = processes;
    this.#command = command;
  }

  /** The objects that have something here. */
  async names(): Promise<readonly string[]> {
    return await readdir(this.#root).catch(() => []);
  }

  async intentOf(name: string): Promise<Intent | undefined> {
    return (await readJson(join(this.#root, name, 'intent.json'))) as Intent | undefined;
  }

  async writeIntent(name: string, intent: Intent): Promise<void> {
    await writeJson(join(this.#root, name, 'intent.json'), intent);
  }

  /** The digest of the command an object's gateway is started with now. */
  commandOf(name: string): string {
    const { program, parameters } = this.#command(name, '<instance>');
    return createHash('sha256').update(JSON.stringify({ program, parameters })).digest('hex');
  }

  /**
   * What became of a start. One that nobody claimed, and that is not ours or not awaited any more, is given up for ever before it counts as dead: its
   * process, should it come, finds the claim taken.
   */
  async look(name: string, intent: Intent, isAwaited: boolean): Promise<Instance> {
    const { claim } = instanceFiles(this.#path(name, intent));
    let holder = await readClaim(claim);
    if (holder === undefined) {
      if (isAwaited && this.#children.has(intent.instance)) return { state: 'starting' };
      holder = await makeClaim(claim, 'revoked');
    }
    if (holder === 'revoked') return { state: 'dead' };
    return (await this.#processes.isAlive(holder)) ? { state: 'alive', mark: holder } : { state: 'dead' };
  }

  /** Starts a process. Only when the last one is known to be dead. */
  async start(name: string, mayAct: () => boolean, onExit: (how: string) => void): Promise<void> {
    const intent: Intent = { instance: randomUUID(), command: this.commandOf(name) };
    const folder = join(this.#root, name);
    await mkdir(folder, { recursive: true });
    if (!mayAct()) throw notLeading();
    // First what will be started, then the start: a controller that dies in between leaves a start that the next one gives up.
    await this.writeIntent(name, intent);
    // A process of an earlier start that comes only now finds that it is not meant any more.
    for (const file of await readdir(folder))
      if (file !== 'intent.json' && !file.startsWith(intent.instance)) await rm(join(folder, file), { force: true });
    const path = this.#path(name, intent);
    const { program, parameters } = this.#command(name, path);
    this.#children.add(intent.instance);
    const over = (how: string): void => {
      this.#children.delete(intent.instance);
      onExit(how);
    };
    try {
      await this.#processes.start(program, parameters, { log: instanceFiles(path).log, onExit: over });
    } catch (cause) {
      this.#children.delete(intent.instance);
      const message = `The gateway process cannot be started: ${(cause as Error).message}`;
      throw new ProviderError('provider/cannot-start', 'CannotStart', message, { cause });
    }
  }

  /** Forgets an object. Only when its last process is known to be dead. */
  async remove(name: string): Promise<void> {
    await rm(join(this.#root, name), { recursive: true, force: true });
  }

  report(name: string, intent: Intent): Promise<InstanceReport | undefined> {
    return readReport(this.#path(name, intent));
  }

  /** The last thing a process wrote. */
  async lastLine(name: string, intent: Intent): Promise<string> {
    const log = await readFile(instanceFiles(this.#path(name, intent)).log, 'utf8').catch(() => '');
    return (log.trimEnd().split('\n').at(-1) ?? '').slice(0, 300);
  }

  #path(name: string, intent: Intent): string {
    return join(this.#root, name, intent.instance);
  }
}
