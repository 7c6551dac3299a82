import { basename, dirname, join } from 'node:path';
import { makeClaim, readJson, writeJson } from './claim.ts';
import { ownMark } from './process-table.ts';

/** What a gateway process tells about itself. */
export interface InstanceReport {
  /** Where it takes requests, such as `http://127.0.0.1:8080`. */
  readonly urls: readonly string[];
  /** Its admin listener. */
  readonly admin: string;
}

/** Files of one start of a gateway: `<folder>/<instance>.claim` and so on. */
export function instanceFiles(path: string): { readonly claim: string; readonly report: string; readonly log: string } {
  return { claim: `${path}.claim`, report: `${path}.report`, log: `${path}.log` };
}

/**
 * The first thing a gateway process does that a controller started. False: the controller has given this start up meanwhile, and may have begun
 * another; this process must end without doing anything.
 */
export async function claimInstance(path: string): Promise<boolean> {
  const mark = await ownMark();
  try {
    const holder = await makeClaim(instanceFiles(path).claim, mark);
    if (holder === 'revoked' || holder.pid !== mark.pid || holder.started !== mark.started) return false;
  } catch (error) {
    // The folder went with its object.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  // The folder may be that of a later object of the same name, or of a later start.
  const intent = (await readJson(join(dirname(path), 'intent.json'))) as { readonly instance?: unknown } | undefined;
  return intent?.instance === basename(path);
}

/** The gateway listens: where. */
export async function reportInstance(path: string, report: InstanceReport): Promise<void> {
  await writeJson(instanceFiles(path).report, report);
}

/** What a gateway process told of itself; `undefined` before it listens. */
export async function readReport(path: string): Promise<InstanceReport | undefined> {
  return (await readJson(instanceFiles(path).report)) as InstanceReport | undefined;
}
