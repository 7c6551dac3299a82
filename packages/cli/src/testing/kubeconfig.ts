import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A kubeconfig in a folder of its own. */
export interface TemporaryKubeconfig extends AsyncDisposable {
  readonly file: string;
  readonly folder: string;
}

/** Writes a kubeconfig for a server without authentication. Plain HTTP is taken by client-node only together with the flag. */
export async function temporaryKubeconfig(server: string): Promise<TemporaryKubeconfig> {
  const folder = await mkdtemp(join(tmpdir(), 'ingresskit-cli-'));
  const file = join(folder, 'kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'test', user: {} }],
    contexts: [
      { name: 'test', context: { cluster: 'test', user: 'test' } },
      { name: 'empty', context: { cluster: 'none', user: 'test' } },
    ],
    'current-context': 'test',
  };
  await writeFile(file, JSON.stringify(config));
  return { file, folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
