import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { WriteStream } from 'node:tty';
import { BrokenPipe, type CommandIo, type FolderEntry, type TextOutput } from './command-io.ts';

/** The world of a real process. */
export function processIo(process: NodeJS.Process, version: string): CommandIo {
  return {
    stdin: process.stdin,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    readFile: (path) => readFile(path, 'utf8'),
    listFolder,
    env: process.env,
    now: () => performance.now(),
    version,
  };
}

function outputOf(stream: NodeJS.WriteStream | WriteStream): TextOutput {
  // Without a listener an error of the stream would end the process with a stack trace; `write` reports it already.
  stream.on('error', () => undefined);
  return {
    write: (text) =>
      text === ''
        ? undefined
        : new Promise((resolve, reject) => {
            stream.write(text, (error) => {
              if (error === null || error === undefined) resolve();
              else reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new BrokenPipe() : error);
            });
          }),
    isTTY: stream.isTTY === true,
    ...(stream.isTTY && stream.columns > 0 ? { columns: stream.columns } : {}),
  };
}

/** Links to files count as files; links to folders are not followed, or a folder could hold itself. */
async function listFolder(path: string): Promise<readonly FolderEntry[] | undefined> {
  if (!(await stat(path)).isDirectory()) return undefined;
  const entries = await readdir(path, { withFileTypes: true });
  const kinds = await Promise.all(
    entries.map(async (entry): Promise<readonly FolderEntry[]> => {
      if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
      const isFile =
        entry.isFile() || (entry.isSymbolicLink() && (await stat(join(path, entry.name)).catch(() => undefined))?.isFile() === true);
      return isFile ? [{ name: entry.name, kind: 'file' }] : [];
    }),
  );
  return kinds.flat();
}
