// `pnpm bench:proxy [--rounds N] [--seconds N] [--connections N] [--only NAME,…] [--scenario TEXT]`: the data plane beside its peers, in one run on this
// machine: rounds interleaved, each a process of its own, each proxy on one core, load and backend on the other; medians and their ratios.
// `pnpm bench:proxy --soak [--seconds N]`: added latency at a steady rate, then memory over N seconds (default 600). Reported as it is; nothing is a gate.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generate } from 'selfsigned';
import { compare } from './compare.ts';
import { type Files, loadCore, peers, type Scenario, startServer } from './peers.ts';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string', default: '' },
    scenario: { type: 'string', default: '' },
    soak: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);

const scenarios: readonly Scenario[] = [
  { name: 'GET 1 kB, 1 route' },
  { name: 'GET 1 kB, 10,000 routes', routes: 10_000 },
  { name: 'GET 1 kB, 10,000 routes with policies', routes: 10_000, policies: true },
  { name: 'POST 10 kB, 10,000 routes', routes: 10_000, post: 10_240 },
  { name: 'GET 1 kB over TLS, 10,000 routes', routes: 10_000, tls: true },
];

// The load's own thread belongs on its core, too.
spawnSync('taskset', ['-pc', loadCore, String(process.pid)]);
console.log(
  `load average before: ${loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')}`,
);
const backend = await startServer(loadCore, 'backend', []);
try {
  if (values.soak) await soak(backend.port, { rounds, seconds: Number(values.seconds ?? 600) });
  else await comparison();
} finally {
  await backend.stop();
}
console.log(
  `\nload average after: ${loadavg()
    .map((value) => value.toFixed(1))
    .join(' ')}`,
);

async function comparison(): Promise<void> {
  for (const [program, name] of [
    ['wrk', 'wrk'],
    ['/usr/sbin/nginx', 'nginx-light'],
    ['/usr/sbin/haproxy', 'haproxy'],
  ] as const) {
    if (spawnSync('bash', ['-c', `command -v ${program}`]).status === 0) continue;
    const installed = spawnSync(
      'bash',
      ['-c', `apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends ${name}`],
      { stdio: 'inherit', timeout: 180_000 },
    );
    if (installed.status !== 0) throw new Error(`bench:proxy needs ${name}, and it cannot be installed here`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'ingresskit-bench-'));
  try {
    const certificate = await generate([{ name: 'commonName', value: 'bench.example.com' }], { keySize: 2048 });
    const files: Files = { folder, pem: join(folder, 'bench.pem') };
    writeFileSync(files.pem, `${certificate.cert}\n${certificate.private}\n`);
    const chosen = values.only === '' ? peers : peers.filter(({ name }) => values.only.split(',').includes(name));
    const pace = { rounds, seconds: Number(values.seconds ?? 2), connections: Number(values.connections) };
    for (const scenario of scenarios.filter(({ name }) => name.includes(values.scenario)))
      await compare(scenario, chosen, backend.port, files, pace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
