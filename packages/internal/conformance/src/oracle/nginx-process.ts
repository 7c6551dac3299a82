import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** An nginx that runs on files of its own. */
export interface RunningNginx {
  /** What it wrote about single requests. */
  errors(): Promise<string>;
  close(): Promise<void>;
}

const program = '/usr/sbin/nginx';

/** Where nginx says that its sockets are open: the first thing after it has read its files. */
const listening = 'getrlimit(RLIMIT_NOFILE)';

/**
 * Starts Debian's nginx on files in a directory of its own, and waits until it listens.
 *
 * @param filesIn the files by name, `nginx.conf` among them, for the directory that they will stand in.
 * @throws Error with what nginx said, when it refuses its files.
 */
export async function startNginx(filesIn: (directory: string) => Readonly<Record<string, string>>): Promise<RunningNginx> {
  const directory = await mkdtemp(join(tmpdir(), 'oracle-'));
  await chmod(directory, 0o755);
  await Promise.all(Object.entries(filesIn(directory)).map(([name, text]) => writeFile(join(directory, name), text)));
  const child = spawn(program, ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit').catch(() => undefined);
  // A run that ends before its time leaves no server behind.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const close = async (): Promise<void> => {
    process.removeListener('exit', kill);
    if (child.pid !== undefined) {
      child.kill('SIGTERM');
      await exited;
    }
    await rm(directory, { recursive: true, force: true });
  };
  let said = '';
  const isListening = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      said += `${error.message}: the package nginx-light of Debian brings it\n`;
      resolve(false);
    });
    child.on('exit', () => resolve(false));
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes(listening)) resolve(true);
      else said += `${line}\n`;
    });
  });
  if (!isListening) {
    await close();
    throw new Error(`nginx did not start:\n${said}`);
  }
  return { errors: () => readFile(join(directory, 'error.log'), 'utf8').catch(() => ''), close };
}
