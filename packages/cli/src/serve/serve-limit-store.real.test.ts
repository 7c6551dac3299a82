import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RealServer, startRealServer } from '../../../proxy/src/redis/testing/real-server.ts';
import { freePort } from '../../../proxy/src/testing/free-port.ts';

const pinned = resolve(import.meta.dirname, '../../../../node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const bin = join(import.meta.dirname, '../bin.ts');
const password = 'p4ss%w/rd';
/** Nothing is counted but by the store. */
const strict = ['--limit-store-away', 'refuse'];

const manifests = (annotations: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { ${annotations} } }
spec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
`;

let server: RealServer;
let folder = '';
let backend: Server;
/** Answers that the backend holds back. */
const held: (() => void)[] = [];
let isHolding = false;
let onArrival = (): void => undefined;
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startRealServer(['--requirepass', password]);
  folder = mkdtempSync(join(tmpdir(), 'ingresskit-limits-'));
  backend = createServer((_, response) => {
    if (!isHolding) return void response.end();
    held.push(() => response.end());
    onArrival();
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
});

afterEach(async () => {
  for (const answer of held.splice(0)) answer();
  isHolding = false;
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

afterAll(async () => {
  await new Promise((done) => backend?.close(done));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Serving {
  readonly port: number;
  readonly admin: number;
  /** Drains it; its exit status and everything it said. */
  stop(): Promise<{ readonly status: number | null; readonly said: string }>;
}

async function serve(url: string, ...words: string[]): Promise<Serving> {
  const admin = await freePort();
  const endpoint = `default/web:80=127.0.0.1:${(backend.address() as AddressInfo).port}`;
  const fixed = ['serve', '-f', '.', '--listen', '127.0.0.1:0', '--admin', `127.0.0.1:${admin}`, '--endpoint', endpoint];
  const child = spawn(node, ['--conditions=@ingresskit/source', bin, ...fixed, ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...(words.includes('--limit-store') ? {} : { INGRESSKIT_LIMIT_STORE: url }) },
  });
  children.push(child);
  let said = '';
  const isReady = new Promise<number>((done, fail) => {
    const hear = (text: string): void => {
      said += text;
      const [, port] = /ready http:\/\/127\.0\.0\.1:(\d+)\n/.exec(said) ?? [];
      if (port !== undefined) done(Number(port));
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('exit', (status) => fail(new Error(`it ended with ${status}: ${said}`)));
  });
  const port = await isReady;
  return {
    port,
    admin,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const [status] = (await gone) as [number | null];
      return { status, said };
    },
  };
}

async function ask({ port }: Serving): Promise<number> {
  return await new Promise<number>((done, fail) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { host: 'a.example' }, agent: false }, (response) => {
      response.resume().on('end', () => done(response.statusCode ?? 0));
    })
      .on('error', fail)
      .end();
  });
}

/** Once the store has answered: on a busy machine it may be late, and the request is refused with 503 then. */
async function askShared(serving: Serving): Promise<number> {
  let status = await ask(serving);
  while (status === 503) status = await ask(serving);
  return status;
}

async function outcomes({ admin }: Serving): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  const found = text.matchAll(/^mseingress_ratelimit_backend_total\{outcome="([^"]+)"\} (\d+)$/gm);
  return Object.fromEntries(Array.from(found, ([, outcome, count]) => [outcome, Number(count)]));
}

const urlOf = (word = password): string => `redis://:${encodeURIComponent(word)}@127.0.0.1:${server.port}`;

test('processes share a limit, workers among them; what the store said is counted, and the password is nowhere', async () => {
  writeFileSync(join(folder, 'web.yaml'), manifests('mse.ingress.kubernetes.io/rate-limit: "1"'));
  const alone = await serve(urlOf(), ...strict, '--limit-store', urlOf());
  const withWorkers = await serve(urlOf(), ...strict, '--workers', '2');
  const began = performance.now();
  const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => ask(index % 2 === 0 ? alone : withWorkers)));
  const passed = statuses.filter((status) => status === 200).length;
  // Not how fast anything is: whatever time has passed, both together earn one request in each second of it, besides the first.
  expect(passed).toBeLessThanOrEqual(1 + Math.floor((performance.now() - began) / 1_000));
  const [one, other] = [await outcomes(alone), await outcomes(withWorkers)];
  expect((one['ok'] ?? 0) + (other['ok'] ?? 0)).toBe(passed);
  for (const counts of [one, other]) {
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(30);
    expect((counts['ok'] ?? 0) + (counts['over-limit'] ?? 0)).toBeGreaterThan(0);
  }
  for (const serving of [alone, withWorkers]) {
    const { status, said } = await serving.stop();
    expect(status).toBe(0);
    expect(said).toMatch(/^ready [^\n]*\n$/);
  }
});

test('processes share places, and give them back', async () => {
  writeFileSync(join(folder, 'web.yaml'), manifests('mse.ingress.kubernetes.io/concurrency-limit: "1"'));
  const [one, other] = await Promise.all([serve(urlOf(), ...strict), serve(urlOf(), ...strict, '--workers', '2')]);
  isHolding = true;
  const arrived = new Promise<void>((done) => {
    onArrival = done;
  });
  const first = askShared(other);
  await arrived;
  expect(await askShared(one)).toBe(429);
  isHolding = false;
  for (const answer of held.splice(0)) answer();
  expect(await first).toBe(200);
  // The place comes back on a connection of its own, so not before somebody can see it.
  let status = await askShared(one);
  while (status === 429) status = await askShared(one);
  expect(status).toBe(200);
  expect((await one.stop()).status).toBe(0);
  expect((await other.stop()).status).toBe(0);
});

test('a wrong password keeps nothing from serving, is said once, and is not shown', async () => {
  writeFileSync(join(folder, 'web.yaml'), manifests('mse.ingress.kubernetes.io/rate-limit: "1000"'));
  const serving = await serve(urlOf('wr0ng'));
  expect(await ask(serving)).toBe(200);
  expect(await outcomes(serving)).toEqual({ local: 1 });
  const { status, said } = await serving.stop();
  expect(status).toBe(0);
  expect(said.match(/the store of limits is away \(WRONGPASS [^)]*\)/g)).toHaveLength(1);
  expect(said).not.toContain('wr0ng');
});
