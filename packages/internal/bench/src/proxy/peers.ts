import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from '../../../../proxy/src/testing/free-port.ts';

/** What one measurement is about. */
export interface Scenario {
  readonly name: string;
  readonly tls?: boolean;
  /** Bytes of the request's body; 0 is a GET. */
  readonly post?: number;
  /** Routes that IngressKit has loaded. */
  readonly routes?: number;
  /** Whether IngressKit's routes carry CORS, a rewrite, header edits and a limit. The peers have none of it. */
  readonly policies?: boolean;
}

/** A running server. */
export interface Running {
  readonly port: number;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** A proxy that takes part. */
export interface Peer {
  readonly name: string;
  /** Whether it is a library for Node, so one of those to beat. */
  readonly isNodeLibrary: boolean;
  start(scenario: Scenario, backend: number, files: Files): Promise<Running>;
}

/** A folder for configurations, and the certificate in it. */
export interface Files {
  readonly folder: string;
  readonly pem: string;
}

/** Cores: proxies run on the first, load and backend on the second, so that they do not take each other's time. */
export const proxyCore = '0';
export const loadCore = '1';

/** Everything that was started and still runs: nothing outlives the benchmark, however it ends. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** How long a server may take until it answers; one with 10,000 routes compiles them first. */
const startMs = 60_000;

/** Runs one of the servers beside this file, from source, on one core, and waits until it says `ready PORT`. */
export async function startServer(
  core: string,
  name: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<Running> {
  const file = join(import.meta.dirname, 'servers', `${name}.ts`);
  const child = start(core, process.execPath, ['--conditions=@ingresskit/source', ...nodeOptions, file, ...args], 'pipe');
  const stream = child.stdout as Readable;
  let timer: NodeJS.Timeout | undefined;
  try {
    const port = await new Promise<number>((resolve, reject) => {
      let output = '';
      const onData = (chunk: Buffer): void => {
        output += chunk.toString();
        const found = /ready (\d+)\n/.exec(output);
        if (found === null) return;
        stream.off('data', onData);
        resolve(Number(found[1]));
      };
      stream.on('data', onData);
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
      child.once('error', reject);
      timer = setTimeout(() => reject(new Error(`${name} was not ready within ${startMs} ms`)), startMs);
    });
    // Whatever it says later must not fill the pipe.
    stream.resume();
    return { port, child, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function start(core: string, program: string, args: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  const child = spawn('taskset', ['-c', core, program, ...args], {
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function nodePeer(name: string, isNodeLibrary: boolean): Peer {
  return {
    name,
    isNodeLibrary,
    start: ({ tls = false, routes = 1, policies = false }, backend, { pem }) =>
      startServer(proxyCore, name, [
        '--backend',
        String(backend),
        '--routes',
        String(routes),
        ...(policies ? ['--policies'] : []),
        ...(tls ? ['--tls', '--certificate', pem] : []),
      ]),
  };
}

/** A server that does not say when it is ready: its port is fixed and tried until it answers. */
async function startDaemon(program: string, args: readonly string[], port: number): Promise<Running> {
  const child = start(proxyCore, program, args, 'ignore');
  try {
    await untilOpen(port);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { port, child, stop: () => stop(child) };
}

const nginx: Peer = {
  name: 'nginx',
  isNodeLibrary: false,
  async start({ tls = false }, backend, { folder, pem }) {
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  upstream backend { server 127.0.0.1:${backend}; keepalive 128; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}; ${tls ? `ssl_certificate ${pem}; ssl_certificate_key ${pem};` : ''}
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; } } }
`,
    );
    return startDaemon('/usr/sbin/nginx', ['-p', folder, '-c', file], port);
  },
};

const haproxy: Peer = {
  name: 'haproxy',
  isNodeLibrary: false,
  async start({ tls = false }, backend, { folder, pem }) {
    const port = await freePort();
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend f
  bind 127.0.0.1:${port}${tls ? ` ssl crt ${pem}` : ''}
  default_backend b
backend b
  http-reuse always
  server s 127.0.0.1:${backend} maxconn 128 pool-max-conn 128
`,
    );
    return startDaemon('/usr/sbin/haproxy', ['-q', '-f', file], port);
  },
};

/** Everything that is compared, ourselves first. */
export const peers: readonly Peer[] = [
  nodePeer('ingresskit', false),
  nodePeer('undici-bare', false),
  nodePeer('fastify', true),
  nodePeer('http-proxy-3', true),
  nodePeer('httpxy', true),
  nginx,
  haproxy,
];

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
    return undefined;
  });
}

async function untilOpen(port: number): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
