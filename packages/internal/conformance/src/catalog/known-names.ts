import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../case-files.ts';
import copy from './known-names.json' with { type: 'json' };

/** The annotation names that the documents list. */
export interface KnownNames {
  /** Where they were read. */
  readonly source: 'the specification beside this clone' | 'the copy in this repository';
  /** Full keys by the category of the vendor's page. */
  readonly mse: Readonly<Record<string, readonly string[]>>;
  /** Names without prefix. */
  readonly 'ingress-nginx': readonly string[];
}

const folder = join(root, '../shared/spec');
const tables = { mse: join(folder, 'annotations-mse.csv'), nginx: join(folder, 'annotations-ingress-nginx.csv') };

/** The names, from the specification's own tables where they stand beside this clone, else from the copy. */
export function knownNames(): KnownNames {
  if (!existsSync(tables.mse) || !existsSync(tables.nginx)) return { source: 'the copy in this repository', ...copy };
  const mse: Record<string, string[]> = {};
  for (const [prefix = '', name = '', category = ''] of rows(tables.mse)) (mse[category] ??= []).push(`${prefix}/${name}`);
  return { source: 'the specification beside this clone', mse, 'ingress-nginx': rows(tables.nginx).map(([name = '']) => name) };
}

/** The first columns of a table; none of them is ever quoted. */
function rows(file: string): readonly (readonly string[])[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}
