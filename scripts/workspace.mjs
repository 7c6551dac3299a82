// What several checks share: the workspace's packages, and calling a program so that it fails loudly.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');

/** Every package under packages/: its folder (relative to the root, with `/`) and its package.json. */
export function workspacePackages() {
  return globSync(['packages/*/package.json', 'packages/internal/*/package.json'], { cwd: root })
    .map((file) => ({ folder: dirname(file).replaceAll('\\', '/'), manifest: readJson(file) }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The packages that are published. */
export const publishedPackages = () => workspacePackages().filter(({ manifest }) => manifest.private !== true);

export const readJson = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** A program (`bin`) of one of the root's own devDependencies, run on this Node. */
export function nodeProgram(name, program = name) {
  const { bin } = readJson(join('node_modules', name, 'package.json'));
  return [process.execPath, join(root, 'node_modules', name, typeof bin === 'string' ? bin : bin[program])];
}

/** pnpm, as the running script was started by it, or through npx at the version that package.json names. */
export function pnpmProgram() {
  const started = process.env.npm_execpath;
  if (started?.includes('pnpm') && existsSync(started)) return /\.[cm]?js$/.test(started) ? [process.execPath, started] : [started];
  return ['npx', '--yes', readJson('package.json').packageManager];
}

/** Runs a program to its end and returns its status and its output, both streams together. */
export function run([program, ...first], args, options = {}) {
  const done = spawnSync(program, [...first, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (done.error) throw done.error;
  return { status: done.status ?? 1, output: `${done.stdout ?? ''}${done.stderr ?? ''}` };
}

/** Prints what is wrong, one line each, and sets the exit status; or says that all is well. */
export function finish(title, problems, summary) {
  if (problems.length === 0) {
    console.log(`${title}: ${summary}`);
    return;
  }
  console.error(`${title}: ${problems.length} problem${problems.length === 1 ? '' : 's'}`);
  for (const problem of problems) console.error(`  ${problem}`);
  process.exitCode = 1;
}
