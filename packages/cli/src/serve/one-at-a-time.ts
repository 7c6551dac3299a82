/**
 * Makes a task that never runs twice at once: a call while it runs lets it run once more afterwards, for what has changed meanwhile. Of two that overlapped,
 * the one that began with the older state could be the last to finish.
 *
 * @returns asks for a run. A task must not reject.
 */
export function oneAtATime(task: () => Promise<void>): () => void {
  let isRunning = false;
  let isAskedAgain = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    do {
      isAskedAgain = false;
      await task();
    } while (isAskedAgain);
    isRunning = false;
  };
  return () => {
    if (isRunning) isAskedAgain = true;
    else void run();
  };
}
