import { BrokenPipe, type CommandIo, type FolderEntry } from '../command-io.ts';

/** What a test gives the command. */
export interface FakeWorld {
  /** Texts by path; the folders follow from the paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Standard input, in chunks. */
  readonly stdin?: string | readonly (string | Uint8Array)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: { readonly stdin?: boolean; readonly stdout?: boolean; readonly stderr?: boolean };
  readonly columns?: number;
  /** How many milliseconds the clock moves each time it is looked at. */
  readonly tick?: number;
  /** How many writes to standard output succeed before its reader has gone. */
  readonly readerLeavesAfter?: number;
}

/** A world of text, and what the command wrote into it. */
export interface FakeIo extends CommandIo {
  readonly out: () => string;
  readonly err: () => string;
  /** Standard output, as it was written piece by piece. */
  readonly pieces: readonly string[];
}

export function fakeIo({ files = {}, stdin = '', env = {}, isTTY = {}, columns, tick = 0, readerLeavesAfter }: FakeWorld = {}): FakeIo {
  const pieces: string[] = [];
  const errors: string[] = [];
  let time = 0;
  const chunks = typeof stdin === 'string' ? [stdin] : stdin;
  const screen = columns === undefined ? {} : { columns };
  return {
    stdin: Object.assign(iterate(chunks), { isTTY: isTTY.stdin ?? false }),
    stdout: {
      write(text) {
        if (pieces.length === readerLeavesAfter) return Promise.reject(new BrokenPipe());
        pieces.push(text);
        return Promise.resolve();
      },
      isTTY: isTTY.stdout ?? false,
      ...screen,
    },
    stderr: { write: (text) => void errors.push(text), isTTY: isTTY.stderr ?? false, ...screen },
    readFile: (path) => {
      const text = files[path];
      return text === undefined ? Promise.reject(missing(path)) : Promise.resolve(text);
    },
    listFolder: (path) => {
      if (files[path] !== undefined) return Promise.resolve(undefined);
      const entries = entriesOf(path, Object.keys(files));
      return entries.length === 0 ? Promise.reject(missing(path)) : Promise.resolve(entries);
    },
    env,
    now: () => (time += tick),
    version: '1.2.3',
    out: () => pieces.join(''),
    err: () => errors.join(''),
    pieces,
  };
}

function entriesOf(folder: string, paths: readonly string[]): readonly FolderEntry[] {
  const kinds = new Map<string, FolderEntry['kind']>();
  for (const path of paths) {
    const rest = folder === '.' ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
    const [name, ...below] = rest?.split('/') ?? [];
    if (name !== undefined) kinds.set(name, below.length === 0 ? 'file' : 'folder');
  }
  // Not sorted: a file system promises no order either.
  return [...kinds].map(([name, kind]) => ({ name, kind })).reverse();
}

function missing(path: string): Error {
  return Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T, undefined, undefined> {
  for (const item of items) yield await Promise.resolve(item);
}
