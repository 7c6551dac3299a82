import type { Script } from './scripts.ts';

/** What is asked of a client of the `redis` package: a client, a pool or a sentinel, not a cluster, whose keys live apart. */
export interface RedisCommands {
  readonly isReady: boolean;
  sendCommand(args: string[]): Promise<unknown>;
}

/** Runs a script by its name, and by its text on a server that does not know it (yet, or any more: SCRIPT FLUSH, failover). */
export async function runScript(
  client: RedisCommands,
  { sha, text }: Script,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...values];
  try {
    return await client.sendCommand(['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.sendCommand(['EVAL', text, ...rest]);
  }
}

/**
 * The value, or a failure with the code `deadline` when it takes longer. The work itself goes on. Where this process was busy for that long, an answer that has
 * arrived meanwhile still counts: it is not the store that was late.
 */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // What has arrived is read between the timer and this.
    const timer = setTimeout(() => setImmediate(() => reject(new DeadlineError())), milliseconds);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** The store did not answer in time. */
export class DeadlineError extends Error {
  readonly code = 'limit-store/deadline';

  constructor() {
    super('the store of limits did not answer in time');
    this.name = 'DeadlineError';
  }
}
