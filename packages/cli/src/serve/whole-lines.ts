import type { Readable } from 'node:stream';
import type { LineWriter } from '@ingresskit/proxy';

/** The longest line that is waited for; what is longer is no line of a log. */
const longest = 1_048_576;

/**
 * Passes the lines of a stream on to a writer that others use as well. Processes that write to one pipe by themselves mix pieces of their lines as soon as its
 * reader is slow; here every line arrives whole or is dropped and counted.
 */
export function passLines(from: Readable, to: LineWriter): void {
  let begun = '';
  let isTooLong = false;
  from.setEncoding('utf8');
  from.on('data', (piece: string) => {
    const lines = (begun + piece).split('\n');
    begun = lines.pop() ?? '';
    // The rest of what was too long is no line either.
    if (isTooLong && lines.shift() !== undefined) isTooLong = false;
    if (begun.length > longest) isTooLong = true;
    if (isTooLong) begun = '';
    for (const line of lines) to.write(line);
  });
  // The reading end of a process that is killed may break; there is nothing to do about it, and half a line is none.
  from.on('error', () => undefined);
}
