import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterOptions } from '../cluster.ts';
import { ServerProcess } from './server-process.ts';

/** Someone who may call a real API server. */
export interface ApiUser {
  readonly name: string;
  /** `system:masters` may do everything; others what RBAC gives them. */
  readonly groups: readonly string[];
}

/** How to start a real API server. */
export interface StartApiServerOptions {
  /** The folder with `kube-apiserver` and `etcd`; `scripts/kube-apiserver.sh` makes one. */
  readonly binaries: string;
  /** Default: one administrator. Each gets a token of its own. */
  readonly users?: readonly ApiUser[];
  /** Where everything is kept; default: a temporary folder that goes with the server. */
  readonly folder?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Whether the server answers watches from memory; without it, compaction shows at once. Default true. */
  readonly watchCache?: boolean;
}

/** The administrator of a server that was started without users. */
export const administrator: ApiUser = { name: 'admin', groups: ['system:masters'] };

/** A real API server with an etcd of its own, on loopback. */
export interface RealApiServer extends AsyncDisposable {
  readonly url: string;
  /** How a user reaches it; default: the first. */
  options(user?: string): ClusterOptions;
  /** A kubeconfig of a user, written to the server's folder. */
  kubeconfig(user?: string): Promise<string>;
  /** Forgets the history: older versions are expired from now on (410). With a watch cache only after a restart. */
  compact(): Promise<void>;
  /** Ends the API server, as a crash does; etcd goes on. */
  halt(): Promise<void>;
  /** Starts it again, at the same port. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts etcd and a kube-apiserver for tests and for a laptop: tokens, RBAC, admission as usual but for service accounts' tokens. Everything is on
 * loopback and ends with `close`.
 */
export async function startApiServer(options: StartApiServerOptions): Promise<RealApiServer> {
  const { binaries, users = [administrator], watchCache = true } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'ingresskit-api-')));
  await mkdir(folder, { recursive: true });
  const [client = 0, peer = 0, free = 0] = await freePorts(3);
  const port = options.port ?? free;
  const url = `https://127.0.0.1:${port}`;
  const etcdUrl = `http://127.0.0.1:${client}`;
  const tokens = new Map(users.map((user) => [user.name, randomUUID()]));
  await writeCredentials(folder, users, tokens);
  const etcd = new ServerProcess(join(binaries, 'etcd'), etcdFlags(folder, etcdUrl, `http://127.0.0.1:${peer}`), join(folder, 'etcd.log'));
  const api = new ServerProcess(
    join(binaries, 'kube-apiserver'),
    [...apiFlags(folder, etcdUrl, port), `--watch-cache=${watchCache}`],
    join(folder, 'kube-apiserver.log'),
  );
  let ca = '';
  const reach = (user: string = users[0]?.name ?? ''): ClusterOptions => {
    const token = tokens.get(user);
    if (token === undefined) throw new TypeError(`there is no user "${user}"`);
    return { server: url, token, ca };
  };
  const begin = async (): Promise<void> => {
    await api.start(async () => {
      // The server makes its certificate at its first start, with its authority in the same file.
      ca = await readFile(join(folder, 'certs', 'apiserver.crt'), 'utf8').catch(() => '');
      return ca !== '' && (await isReady(reach()));
    });
  };
  const close = async (): Promise<void> => {
    await api.stop();
    await etcd.stop();
    if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await etcd.start(async () => (await fetch(`${etcdUrl}/health`)).ok);
    await begin();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    options: reach,
    async kubeconfig(user = users[0]?.name ?? '') {
      const file = join(folder, `${user.replaceAll(/[^\w.-]/g, '_')}.kubeconfig`);
      await writeFile(file, JSON.stringify(kubeconfigOf(reach(user)), undefined, 2), { mode: 0o600 });
      return file;
    },
    compact: () => compact(etcdUrl),
    halt: () => api.stop('SIGKILL'),
    resume: begin,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function kubeconfigOf({ server, token, ca = '' }: ClusterOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'local', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'local', user: { token } }],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'local' } }],
    'current-context': 'local',
  };
}

async function writeCredentials(folder: string, users: readonly ApiUser[], tokens: ReadonlyMap<string, string>): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  await writeFile(join(folder, 'accounts.key'), privateKey, { mode: 0o600 });
  await writeFile(join(folder, 'accounts.pub'), publicKey);
  const lines = users.map(({ name, groups }, index) => `${tokens.get(name)},${name},u${index},"${groups.join(',')}"`);
  await writeFile(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

function etcdFlags(folder: string, client: string, peer: string): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=error',
    // Durability of a test cluster is not worth a disk's time.
    '--unsafe-no-fsync',
  ];
}

function apiFlags(folder: string, etcd: string, port: number): readonly string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--secure-port=${port}`,
    '--insecure-port=0',
    '--bind-address=127.0.0.1',
    `--cert-dir=${join(folder, 'certs')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--service-account-key-file=${join(folder, 'accounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'accounts.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.0.0.0/24',
    // There is no controller that makes the service accounts' tokens.
    '--disable-admission-plugins=ServiceAccount',
    // This version has EndpointSlice in v1beta1 only; without it, a CRD serves v1.
    '--runtime-config=discovery.k8s.io/v1beta1=false',
  ];
}

async function isReady({ server, token, ca }: ClusterOptions): Promise<boolean> {
  const { request } = await import('node:https');
  return await new Promise((resolve, reject) => {
    const call = request(
      `${server}/readyz`,
      { ca, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: 2_000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', reject);
    call.end();
  });
}

/** Over etcd's own HTTP form of its API, which needs no client. */
async function compact(etcd: string): Promise<void> {
  const post = async (path: string, body: object): Promise<{ readonly header?: { readonly revision?: string } }> => {
    const answer = await fetch(`${etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return (await answer.json()) as { readonly header?: { readonly revision?: string } };
  };
  const { header } = await post('/v3/kv/range', { key: Buffer.from('a').toString('base64') });
  await post('/v3/kv/compaction', { revision: header?.revision, physical: true });
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
