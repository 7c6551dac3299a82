// `pnpm bench [SIZE …]`: the core on generated clusters, and many patterns on one host (`pnpm bench patterns` for these alone). Everything is reported as it is; nothing is a gate.
import { spawnSync } from 'node:child_process';
import { benchCore, spinDecide } from './core.ts';
import { benchPatterns } from './patterns.ts';

if (globalThis.gc === undefined) {
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, '--expose-gc', '--max-old-space-size=8192', ...process.argv.slice(1)],
    { stdio: 'inherit' },
  );
  process.exit(status ?? 1);
}
const [command, ...rest] = process.argv.slice(2);
if (command === 'spin') spinDecide(Number(rest[0] ?? 10_000), Number(rest[1] ?? 5));
else if (command === 'patterns') benchPatterns();
else {
  const sizes = [command, ...rest].flatMap((text) => (text === undefined ? [] : [Number(text)]));
  benchCore(sizes.length === 0 ? undefined : sizes);
  console.log();
  benchPatterns();
}
