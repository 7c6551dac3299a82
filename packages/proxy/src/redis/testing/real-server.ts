import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../testing/free-port.ts';

/** A real Redis or Valkey on a port of its own. */
export interface RealServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the server that is installed, with nothing on disk. Resolves when it takes connections. */
export async function startRealServer(options: readonly string[] = []): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'ingresskit-redis-'));
  const port = await freePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const server: ChildProcess = spawn(findServer(), [...own, ...options]);
  await new Promise<void>((resolve, reject) => {
    let output = '';
    server.stdout?.on('data', (piece: Buffer) => {
      output += String(piece);
      if (/ready to accept connections/i.test(output)) resolve();
    });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
  return {
    port,
    async stop() {
      if (server.exitCode === null) {
        const ended = once(server, 'exit');
        server.kill();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Redis, or Valkey, whichever is installed. */
function findServer(): string {
  for (const name of ['valkey-server', 'redis-server']) if (spawnSync(name, ['--version']).status === 0) return name;
  throw new Error('neither valkey-server nor redis-server is installed: apt-get install redis-server');
}
