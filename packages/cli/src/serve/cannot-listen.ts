import { UnusableInput } from '../command-io.ts';

/** What is said when an address cannot be listened at: the system's words, where they name it. */
export function cannotListen(error: NodeJS.ErrnoException): UnusableInput {
  return new UnusableInput(
    error.code === 'EADDRINUSE' || error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL'
      ? error.message
      : `cannot listen: ${error.message}`,
  );
}
