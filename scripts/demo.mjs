// `npm start`: builds what is not built yet, then explains requests with the built command, as a user would have it.
//   npm start                                       two requests against the example shop
//   npm start -- FILE-or-FOLDER URL [explain flags] one request against manifests of yours
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { nodeProgram, root, run } from './workspace.mjs';

const shop = 'examples/shop';
const requests = [['http://shop.example.com/cart?item=7'], ['http://shop.example.com/admin']];

const [file, url, ...flags] = process.argv.slice(2);
if (file !== undefined && url === undefined) {
  console.error('usage: npm start -- FILE-or-FOLDER URL [more flags of `ingresskit explain`]');
  process.exit(2);
}

console.error('Building the packages (the first time takes up to a minute) …');
const built = run(nodeProgram('turbo'), ['run', 'build', '--output-logs=errors-only', '--log-order=grouped']);
if (built.status !== 0) {
  console.error(built.output);
  process.exit(built.status);
}

const questions = file === undefined ? requests.map((request) => [shop, ...request]) : [[file, url, ...flags]];
for (const [manifests, ...request] of questions) {
  const args = ['explain', '-f', manifests, ...request];
  console.log(`\n$ ingresskit ${args.join(' ')}\n`);
  const { status } = spawnSync(process.execPath, [join(root, 'packages/cli/dist/bin.js'), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
