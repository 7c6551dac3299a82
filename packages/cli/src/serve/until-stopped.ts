import process from 'node:process';

/** Resolves when the process is asked to stop: SIGTERM from a supervisor, SIGINT from a keyboard. A second SIGINT ends it at once, as people expect. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
