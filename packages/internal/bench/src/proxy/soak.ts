import { readFileSync } from 'node:fs';
import { formatRows, median, stolenTicks } from '../measure.ts';
import { pathOf } from './load.ts';
import { type PacedRound, pacedLoad } from './pace.ts';
import { proxyCore, type Running, type Scenario, startServer } from './peers.ts';

/** Requests a second: the rate at which added latency has an aim. */
const perSecond = 1000;
const roundSeconds = 5;

/** What the proxy adds to the latency at a steady rate, and how its memory moves while that goes on. */
export async function soak(backend: number, { rounds, seconds }: { readonly rounds: number; readonly seconds: number }): Promise<void> {
  const scenario: Scenario = { name: '', routes: 10_000 };
  const path = pathOf(scenario);
  const server = await startServer(proxyCore, 'ingresskit', ['--backend', String(backend), '--routes', '10000'], ['--expose-gc']);
  try {
    await pacedLoad(server.port, path, { perSecond, seconds: 3 });
    await showLatency(server, backend, path, rounds);
    if (seconds > 0) await showMemory(server, path, seconds);
  } finally {
    await server.stop();
  }
}

async function showLatency({ port }: Running, backend: number, path: string, rounds: number): Promise<void> {
  console.log(
    `\n== latency at ${perSecond} requests/s, 10,000 routes; ${rounds} rounds of ${roundSeconds} s, in turn with the backend alone`,
  );
  const before = stolenTicks();
  const direct: PacedRound[] = [];
  const through: PacedRound[] = [];
  for (let round = 0; round < rounds; round++) {
    direct.push(await pacedLoad(backend, path, { perSecond, seconds: roundSeconds }));
    through.push(await pacedLoad(port, path, { perSecond, seconds: roundSeconds }));
  }
  const added = (of: 'median' | 'p99'): number => median(through.map((round, index) => round[of] - (direct[index]?.[of] ?? Number.NaN)));
  const row = (name: string, list: readonly PacedRound[]): string[] => [
    name,
    median(list.map((round) => round.median)).toFixed(2),
    median(list.map((round) => round.p99)).toFixed(2),
    String(list.reduce((sum, { failed }) => sum + failed, 0)),
  ];
  console.log(formatRows([['', 'median ms', 'p99 ms', 'failed'], row('backend alone', direct), row('through ingresskit', through)]));
  console.log(
    `added: median ${added('median').toFixed(2)} ms (aim < 1), p99 ${added('p99').toFixed(2)} ms (aim < 10); stolen ticks ${stolenTicks() - before}`,
  );
}

async function showMemory(server: Running, path: string, seconds: number): Promise<void> {
  console.log(`\n== memory over ${seconds} s at ${perSecond} requests/s`);
  const samples: { readonly minutes: number; readonly heap: number; readonly resident: number }[] = [];
  const started = performance.now();
  let failed = 0;
  while (performance.now() - started < seconds * 1000) {
    failed += (await pacedLoad(server.port, path, { perSecond, seconds: roundSeconds })).failed;
    samples.push({ minutes: (performance.now() - started) / 60_000, heap: await heapOf(server), resident: residentOf(server) });
  }
  // What is still warming up at the beginning is no slope.
  const settled = samples.slice(Math.floor(samples.length / 4));
  const last = samples.at(-1);
  console.log(
    `heap after collection ${kilobytes(last?.heap)}, slope ${slope(settled, 'heap').toFixed(1)} kB/min; resident ${kilobytes(last?.resident)}, slope ${slope(settled, 'resident').toFixed(0)} kB/min; failed ${failed}`,
  );
  const requestsPerMinute = perSecond * 60;
  console.log(`heap: ${((slope(settled, 'heap') * 1000) / requestsPerMinute).toFixed(2)} bytes for each request`);
}

/** Heap of the server after a full collection, in bytes. */
function heapOf({ child }: Running): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server does not say how large its heap is')), 10_000);
    child.stdout?.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      resolve(Number(/heap (\d+)/.exec(chunk.toString())?.[1]));
    });
    child.kill('SIGUSR2');
  });
}

/** Memory of the server that is in RAM, in bytes. */
function residentOf({ child }: Running): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Kilobytes a minute, by least squares. */
function slope<K extends 'heap' | 'resident'>(
  samples: readonly ({ readonly minutes: number } & Readonly<Record<K, number>>)[],
  of: K,
): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = mean(samples.map(({ minutes }) => minutes));
  const level = mean(samples.map((sample) => sample[of]));
  const spread = samples.reduce((sum, { minutes }) => sum + (minutes - middle) ** 2, 0);
  return samples.reduce((sum, sample) => sum + (sample.minutes - middle) * (sample[of] - level), 0) / spread / 1000;
}

function kilobytes(bytes: number | undefined): string {
  return `${((bytes ?? Number.NaN) / 1000).toFixed(0)} kB`;
}
