// The whole system on this machine: an API server with etcd, the controller, a local gateway that it starts for an MseIngressConfig, and an example app.
//   pnpm system:up      starts it (the first time the API server is built, about eight minutes) and says what to try
//   pnpm system:down    ends all of it and removes its folder
// One process, the keeper, owns everything; its pid and log are in the folder.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './workspace.mjs';

const folder = join(process.env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'ingresskit', 'system');
const keeperFile = join(folder, 'keeper.json');
const readyFile = join(folder, 'ready.json');
const port = Number(process.env.INGRESSKIT_SYSTEM_PORT ?? 18080);
const gateway = `http://127.0.0.1:${port}`;
const admin = `http://127.0.0.1:${port + 1}`;

const actions = { up, down, keep };
const action = actions[process.argv[2]];
if (action === undefined) {
  console.error('usage: pnpm system:up | pnpm system:down');
  process.exit(2);
}
await action();

async function up() {
  if (keeper() !== undefined) return print();
  const built = spawnSync(join(root, 'scripts/kube-apiserver.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (built.status !== 0) process.exit(1);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, 'keeper.log'), 'a');
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, 'keep', built.stdout.trim()], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  let exit;
  child.once('exit', (code) => (exit = code));
  console.error('Starting the API server, the controller and the gateway …');
  while (!existsSync(readyFile)) {
    if (exit !== undefined) {
      console.error(readFileSync(join(folder, 'keeper.log'), 'utf8'));
      process.exit(1);
    }
    await wait(100);
  }
  print();
}

async function down() {
  const pid = keeper();
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    while (isAlive(pid)) await wait(100);
  }
  rmSync(folder, { recursive: true, force: true });
  console.log('The system is down.');
}

function keeper() {
  if (!existsSync(keeperFile)) return undefined;
  const { pid } = JSON.parse(readFileSync(keeperFile, 'utf8'));
  return isAlive(pid) ? pid : undefined;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function print() {
  const { api, kubeconfig, curl } = JSON.parse(readFileSync(readyFile, 'utf8'));
  console.log(`The system is up. kubectl --kubeconfig ${kubeconfig} works, too.

1. The controller keeps a gateway for the MseIngressConfig "edge":
   curl -sK ${curl} ${api}/apis/mse.alibabacloud.com/v1alpha1/mseingressconfigs/edge

2. The gateway reads the Ingresses, Services and EndpointSlices of the cluster, and compiles them:
   curl -s ${admin}/readyz?verbose
   curl -s ${admin}/debug/digest

3. Requests go through the gateway to the pods:
   curl -H 'host: shop.example.com' ${gateway}/
   curl -H 'host: shop.example.com' -H 'x-canary: yes' ${gateway}/
   curl -H 'host: admin.example.com' ${gateway}/                    # 401
   curl -H 'host: admin.example.com' -u alice:secret ${gateway}/

Logs: ${folder}. To end it: pnpm system:down`);
}

/** Runs everything until SIGTERM. */
async function keep() {
  const { startApiServer, endpointSliceCrd } = await import('../packages/kubernetes/src/testing/index.ts');
  const { createClient, defineApiResource } = await import('../packages/kubernetes/src/index.ts');
  const { crdManifest } = await import('../packages/controller/src/manifests/index.ts');
  const stopped = new Promise((resolve) => process.once('SIGTERM', resolve));
  writeFileSync(keeperFile, JSON.stringify({ pid: process.pid }));
  const server = await startApiServer({ binaries: process.argv[3], folder: join(folder, 'api') });
  const client = createClient({ server: server.options() });
  const apps = await Promise.all(['stable', 'next'].map(startApp));
  const resourceOf = ({ apiVersion, kind }) => {
    const plural = kind.endsWith('ss') || kind === 'Ingress' ? `${kind.toLowerCase()}es` : `${kind.toLowerCase()}s`;
    const cluster = ['Namespace', 'CustomResourceDefinition', 'IngressClass', 'MseIngressConfig'].includes(kind);
    return defineApiResource(apiVersion, kind, plural, cluster ? 'cluster' : 'namespaced');
  };
  const apply = async (object) => {
    // A kind that was installed a moment ago is not served at once.
    for (let tries = 1; ; tries += 1) {
      try {
        return await client.apply(resourceOf(object), object, { force: true });
      } catch (error) {
        if (tries === 100 || error.code !== 'kubernetes/not-found') throw error;
        await wait(100);
      }
    }
  };
  for (const object of [endpointSliceCrd, crdManifest(), ...objects(apps.map((app) => app.address().port))]) await apply(object);
  const kubeconfig = await server.kubeconfig();
  const bin = join(root, 'packages/cli/src/bin.ts');
  const log = openSync(join(folder, 'controller.log'), 'a');
  const controller = spawn(
    process.execPath,
    [
      ...[
        '--conditions=@ingresskit/source',
        bin,
        'controller',
        '--kubeconfig',
        kubeconfig,
        '--state-folder',
        join(folder, 'gateways'),
        '--stop-gateways',
      ],
      ...['--', '--listen', `127.0.0.1:${port}`, '--admin', `127.0.0.1:${port + 1}`, '--publish-address', '127.0.0.1'],
    ],
    { stdio: ['ignore', log, log] },
  );
  const gone = new Promise((resolve) => controller.once('exit', resolve));
  const edge = { apiVersion: 'mse.alibabacloud.com/v1alpha1', kind: 'MseIngressConfig' };
  let isStopping = false;
  void stopped.then(() => (isStopping = true));
  for (let phase = ''; phase !== 'Listening' && !isStopping; ) {
    await wait(100);
    const { status = {} } = await client.get(resourceOf(edge), { name: 'edge' });
    phase = status.phase;
    if (phase === 'Failed' || controller.exitCode !== null) {
      console.error(status.message ?? readFileSync(join(folder, 'controller.log'), 'utf8'));
      isStopping = true;
      process.exitCode = 1;
    }
  }
  if (!isStopping) {
    const { token, ca } = server.options();
    writeFileSync(join(folder, 'ca.pem'), ca);
    const curl = join(folder, 'curl.conf');
    writeFileSync(curl, `header = "authorization: Bearer ${token}"\ncacert = "${join(folder, 'ca.pem')}"\n`, { mode: 0o600 });
    writeFileSync(readyFile, JSON.stringify({ api: server.url, kubeconfig, curl }));
    await stopped;
  }
  controller.kill('SIGTERM');
  await gone;
  for (const app of apps) {
    app.closeAllConnections();
    app.close();
  }
  await client.close();
  await server.close();
}

function startApp(name) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end(`${name}: ${request.method} ${request.url}\n${JSON.stringify(request.headers, undefined, 2)}\n`);
    });
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** The example: a shop with a canary, and a page behind a password. */
function objects([stable, next]) {
  const namespace = 'shop';
  const ingress = (name, host, service, annotations = {}) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace, annotations },
    spec: {
      ingressClassName: 'mse',
      rules: [
        { host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: service, port: { number: 80 } } } }] } },
      ],
    },
  });
  const service = (name, port) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { ports: [{ name: 'http', port: 80, targetPort: port, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
  ];
  const nginx = 'nginx.ingress.kubernetes.io';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'mse' },
      spec: {
        controller: 'mse.alibabacloud.com/ingress',
        parameters: { apiGroup: 'mse.alibabacloud.com', kind: 'MseIngressConfig', name: 'edge' },
      },
    },
    { apiVersion: 'mse.alibabacloud.com/v1alpha1', kind: 'MseIngressConfig', metadata: { name: 'edge' }, spec: {} },
    ...service('web', stable),
    ...service('web-next', next),
    ingress('web', 'shop.example.com', 'web'),
    ingress('web-next', 'shop.example.com', 'web-next', {
      [`${nginx}/canary`]: 'true',
      [`${nginx}/canary-by-header`]: 'x-canary',
      [`${nginx}/canary-by-header-value`]: 'yes',
    }),
    // alice, "secret"
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'users', namespace },
      stringData: { auth: 'alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=' },
    },
    ingress('admin', 'admin.example.com', 'web', { [`${nginx}/auth-type`]: 'basic', [`${nginx}/auth-secret`]: 'users' }),
  ];
}
