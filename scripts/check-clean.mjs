// No file that git tracks, or would on the next `git add`, may hold a path of this machine or a registry host, or be something that is built.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { machineWords } from './machine-words.mjs';
import { finish, root } from './workspace.mjs';

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
const files = [...new Set(listed.split('\0'))].filter(
  (name) => name !== '' && statSync(join(root, name), { throwIfNoEntry: false })?.isFile(),
);
const words = machineWords();

const problems = [];
for (const name of files) {
  if (/(^|\/)(dist|node_modules|coverage|\.turbo)\/|\.tsbuildinfo$|\.tgz$/.test(name))
    problems.push(`${name}: is built or installed, and must not be tracked`);
  const text = readFileSync(join(root, name), 'utf8');
  for (const { word, what } of words) {
    const at = text.indexOf(word);
    if (at >= 0) problems.push(`${name}:${text.slice(0, at).split('\n').length}: holds ${what}`);
  }
}
finish('clean', problems, `${files.length} files hold nothing of this machine`);
