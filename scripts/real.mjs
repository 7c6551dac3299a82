// `pnpm test:real [FILTER]`: the tests against real servers. Brings what they need (nginx, Redis, php-fpm, etcd, the Kubernetes API server) and fails when it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { nodeProgram, root } from './workspace.mjs';

/** A Debian package, and how the name of the program begins that shows it is there: that of php-fpm ends in its version. */
const packages = [
  { name: 'nginx-light', program: 'nginx' },
  { name: 'redis-server', program: 'redis-server' },
  { name: 'php-fpm', program: 'php-fpm' },
];

function sh(command, options = {}) {
  return spawnSync('bash', ['-c', command], { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });
}

function fail(message) {
  console.error(`test:real: ${message}`);
  process.exit(1);
}

const missing = packages.filter(({ program }) => sh(`PATH="$PATH:/usr/sbin" compgen -c ${program}`).status !== 0);
if (missing.length > 0) {
  const names = missing.map(({ name }) => name).join(' ');
  console.log(`test:real: installing ${names}`);
  // While servers are installed, none may start: Debian asks this file.
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const installed = sh(
    `export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && apt-get -qq install -y --no-install-recommends ${names} >/dev/null`,
  );
  if (isOurs) rmSync(policy, { force: true });
  if (installed.status !== 0) fail(`cannot install ${names}: the tests need them, and this needs root and Debian's packages`);
}

const built = sh('scripts/kube-apiserver.sh');
if (built.status !== 0) fail('there is no Kubernetes API server to test against; see the output above');
const binaries = built.stdout.trim();

const env = { ...process.env, PATH: `${binaries}:${process.env.PATH}:/usr/sbin`, INGRESSKIT_KUBE_BINARIES: binaries };
const [node, ...vitest] = nodeProgram('vitest');
const { status } = spawnSync(node, [...vitest, 'run', '--config', 'vitest.real.config.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
});
process.exit(status ?? 1);
