import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** A process, told apart from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** See `identityOf`. */
  readonly started: string;
}

/** Who has a claim: a process, or nobody ever again. */
export type Claim = ProcessMark | 'revoked';

/**
 * Makes a claim, once and for all: of any number of processes that try, in whatever order they die, exactly one succeeds. The file appears with its
 * content or not at all.
 *
 * @returns who has it: `claim` itself, or the one that was faster.
 */
export async function makeClaim(path: string, claim: Claim): Promise<Claim> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(claim), { flush: true });
  try {
    // Unlike a rename, a link fails when the name is taken.
    await link(draft, path);
    return claim;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readClaim(path)) ?? (await makeClaim(path, claim));
  } finally {
    await rm(draft, { force: true });
  }
}

/** Who has a claim; `undefined` for nobody yet. */
export async function readClaim(path: string): Promise<Claim | undefined> {
  return (await readJson(path)) as Claim | undefined;
}

/** A JSON file; `undefined` when there is none. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a JSON file that is there as a whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(value), { flush: true });
  await rename(draft, path);
}
