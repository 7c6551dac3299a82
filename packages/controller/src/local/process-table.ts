import { execFile, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessMark } from './claim.ts';

/** The processes of this machine, as the provider needs them. */
export interface ProcessTable {
  /** Starts a process that outlives this one. Its output goes to a file. `onExit` is called while this process lives. */
  start(
    program: string,
    parameters: readonly string[],
    options: { readonly log: string; readonly onExit: (how: string) => void },
  ): Promise<void>;
  isAlive(mark: ProcessMark): Promise<boolean>;
  signal(mark: ProcessMark, name: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** The real ones. */
export const systemProcesses: ProcessTable = {
  async start(program, parameters, { log, onExit }) {
    const file = await open(log, 'a');
    try {
      const child = spawn(program, parameters, { detached: true, stdio: ['ignore', file.fd, file.fd] });
      child.on('exit', (code, signal) => onExit(signal === null ? `with status ${code}` : `by ${signal}`));
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      child.unref();
    } finally {
      await file.close();
    }
  },
  async isAlive({ pid, started }) {
    return (await identityOf(pid)) === started;
  },
  async signal(mark, name) {
    // Between the look and the signal the number could pass to another process only after a wrap of all numbers.
    if (!(await this.isAlive(mark))) return;
    try {
      process.kill(mark.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  },
};

/**
 * When a process was started, to the kernel's precision: two processes with one number never have the same. `undefined` when there is none, or only
 * its remains.
 */
export async function identityOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return await startedByPs(pid);
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may hold anything, spaces and parentheses too.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
    return `${boot.trim()}/${fields[18]}`;
  } catch {
    return undefined;
  }
}

async function startedByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}

/** This process. */
export async function ownMark(): Promise<ProcessMark> {
  return { pid: process.pid, started: (await identityOf(process.pid)) ?? '' };
}
