import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root: string = resolve(import.meta.dirname, '../../../..');

/** Where case files stand: beside the family they are about, and here for what concerns several. */
const places = ['packages/families/src/*/*.case.yaml', 'packages/internal/conformance/cases/*.case.yaml'];

/** A case file: its path from the root, with `/`, and its text. */
export interface CaseText {
  readonly file: string;
  readonly text: string;
}

/** All case files in the order of their paths. @param filter only those whose path holds this text. */
export function caseTexts(filter = ''): readonly CaseText[] {
  return globSync(places, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.includes(filter))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}
