// Everything that CI checks and a developer can run in one go, in the order of how soon a mistake shows. Stops at the first failure.
import { spawnSync } from 'node:child_process';
import { pnpmProgram, root } from './workspace.mjs';

const steps = ['typecheck', 'floors', 'lint', 'check:tests', 'docs:check', 'build', 'pack:check', 'bundle:check', 'clean:check'];

const [program, ...first] = pnpmProgram();
for (const step of steps) {
  console.log(`\n== ${step}`);
  const { status } = spawnSync(program, [...first, '--silent', 'run', step], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`check: ${step} failed`);
    process.exit(status ?? 1);
  }
}
console.log('\ncheck: all passed');
