import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from '../case-files.ts';

/** Where manifests that nobody here wrote stand beside a clone; not every clone has them. */
export const corpusRoot: string = resolve(root, process.env['INGRESSKIT_CORPUS'] ?? '../shared/corpus');

/** A manifest file: its path from its own root, and its text. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** The corpus, or nothing where it is absent. */
export function corpusFiles(): readonly ManifestFile[] {
  return existsSync(corpusRoot) ? manifestsIn(corpusRoot, '**/*.{yaml,yml,json}') : [];
}

/** The manifests of the examples. */
export function exampleFiles(): readonly ManifestFile[] {
  return manifestsIn(root, 'examples/**/*.{yaml,yml,json}').filter(({ file }) => !/node_modules|package\.json|tsconfig/.test(file));
}

function manifestsIn(folder: string, pattern: string): readonly ManifestFile[] {
  return globSync(pattern, { cwd: folder, exclude: ['**/node_modules/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}
