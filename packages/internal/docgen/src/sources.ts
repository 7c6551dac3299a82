import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Family } from '@ingresskit/annotations';
import type { DiagnosticSet } from '@ingresskit/resources';

/** The repository's root. */
export const root: string = resolve(import.meta.dirname, '../../../..');

/** Reads a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/**
 * Every set of diagnostics that a published package declares, by owner: the modules that call `defineDiagnostics` are loaded and their exports
 * looked at, so no list of them can go stale.
 */
export async function diagnosticSets(): Promise<ReadonlyMap<string, DiagnosticSet>> {
  const sets = new Map<string, DiagnosticSet>();
  const files = globSync('packages/*/src/**/*.ts', { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.test(-d)?\.ts$/.test(path) && /= defineDiagnostics\(|: defineDiagnostics\(/.test(readText(path)))
    .sort();
  for (const path of files) {
    const exported = Object.values((await import(join(root, path))) as Readonly<Record<string, unknown>>);
    const found = exported.flatMap((value) => (isSet(value) ? [value] : isFamily(value) ? [value.diagnostics] : []));
    if (found.length === 0) throw new TypeError(`${path} declares diagnostics and exports neither them nor their family`);
    for (const set of found) sets.set(set.owner, set);
  }
  return new Map([...sets].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSet(value: unknown): value is DiagnosticSet {
  return typeof value === 'object' && value !== null && 'owner' in value && 'definitions' in value && 'make' in value;
}

function isFamily(value: unknown): value is Family & { readonly diagnostics: DiagnosticSet } {
  return typeof value === 'object' && value !== null && 'fields' in value && 'diagnostics' in value && isSet(value.diagnostics);
}
