import type { CommandIo } from './command-io.ts';

/** A line on the terminal that says how far the work is. */
export interface Progress {
  /** Says where the work stands; shown only when it is due. */
  at(text: () => string): void;
  /** Takes the line away. To be called before anything else is written to the terminal. */
  clear(): void;
}

const firstAfter = 1000;
const againAfter = 100;

/**
 * Progress on standard error, when that is a terminal and the work has passed a second.
 *
 * @param sharesTerminal whether results go to a terminal at the same time; then the line would run through them, and nothing is shown.
 */
export function createProgress(io: CommandIo, sharesTerminal = false): Progress {
  const isSilent = !io.stderr.isTTY || sharesTerminal;
  let due = io.now() + firstAfter;
  let isShown = false;
  return {
    at(text) {
      if (isSilent || io.now() < due) return;
      due = io.now() + againAfter;
      isShown = true;
      write(io, `\r\u001b[K${text()}`);
    },
    clear() {
      if (isShown) write(io, '\r\u001b[K');
      isShown = false;
    },
  };
}

/** Nobody waits for the line, and nobody minds when it cannot be written. */
function write(io: CommandIo, text: string): void {
  Promise.resolve(io.stderr.write(text)).catch(() => undefined);
}
