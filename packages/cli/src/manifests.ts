import type { Diagnostic, Resource } from '@ingresskit/resources';
import { escapeControls } from '@ingresskit/resources';
import { parseManifests } from 'ingresskit';
import { type CommandIo, UnusableInput } from './command-io.ts';
import type { Progress } from './progress.ts';

/** The manifests that the `-f` options name. */
export interface LoadedManifests {
  readonly resources: readonly Resource[];
  /** What reading them reported. */
  readonly diagnostics: readonly Diagnostic[];
  /** The texts by file name, for showing the lines at fault. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What standard input is called in messages. */
export const stdinName = 'stdin';

const manifestName = /\.(ya?ml|json)$/i;

/**
 * Reads files, folders and standard input, in the order given; of a folder every *.yaml, *.yml and *.json in it and below, in the order of their paths.
 * Entries whose name begins with a dot are left out: in a mounted ConfigMap they are a second copy. A file that is named twice is read once.
 *
 * @throws UnusableInput for a path that cannot be read.
 */
export async function loadManifests(paths: readonly string[], io: CommandIo, progress: Progress): Promise<LoadedManifests> {
  const files = new Set<string>();
  for (const path of paths) {
    if (path === '-') files.add('-');
    else for (const file of await filesOf(path, io)) files.add(file);
  }
  const sources = new Map<string, string>();
  const resources: Resource[] = [];
  const diagnostics: Diagnostic[] = [];
  let count = 0;
  for (const file of files) {
    const name = file === '-' ? stdinName : file;
    const text = file === '-' ? await readAll(io.stdin) : await io.readFile(file).catch((error: unknown) => refuse(file, error));
    const parsed = parseManifests(text, { file: name });
    sources.set(name, text);
    for (const resource of parsed.resources) resources.push(resource);
    for (const diagnostic of parsed.diagnostics) diagnostics.push(diagnostic);
    count += 1;
    progress.at(() => `read ${count} of ${files.size} files`);
  }
  progress.clear();
  return { resources, diagnostics, sources };
}

/** The text of one file or of standard input (`-`). */
export async function readText(path: string, io: CommandIo): Promise<string> {
  return path === '-' ? await readAll(io.stdin) : await io.readFile(path).catch((error: unknown) => refuse(path, error));
}

async function filesOf(given: string, io: CommandIo): Promise<readonly string[]> {
  const path = tidy(given);
  const entries = await io.listFolder(path).catch((error: unknown) => refuse(path, error));
  if (entries === undefined) return [path];
  const files = await below(path, entries, io);
  if (files.length === 0) throw new UnusableInput(`${escapeControls(path)}: no *.yaml, *.yml or *.json in this folder or below`);
  return [...files].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function below(folder: string, entries: Awaited<ReturnType<CommandIo['listFolder']>>, io: CommandIo): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { name, kind } of entries ?? []) {
    if (name.startsWith('.')) continue;
    const path = folder === '/' ? `/${name}` : folder === '.' ? name : `${folder}/${name}`;
    if (kind === 'folder') files.push(...(await below(path, await io.listFolder(path).catch((error: unknown) => refuse(path, error)), io)));
    else if (manifestName.test(name)) files.push(path);
  }
  return files;
}

/** A path without what does not matter, so that one file has one name. */
function tidy(path: string): string {
  return path.replace(/^(?:\.\/+)+(?=.)/, '').replace(/(?<=.)\/+$/, '');
}

async function readAll(stdin: CommandIo['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stdin) text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'too many symbolic links',
};

function refuse(path: string, error: unknown): never {
  const { code = '', message = String(error) } = error as { readonly code?: string; readonly message?: string };
  throw new UnusableInput(`${escapeControls(path)}: ${reasons[code] ?? message}`);
}
