// Packs every published package as it would be published and looks at the tarballs: publint and are-the-types-wrong agree with them, and they
// hold what a reader needs and nothing else: no tests, no path of this machine, no registry host. Needs the packages built.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineWords } from './machine-words.mjs';
import { finish, nodeProgram, pnpmProgram, publishedPackages, root, run } from './workspace.mjs';

const pnpm = pnpmProgram();
const publint = nodeProgram('publint');
const attw = nodeProgram('@arethetypeswrong/cli', 'attw');
const words = machineWords();

const problems = [];
const folder = mkdtempSync(join(tmpdir(), 'ingresskit-pack-'));
let count = 0;
try {
  for (const { folder: source, manifest } of publishedPackages()) {
    const fail = (text) => problems.push(`${manifest.name}: ${text}`);
    const packed = run(pnpm, ['pack', '--pack-destination', folder], { cwd: join(root, source) });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (packed.status !== 0 || tarball === undefined) {
      fail(`cannot be packed\n${packed.output}`);
      continue;
    }
    const file = join(folder, tarball);
    const contents = join(folder, 'contents');
    run(['tar'], ['-xzf', file, '--one-top-level=contents'], { cwd: folder });
    lookInside(join(contents, 'package'), fail);

    const linted = run(publint, ['run', file, '--strict']);
    if (linted.status !== 0) fail(`publint\n${linted.output}`);
    const typed = run(attw, [file, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-color', '--no-emoji']);
    if (typed.status !== 0) fail(`are-the-types-wrong\n${typed.output}`);

    rmSync(file);
    rmSync(contents, { recursive: true });
    count += 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish('packages', problems, `${count} tarballs are sound`);

function lookInside(contents, fail) {
  const files = readdirSync(contents, { recursive: true }).filter((name) => statSync(join(contents, name)).isFile());
  for (const needed of ['README.md', 'LICENSE']) if (!files.includes(needed)) fail(`has no ${needed}`);
  const manifest = JSON.parse(readFileSync(join(contents, 'package.json'), 'utf8'));
  for (const target of [...targets(manifest.exports), ...targets(manifest.bin)]) {
    if (!existsSync(join(contents, target))) fail(`names ${target}, which the tarball does not hold`);
  }
  for (const name of files) {
    if (/\.(test|test-d)\.|\.case\.yaml$|(^|[\\/])node_modules[\\/]/.test(name)) fail(`holds ${name}`);
    const text = readFileSync(join(contents, name), 'utf8');
    for (const { word, what } of words) if (text.includes(word)) fail(`${name} holds ${what}`);
    if (/"(workspace|catalog):/.test(text) && name === 'package.json') fail('package.json still holds a workspace: or catalog: version');
  }
}

function targets(value) {
  if (typeof value === 'string') return [value];
  return Object.values(value ?? {}).flatMap(targets);
}
