import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEndpoints, readHostPort } from './addresses.ts';

const root = resolve(import.meta.dirname, '../../../..');
const pinned = join(root, 'node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const bin = join(import.meta.dirname, '../bin.ts');

const manifests = (path: string, annotations = '{}'): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: ${annotations} }
spec: { rules: [{ host: a.example, http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
`;

let folder = '';
let backend: Server;
let backendPort = 0;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ingresskit-serve-'));
  writeFileSync(join(folder, 'web.yaml'), manifests('/old'));
  backend = createServer((incoming, response) => response.end(`${incoming.method} ${incoming.url}`));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  backendPort = (backend.address() as { port: number }).port;
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
  backend.closeAllConnections();
  await new Promise((done) => backend.close(done));
  rmSync(folder, { recursive: true, force: true });
});

interface Serving {
  readonly child: ChildProcess;
  readonly http: number;
  readonly https: number;
  readonly admin: number;
  /** Waits until standard error says it. */
  said(text: string): Promise<void>;
}

/** A port that is free now: the admin listener's is not in the ready line. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

async function serve(...argv: string[]): Promise<Serving> {
  const admin = await freePort();
  const words = [
    'serve',
    '-f',
    '.',
    '--listen',
    '127.0.0.1:0',
    '--listen-tls',
    '127.0.0.1:0',
    '--admin',
    `127.0.0.1:${admin}`,
    '--endpoint',
    `default/web:80=127.0.0.1:${backendPort}`,
  ];
  const child = spawn(node, ['--conditions=@ingresskit/source', bin, ...words, ...argv], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
  });
  children.push(child);
  let errors = '';
  let wake: (() => void) | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    wake?.();
  });
  let out = '';
  child.stdout.setEncoding('utf8');
  while (!out.includes('\n')) {
    const [text] = (await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => {
        throw new Error(errors);
      }),
    ])) as [string];
    out += text;
  }
  const [, http, https] = /^ready http:\/\/127\.0\.0\.1:(\d+) https:\/\/127\.0\.0\.1:(\d+)\n$/.exec(out) ?? [];
  expect(http, out).toBeDefined();
  return {
    child,
    http: Number(http),
    https: Number(https),
    admin,
    async said(text) {
      while (!errors.includes(text))
        await new Promise<void>((done) => {
          wake = done;
        });
    },
  };
}

async function ask(port: number, path: string): Promise<string> {
  return await new Promise<string>((done, fail) => {
    const call = httpRequest({ host: '127.0.0.1', port, path, headers: { host: 'a.example' }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => done(`${response.statusCode} ${body}`));
    });
    call.on('error', fail).end();
  });
}

async function askTls(port: number, path: string): Promise<number> {
  return await new Promise<number>((done, fail) => {
    httpsRequest(
      { host: '127.0.0.1', port, path, servername: 'a.example', headers: { host: 'a.example' }, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      },
    )
      .on('error', fail)
      .end();
  });
}

async function stop({ child }: Serving): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const [status] = (await gone) as [number | null];
  return status;
}

describe('serve', () => {
  it('serves over HTTP and HTTPS, says how it is, and drains', async () => {
    const serving = await serve();
    expect(await ask(serving.http, '/old/x?y')).toBe('200 GET /old/x?y');
    expect(await ask(serving.http, '/other')).toBe('404 ');
    expect(await askTls(serving.https, '/old')).toBe(200);
    expect((await fetch(`http://127.0.0.1:${serving.admin}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`http://127.0.0.1:${serving.admin}/metrics`)).text();
    expect(metrics).toContain(
      'http_server_requests_total{http_route="default/web /old",http_request_method="GET",http_response_status_code="200"} 2',
    );
    expect(metrics).toMatch(/mseingress_snapshot_digest_info\{digest="[0-9a-f]{64}"\} 1/);
    expect(await stop(serving)).toBe(0);
  });

  it('gives up where workers end before they serve', async () => {
    const child = spawn(node, ['--conditions=@ingresskit/source', bin, 'serve', '-f', '.', '--listen', '127.0.0.1:0', '--workers', '2'], {
      cwd: folder,
      env: {
        ...process.env,
        NODE_OPTIONS: '--import=data:text/javascript,import%20cluster%20from%22node:cluster%22;if(cluster.isWorker)process.exit(3)',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, errors]).toEqual([2, expect.stringContaining('the workers end before they serve')]);
  });

  it('--watch serves what changes, and keeps the last good table', async () => {
    const serving = await serve('--watch');
    expect(await ask(serving.http, '/new')).toBe('404 ');
    writeFileSync(join(folder, 'web.yaml'), manifests('/new'));
    await serving.said('the new table is served');
    expect(await ask(serving.http, '/new')).toBe('200 GET /new');
    writeFileSync(join(folder, 'web.yaml'), '{ no yaml');
    await serving.said('still served');
    expect(await ask(serving.http, '/new')).toBe('200 GET /new');
    expect(await stop(serving)).toBe(0);
  });

  it('--workers share ports, limits and metrics, and end together', async () => {
    writeFileSync(
      join(folder, 'web.yaml'),
      manifests(
        '/',
        '{ nginx.ingress.kubernetes.io/route-limit-rpm: "6", mse.ingress.kubernetes.io/route-limit-rpm: "6", mse.ingress.kubernetes.io/route-limit-burst-multiplier: "1" }',
      ),
    );
    const serving = await serve('--workers', '2');
    const statuses: string[] = [];
    for (let index = 0; index < 12; index++) statuses.push((await ask(serving.http, '/')).slice(0, 3));
    expect(statuses.filter((status) => status === '200')).toHaveLength(6);
    expect(statuses.filter((status) => status === '429')).toHaveLength(6);
    const metrics = await (await fetch(`http://127.0.0.1:${serving.admin}/metrics`)).text();
    expect(metrics).toMatch(/http_server_requests_total\{[^}]*http_response_status_code="200"\} 6/);
    expect(metrics).toMatch(/http_server_requests_total\{[^}]*http_response_status_code="429"\} 6/);
    expect(await stop(serving)).toBe(0);
  });

  it.runIf(process.platform === 'linux')('--workers: one that dies is replaced, and nobody is turned away', async () => {
    const serving = await serve('--workers', '2');
    const { pid = 0 } = serving.child;
    const workers = (): readonly string[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const [first, second] = workers();
    process.kill(Number(first), 'SIGKILL');
    await serving.said('a worker ended (SIGKILL); another one is started');
    expect(await ask(serving.http, '/old')).toBe('200 GET /old');
    await serving.said('the worker that was started serves');
    expect(workers()).toHaveLength(2);
    // Without the other old one it is the new one that answers.
    process.kill(Number(second), 'SIGKILL');
    while (workers().includes(second ?? '')) await new Promise(setImmediate);
    expect(await ask(serving.http, '/old')).toBe('200 GET /old');
    expect(await stop(serving)).toBe(0);
  });

  it('--max-connections: one too many is closed', async () => {
    const serving = await serve('--max-connections', '1');
    const first = connect(serving.http, '127.0.0.1');
    await once(first, 'connect');
    const second = connect(serving.http, '127.0.0.1').on('error', () => undefined);
    await once(second.resume(), 'close');
    first.destroy();
    expect(await stop(serving)).toBe(0);
  });

  it('ends with status 2 when it cannot listen', async () => {
    const words = ['serve', '-f', '.', '--listen'];
    const taken = `127.0.0.1:${backendPort}`;
    const several = ['--workers', '2'];
    const admin = ['127.0.0.1:0', '--admin', taken];
    for (const more of [[taken], [taken, ...several], admin, [...admin, ...several]]) {
      const child = spawn(node, ['--conditions=@ingresskit/source', bin, ...words, ...more], {
        cwd: folder,
        env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
      });
      children.push(child);
      let errors = '';
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      const [status] = (await once(child, 'close')) as [number];
      expect([status, said, errors]).toEqual([2, '', expect.stringMatching(/^[^\n]*EADDRINUSE[^\n]*\n$/)]);
    }
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
    ['8080', { host: '127.0.0.1', port: 8080 }],
    [':8080', { host: '127.0.0.1', port: 8080 }],
    ['[::1]:443', { host: '::1', port: 443 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
  ])('%s', (text, expected) => {
    expect(readHostPort('--listen', text)).toEqual(expected);
  });
  it.each(['', 'x', '1.2.3.4:', '1.2.3.4:99999', '::1:80', 'a:b'])('%j is none', (text) => {
    expect(() => readHostPort('--listen', text)).toThrow('is not HOST:PORT');
  });
  it('endpoints gather by Service port', async () => {
    const endpoints = await readEndpoints(['a/b:80=127.0.0.1:1', 'a/b:80=[::1]:2', 'a/c:http=127.0.0.1:3']);
    expect([...endpoints]).toMatchObject([
      [
        'a/b:80',
        [
          { address: '127.0.0.1', port: 1 },
          { address: '::1', port: 2 },
        ],
      ],
      ['a/c:http', [{ port: 3 }]],
    ]);
    await expect(readEndpoints(['nonsense'])).rejects.toThrow('is not NAMESPACE/SERVICE:PORT=HOST:PORT');
  });
});
