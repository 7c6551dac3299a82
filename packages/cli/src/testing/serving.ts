import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { freePort } from '../../../proxy/src/testing/free-port.ts';

const root = resolve(import.meta.dirname, '../../../..');
const pinned = join(root, 'node_modules/.bin/node');
const node = existsSync(pinned) ? pinned : process.execPath;
const bin = join(import.meta.dirname, '../bin.ts');

/** A running `ingresskit serve`. */
export interface Serving {
  readonly child: ChildProcess;
  readonly http: number;
  readonly https: number;
  readonly admin: number;
  /** Waits until standard error says it. */
  said(text: string): Promise<void>;
  /** Everything on standard error so far. */
  errors(): string;
}

/** A folder of manifests, a backend, and the processes that serve them; close it to end them all. */
export interface Stage {
  readonly folder: string;
  readonly backendPort: number;
  write(manifests: string): void;
  /** Starts the command and waits for its ready line. Options of Node's own come with `NODE_OPTIONS`. */
  serve(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Serving>;
  /** Starts the command and does not wait. */
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
  close(): Promise<void>;
}

/** One Ingress with one path, and its Service. */
export function webManifests(path: string, annotations = '{}'): string {
  return `
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
}

export async function setStage(
  onRequest: RequestListener = (incoming, response) => response.end(`${incoming.method} ${incoming.url}`),
): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'ingresskit-serve-'));
  const children: ChildProcess[] = [];
  const backend = createServer(onRequest);
  const backendPort = await listen(backend);
  const write = (manifests: string): void => writeFileSync(join(folder, 'web.yaml'), manifests);
  write(webManifests('/old'));
  const start: Stage['start'] = (argv, env = {}) => {
    const child = spawn(node, ['--conditions=@ingresskit/source', bin, ...argv], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ...env },
    });
    children.push(child);
    return child;
  };
  return {
    folder,
    backendPort,
    write,
    start,
    async serve(argv, env) {
      const admin = await freePort();
      const places = ['--listen', '127.0.0.1:0', '--listen-tls', '127.0.0.1:0', '--admin', `127.0.0.1:${admin}`];
      const child = start(['serve', '-f', '.', ...places, '--endpoint', `default/web:80=127.0.0.1:${backendPort}`, ...argv], env);
      return await ready(child, admin);
    },
    async close() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      backend.closeAllConnections();
      await new Promise((done) => backend.close(done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(child: ChildProcess, admin: number): Promise<Serving> {
  let errors = '';
  let wake: (() => void) | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    wake?.();
  });
  let out = '';
  const { stdout } = child;
  if (stdout === null) throw new Error('there is no standard output');
  stdout.setEncoding('utf8');
  while (!out.includes('\n')) {
    const [text] = (await Promise.race([
      once(stdout, 'data'),
      once(child, 'exit').then(() => {
        throw new Error(errors);
      }),
    ])) as [string];
    out += text;
  }
  const [, http, https] = /^ready http:\/\/127\.0\.0\.1:(\d+) https:\/\/127\.0\.0\.1:(\d+)\n$/.exec(out) ?? [];
  if (http === undefined) throw new Error(`no ready line: ${out}`);
  return {
    child,
    http: Number(http),
    https: Number(https),
    admin,
    errors: () => errors,
    async said(text) {
      while (!errors.includes(text))
        await new Promise<void>((done) => {
          wake = done;
        });
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

/** Status and body of a GET on a connection of its own. */
export async function ask(port: number, path: string, headers: IncomingHttpHeaders = {}): Promise<string> {
  return await new Promise<string>((done, fail) => {
    const call = httpRequest({ host: '127.0.0.1', port, path, headers: { host: 'a.example', ...headers }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => done(`${response.statusCode} ${body}`));
    });
    call.on('error', fail).end();
  });
}

/** Asks it to end; resolves with its exit status. */
export async function stop({ child }: Serving): Promise<number | null> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const [status] = (await gone) as [number | null];
  return status;
}

/** The sum of a counter over all its series. */
export async function sumOf({ admin }: Serving, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  let sum = 0;
  for (const line of text.split('\n')) if (line.startsWith(name)) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  return sum;
}

/** The processes that a process has started. */
export function childrenOf({ child }: Serving): readonly string[] {
  return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
}
