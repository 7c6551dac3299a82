import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProviderError } from '../controller/gateway-provider.ts';
import { type Claim, makeClaim, type ProcessMark, readClaim } from './claim.ts';
import { ownMark, type ProcessTable } from './process-table.ts';

/**
 * Keeps two controllers from using one folder, even when both believe to lead, or belong to two clusters. The claim of a process that is gone is taken
 * over.
 */
export class FolderLock {
  readonly #folder: string;
  readonly #path: string;
  readonly #processes: ProcessTable;
  #holding: Promise<void> | undefined;

  constructor(folder: string, processes: ProcessTable) {
    this.#folder = folder;
    this.#path = join(folder, 'controller.claim');
    this.#processes = processes;
  }

  get isHeld(): boolean {
    return this.#holding !== undefined;
  }

  /** Resolves when the folder is ours; rejects with `provider/folder-in-use`. */
  hold(): Promise<void> {
    if (this.#holding === undefined) {
      const holding = this.#take();
      this.#holding = holding;
      holding.catch(() => {
        if (this.#holding === holding) this.#holding = undefined;
      });
    }
    return this.#holding;
  }

  async release(): Promise<void> {
    const holding = this.#holding;
    if (holding === undefined) return;
    this.#holding = undefined;
    await holding.catch(() => undefined);
    if (isSame(await readClaim(this.#path), await ownMark())) await rm(this.#path, { force: true });
  }

  async #take(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const mark = await ownMark();
    for (;;) {
      const holder = await makeClaim(this.#path, mark);
      if (isSame(holder, mark)) return;
      if (holder !== 'revoked' && (await this.#processes.isAlive(holder))) {
        const message = `The folder ${this.#folder} is used by another controller (process ${holder.pid}).`;
        throw new ProviderError('provider/folder-in-use', 'FolderInUse', message);
      }
      await this.#takeAway(holder);
    }
  }

  /** Takes a dead process's claim away, and nobody else's: two that see the same dead one must not take away each other's. */
  async #takeAway(dead: Claim): Promise<void> {
    const aside = `${this.#path}.${randomUUID()}`;
    try {
      await rename(this.#path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    if (!isSame(await readClaim(aside), dead)) await link(aside, this.#path).catch(() => undefined);
    await rm(aside, { force: true });
  }
}

function isSame(a: Claim | undefined, b: Claim): boolean {
  if (a === undefined || a === 'revoked' || b === 'revoked') return a === b;
  return isSameMark(a, b);
}

function isSameMark(a: ProcessMark, b: ProcessMark): boolean {
  return a.pid === b.pid && a.started === b.started;
}
