// Type-checks the ```ts blocks of the pages against the sources. Each block is a module of its own. What it takes for granted stands in a comment right before it:
//   <!-- ts
//   import type { RouteTable } from 'ingresskit';
//   declare const table: RouteTable;
//   -->
// and `<!-- beside: FOLDER -->` says that its relative imports are meant from that folder.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { finish, nodeProgram, root, run, workspacePackages } from './workspace.mjs';

const pages = globSync(['README.md', 'CONTRIBUTING.md', 'docs/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: root }).sort();
const block = /(?:<!-- ts\n(?<prelude>[\s\S]*?)-->\s*\n|<!-- beside: (?<beside>\S+) -->\s*\n)?^```ts\n(?<code>[\s\S]*?)^```$/gm;

// Below node_modules, so that what the root depends on is found from there and nothing else looks at it.
const folder = join(root, 'node_modules', '.snippets');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

/** Where each written file's first line of code stands. */
const places = new Map();
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8').replaceAll('\r\n', '\n');
  for (const { groups, index, 0: whole } of text.matchAll(block)) {
    const { prelude = '', beside, code } = groups;
    const firstLine = text.slice(0, index + whole.indexOf('```ts')).split('\n').length + 1;
    const file = `${page.replaceAll(/[^\w.]/g, '-')}-${firstLine}.ts`;
    const moved = beside === undefined ? code : code.replaceAll(/from '\.\//g, `from '${toPosix(relative(folder, join(root, beside)))}/`);
    // A declaration of an unused name is what pages are made of; the export makes it a module.
    writeFileSync(join(folder, file), `${moved}\nexport {};\n${prelude}`);
    places.set(file, { page, firstLine, lines: code.split('\n').length });
  }
}

const paths = {};
for (const { folder: home, manifest } of workspacePackages()) {
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = target?.['@ingresskit/source'];
    if (source !== undefined) paths[join(manifest.name, subpath).replaceAll(sep, '/')] = [join(root, home, source)];
  }
}
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      lib: ['ES2023', 'ESNext.Disposable'],
      types: ['node'],
      typeRoots: ['../@types'],
      isolatedDeclarations: false,
      declaration: false,
      paths,
    },
    files: [...places.keys()],
  }),
);

const { output } = run(nodeProgram('typescript', 'tsc'), ['-p', folder, '--pretty', 'false']);
const problems = [];
for (const line of output.split('\n')) {
  const [, file, at, message] = /^(?:.*\/)?([^/(]+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
  const place = places.get(file);
  if (place !== undefined && line.includes('.snippets/')) {
    const number = Number(at);
    problems.push(`${place.page}:${number <= place.lines ? place.firstLine + number - 1 : `${place.firstLine} (prelude)`}: ${message}`);
  } else if (/^error /.test(line)) problems.push(line);
}
rmSync(folder, { recursive: true, force: true });
finish('snippets', problems, `${places.size} blocks of ${new Set([...places.values()].map(({ page }) => page)).size} pages type-check`);

function toPosix(path) {
  return path.split(sep).join('/');
}
