import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { diagnosticSets, readText, root } from './sources.ts';

const sources = globSync(['packages/*/src/**/*.ts'], { cwd: root }).map((path) => path.replaceAll('\\', '/'));
const tests = [
  ...sources.filter((path) => path.endsWith('.test.ts')),
  ...globSync(
    ['packages/internal/*/src/**/*.test.ts', 'packages/families/src/*/*.case.yaml', 'packages/internal/conformance/cases/*.case.yaml'],
    {
      cwd: root,
    },
  ).map((path) => path.replaceAll('\\', '/')),
].map((path) => ({ path, text: readText(path) }));

/** Folders of the modules that declare an owner's diagnostics: tests beside them may leave the owner out. */
function foldersOf(owner: string): readonly string[] {
  return sources.filter((path) => readText(path).includes(`defineDiagnostics('${owner}'`)).map(dirname);
}

test('every diagnostic is brought about by a test or a case', async () => {
  const untested: string[] = [];
  for (const { owner, definitions } of (await diagnosticSets()).values()) {
    const folders = foldersOf(owner);
    for (const name of Object.keys(definitions)) {
      const code = new RegExp(`${owner}/${name}(?![a-z0-9-])`);
      const short = new RegExp(`['"\`/]${name}['"\`]`);
      const isTested = tests.some(({ path, text }) => code.test(text) || (folders.includes(dirname(path)) && short.test(text)));
      if (!isTested) untested.push(`${owner}/${name}`);
    }
  }
  expect(untested).toEqual([]);
});
