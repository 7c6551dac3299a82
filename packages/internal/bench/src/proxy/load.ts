import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stolenTicks } from '../measure.ts';
import { type Files, loadCore, type Scenario } from './peers.ts';

/** What one round of load gave. */
export interface Round {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  /** Requests that failed or were answered with an error. */
  readonly failed: number;
  /** Ticks the host took from this machine meanwhile. */
  readonly stolen: number;
}

const run = promisify(execFile);

/** The path that every scenario asks for: a route in the middle of those that are loaded. */
export function pathOf({ routes = 1, policies = false }: Scenario): string {
  const index = routes === 1 ? 0 : (routes >> 2) * 2;
  return `/app-${index}${policies ? '/item' : ''}`;
}

/** Loads a proxy for some seconds with wrk on its own core. */
export async function load(
  scenario: Scenario,
  port: number,
  files: Files,
  { seconds, connections }: { readonly seconds: number; readonly connections: number },
): Promise<Round> {
  const script = join(files.folder, 'request.lua');
  const body =
    scenario.post === undefined
      ? ''
      : `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/octet-stream"\nwrk.body = string.rep("x", ${scenario.post})\n`;
  writeFileSync(script, `wrk.headers["Host"] = "bench.example.com"\n${body}`);
  const before = stolenTicks();
  const url = `${scenario.tls === true ? 'https' : 'http'}://127.0.0.1:${port}${pathOf(scenario)}`;
  const { stdout } = await run(
    'taskset',
    ['-c', loadCore, 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, url],
    { timeout: seconds * 1000 + 20_000, killSignal: 'SIGKILL' },
  );
  return {
    requestsPerSecond: Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN),
    median: milliseconds(/ 50%\s+(\S+)/.exec(stdout)?.[1]),
    p99: milliseconds(/ 99%\s+(\S+)/.exec(stdout)?.[1]),
    failed: Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0) + socketErrors(stdout),
    stolen: stolenTicks() - before,
  };
}

function socketErrors(output: string): number {
  const found = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output);
  return found === null ? 0 : found.slice(1).reduce((sum, count) => sum + Number(count), 0);
}

function milliseconds(text: string | undefined): number {
  const [, number = 'NaN', unit = 'ms'] = /^([\d.]+)(us|ms|s)$/.exec(text ?? '') ?? [];
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit as 'us' | 'ms' | 's'];
}
