import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A server program that is started, asked whether it is ready, and ended. */
export class ServerProcess {
  readonly #program: string;
  readonly #parameters: readonly string[];
  readonly #log: string;
  #child: ChildProcess | undefined;

  constructor(program: string, parameters: readonly string[], log: string) {
    this.#program = program;
    this.#parameters = parameters;
    this.#log = log;
  }

  /** Resolves when it is ready; rejects with the end of its log when it ends before, or takes longer than a minute. */
  async start(isReady: () => Promise<boolean>): Promise<void> {
    const log = await open(this.#log, 'a');
    const child = spawn(this.#program, this.#parameters, { stdio: ['ignore', log.fd, log.fd] });
    this.#child = child;
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    // A test that is ended from outside must not leave servers behind.
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    await log.close();
    for (const started = performance.now(); ; ) {
      if (failure !== undefined) throw failure;
      if (child.exitCode !== null || performance.now() - started > 60_000)
        throw new Error(`${this.#program} is not ready:\n${await this.#lastLines()}`);
      if (await isReady().catch(() => false)) return;
      await wait(100);
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // A server that drains its watches for a minute is not worth waiting for.
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
  }

  async #lastLines(): Promise<string> {
    return (await readFile(this.#log, 'utf8').catch(() => '')).split('\n').slice(-20).join('\n');
  }
}
