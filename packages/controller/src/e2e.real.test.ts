import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ApiObject, apiResourceOf, createClient, defineApiResource, events, type ObjectClient } from '@ingresskit/kubernetes';
import { endpointSliceCrd, type RealApiServer, startApiServer } from '@ingresskit/kubernetes/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ObjectStatus } from './controller/object-status.ts';
import { crdManifest, type Manifest, rbacManifests } from './manifests/index.ts';
import { config, ingress, ingressClass, service, slice } from './testing/objects.ts';

const account = 'system:serviceaccount:mse-ingress-controller:ingresskit-controller';
const namespace = 'mse-ingress-controller';
const configs = apiResourceOf('MseIngressConfig');
const ingresses = apiResourceOf('Ingress');
const bin = fileURLToPath(new URL('../../cli/src/bin.ts', import.meta.url));

let server: RealApiServer;
let admin: ObjectClient;
let folder: string;
const processes: ChildProcess[] = [];

/** What `kubectl apply` does. */
async function apply(...objects: readonly (ApiObject | Manifest)[]): Promise<void> {
  const clusterScoped = new Set([
    'Namespace',
    'ClusterRole',
    'ClusterRoleBinding',
    'CustomResourceDefinition',
    'IngressClass',
    'MseIngressConfig',
  ]);
  for (const object of objects) {
    const plural =
      object.kind === 'IngressClass' || object.kind === 'Ingress' ? `${object.kind.toLowerCase()}es` : `${object.kind.toLowerCase()}s`;
    const resource = defineApiResource(object.apiVersion, object.kind, plural, clusterScoped.has(object.kind) ? 'cluster' : 'namespaced');
    await admin.apply(resource, object as ApiObject, { force: true });
  }
}

/** Asks until the answer is the one: what is waited for is an event elsewhere, in another process. */
async function until<T>(ask: () => Promise<T>, test: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    if (!(answer instanceof Error) && test(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function start(program: string, parameters: readonly string[]): { readonly child: ChildProcess; readonly lines: string[] } {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  processes.push(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return { child, lines };
}

/** A backend in a process of its own; gives its port. */
async function backend(name: string): Promise<number> {
  const source = `require('node:http').createServer((q, r) => r.end('${name} ' + q.url)).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
  const { lines } = start(process.execPath, ['-e', source]);
  return Number(
    await until(
      () => Promise.resolve(lines[0]),
      (line) => line !== undefined,
    ),
  );
}

async function get(url: string, host: string, path = '/', headers: Record<string, string> = {}): Promise<string> {
  return await new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { headers: { host, ...headers }, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(`${response.statusCode} ${text}`.trim());
    });
    sent.on('error', reject);
    sent.end();
  });
}

const status = async (): Promise<Partial<ObjectStatus>> =>
  ((await admin.find(configs, { name: 'edge' }))?.['status'] ?? {}) as Partial<ObjectStatus>;

beforeAll(async () => {
  const binaries = process.env['INGRESSKIT_KUBE_BINARIES'];
  if (binaries === undefined)
    throw new Error('INGRESSKIT_KUBE_BINARIES is not set: run this with `pnpm test:real`, which builds the API server');
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-e2e-'));
  const users = [
    { name: 'admin', groups: ['system:masters'] },
    { name: account, groups: ['system:serviceaccounts'] },
  ];
  server = await startApiServer({ binaries, users, folder: join(folder, 'api') });
  admin = createClient({ server: server.options() });
  await apply(endpointSliceCrd, crdManifest());
  await until(
    () => admin.list(configs),
    () => true,
  );
  await until(
    () => admin.list(apiResourceOf('EndpointSlice')),
    () => true,
  );
  for (const name of [namespace, 'shop']) await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  // A local gateway calls with the controller's identity, so that gets both roles: the generated ones, and no other right.
  for (const manifest of [...rbacManifests('controller'), ...rbacManifests('gateway')]) {
    const subjects = manifest['subjects'] as readonly object[] | undefined;
    await apply(
      subjects === undefined
        ? manifest
        : { ...manifest, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: account }] },
    );
  }
});

afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await admin?.close();
  await server?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe('the whole system on a real API server', () => {
  it('creates a gateway, serves canary and auth through EndpointSlices, follows changes, and cleans up', async () => {
    const controller = start(process.execPath, [
      '--conditions=@ingresskit/source',
      bin,
      'controller',
      '--kubeconfig',
      await server.kubeconfig(account),
      '--lease-namespace',
      namespace,
      '--state-folder',
      join(folder, 'state'),
      '--',
      '--publish-address',
      '203.0.113.9',
      '--lease-namespace',
      namespace,
    ]);
    await apply(ingressClass('mse', 'edge'), config('edge', {}));
    const { urls = [], conditions } = await until(status, ({ phase }) => phase === 'Listening');
    expect(conditions?.map(({ type, status: is }) => [type, is])).toEqual([
      ['Ready', 'True'],
      ['Applied', 'True'],
    ]);
    const [url = ''] = urls;
    expect(await get(url, 'shop.example')).toMatch(/^404/);

    const [stable, canary] = [await backend('stable'), await backend('canary')];
    await apply(service('web'), service('web-next'), ...slice('web', stable), ...slice('web-next', canary));
    await apply(
      ingress('web', 'shop.example', 'web'),
      ingress('web-next', 'shop.example', 'web-next', {
        annotations: {
          'nginx.ingress.kubernetes.io/canary': 'true',
          'nginx.ingress.kubernetes.io/canary-by-header': 'x-canary',
          'nginx.ingress.kubernetes.io/canary-by-header-value': 'yes',
        },
      }),
    );
    await until(
      () => get(url, 'shop.example'),
      (answer) => answer === '200 stable /',
    );
    await until(
      () => get(url, 'shop.example', '/', { 'x-canary': 'yes' }),
      (answer) => answer === '200 canary /',
    );

    await apply(
      // {SHA} of "secret".
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'users', namespace: 'shop' },
        type: 'Opaque',
        data: { auth: Buffer.from('alice:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=').toString('base64') },
      },
      ingress('admin', 'admin.example', 'web', {
        annotations: { 'nginx.ingress.kubernetes.io/auth-type': 'basic', 'nginx.ingress.kubernetes.io/auth-secret': 'users' },
      }),
    );
    await until(
      () => get(url, 'admin.example'),
      (answer) => answer.startsWith('401'),
    );
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    expect(await get(url, 'admin.example', '/x', { authorization })).toBe('200 stable /x');

    // A change of endpoints, and one of routes.
    await apply(...slice('web', canary));
    await until(
      () => get(url, 'shop.example'),
      (answer) => answer === '200 canary /',
    );
    await admin.delete(ingresses, { namespace: 'shop', name: 'admin' });
    await until(
      () => get(url, 'admin.example'),
      (answer) => answer.startsWith('404'),
    );

    const published = await until(
      () => admin.get(ingresses, { namespace: 'shop', name: 'web' }),
      (object) => JSON.stringify(object['status']).includes('203.0.113.9'),
    );
    expect(published['status']).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } });

    // Nothing was tried that the generated roles do not allow. (Asked now: a server that has just come back may not know its roles yet.)
    expect(controller.lines.filter((line) => /forbidden/i.test(line))).toEqual([]);

    // The API server is away: what is served stays, and the gateway comes back by itself.
    await server.halt();
    expect(await get(url, 'shop.example')).toBe('200 canary /');
    await server.resume();
    await until(
      () => apply(...slice('web', stable)),
      () => true,
    );
    await until(
      () => get(url, 'shop.example'),
      (answer) => answer === '200 stable /',
    );

    await admin.delete(configs, { name: 'edge' });
    await until(
      () => admin.find(configs, { name: 'edge' }).then((object) => object === undefined),
      (isGone) => isGone,
    );
    await expect(get(url, 'shop.example')).rejects.toThrow(/ECONNREFUSED/);
    const told = (await admin.list(events)).filter(({ reason }) => typeof reason === 'string').map((event) => String(event['reason']));
    expect(told).toEqual(expect.arrayContaining(['Listening', 'Deleting']));
    controller.child.kill('SIGTERM');
    expect((await once(controller.child, 'exit'))[0]).toBe(0);
  });
});

describe('the CRD on a real API server', () => {
  it('validates, prunes, and keeps the status apart', async () => {
    const created = await admin.create(
      configs,
      config('crd', {
        unknown: 1,
        common: { instance: { replicas: 30 } },
        global: { enableXffTrustedCidrs: ['192.0.2.0/24'], upstreamIdleTimeout: '30' },
      }),
    );
    expect(created['spec']).toEqual({
      common: { instance: { replicas: 30 } },
      global: { enableXffTrustedCidrs: ['192.0.2.0/24'], upstreamIdleTimeout: '30' },
    });
    for (const spec of [
      { common: { instance: { replicas: 31 } } },
      { common: { network: { vSwitches: ['a', 'b', 'c'] } } },
      { common: { pay: { payType: 'PREPAY' } } },
      { monitor: { tracing: { xTrace: { sampleRate: '1' }, openTelemetry: { sampleRate: '1' } } } },
      { monitor: { tracing: { xTrace: { sampleRate: '101' } } } },
      { ingress: { local: { watchNamespace: 'a,b' } } },
    ])
      await expect(admin.create(configs, config('bad', spec))).rejects.toMatchObject({ code: 'kubernetes/invalid' });
    await admin.patch(configs, { name: 'crd' }, { status: { phase: 'Listening' } });
    expect((await admin.get(configs, { name: 'crd' }))['status']).toBeUndefined();
    await admin.delete(configs, { name: 'crd' });
  });
});
