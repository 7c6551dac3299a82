// Type-checks everything with three tsc processes side by side.
//   tsconfig.core.json      sources of the core packages, with neither Node's nor the browser's types: `node:` and `console` are errors there
//   tsconfig.adapters.json  sources of the published packages that may touch Node
//   tsconfig.json           all of it again with the tests, type tests (*.test-d.ts), examples and internal packages; also what editors use
import { spawn } from 'node:child_process';
import { nodeProgram, root } from './workspace.mjs';

const [node, compiler] = nodeProgram('typescript', 'tsc');

const check = (project) =>
  new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(node, [compiler, '-p', project, '--pretty', String(process.stdout.isTTY === true)], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (status) => resolve({ project, status, output, seconds: (performance.now() - started) / 1000 }));
  });

// Longest first: two cores then end at about the same time.
const results = await Promise.all(['tsconfig.json', 'tsconfig.core.json', 'tsconfig.adapters.json'].map(check));
for (const { project, status, output, seconds } of results) {
  console.log(`${status === 0 ? 'ok   ' : 'ERROR'} ${project} ${seconds.toFixed(1)} s`);
  if (status !== 0) process.exitCode = 1;
  if (output !== '') process.stdout.write(output);
}
