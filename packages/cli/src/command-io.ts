/** A stream that text is written to. */
export interface TextOutput {
  /** Resolves when more can be written. Rejects with a `BrokenPipe` when nobody reads any more. */
  write(text: string): Promise<void> | void;
  readonly isTTY: boolean;
  /** Columns of the screen, where there is one. */
  readonly columns?: number;
}

/** An entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** Everything of the world that the command touches. Tests hand in their own; `bin.ts` hands in the process. */
export interface CommandIo {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** The text of a file. Rejects with an error that carries Node's `code`. */
  readFile(path: string): Promise<string>;
  /** The entries of a folder, or `undefined` when the path is a file. Rejects as `readFile` does. */
  listFolder(path: string): Promise<readonly FolderEntry[] | undefined>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds, from any beginning: only differences are looked at. */
  now(): number;
  /** The version that `--version` prints. */
  readonly version: string;
}

/** Arguments or input that cannot be used: one line on standard error, and exit status 2. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput';
}

/** The reader of standard output has gone, as `head` does; nothing is left to do. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}
