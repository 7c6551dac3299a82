import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createFakeCloud } from '@ingresskit/cloud/testing';
import { apiResourceOf, createClient, leases } from '@ingresskit/kubernetes';
import { createFakeApiServer, type FakeApiServer } from '@ingresskit/kubernetes/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { run } from '../run.ts';
import { fakeIo } from '../testing/fake-io.ts';
import { type TemporaryKubeconfig, temporaryKubeconfig } from '../testing/kubeconfig.ts';

const bin = fileURLToPath(new URL('../bin.ts', import.meta.url));
const configs = apiResourceOf('MseIngressConfig');
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const ingress = (name: string, host: string, annotations: Record<string, string> = {}): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: 'shop', annotations },
  spec: {
    ingressClassName: 'mse',
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
  },
});

const web = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ports: [{ name: 'http', port: 80 }] },
};

const slice = (port: number): object => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port, protocol: 'TCP' }],
  endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
});

const config = (name: string, spec: object = { ingress: { local: { ingressClass: 'mse' } } }): object => ({
  apiVersion: 'mse.alibabacloud.com/v1alpha1',
  kind: 'MseIngressConfig',
  metadata: { name },
  spec,
});

async function cluster(
  ...objects: readonly object[]
): Promise<{ readonly server: FakeApiServer; readonly kubeconfig: TemporaryKubeconfig }> {
  const server = createFakeApiServer();
  for (const object of objects) server.put(object);
  const kubeconfig = await temporaryKubeconfig(await server.listen());
  open.push(
    () => server.close(),
    () => kubeconfig[Symbol.asyncDispose](),
  );
  return { server, kubeconfig };
}

async function cli(...argv: readonly string[]): Promise<{ readonly status: number; readonly out: string; readonly err: string }> {
  const io = fakeIo();
  const status = await run(argv, io);
  return { status, out: io.out(), err: io.err() };
}

/** The command as a process, with its lines. */
function start(...argv: readonly string[]): {
  readonly child: ChildProcess;
  readonly lines: string[];
  until(test: RegExp): Promise<string>;
  stop(): Promise<number | null>;
} {
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of [...waiting]) look();
    });
  }
  const exited = once(child, 'exit');
  open.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    lines,
    until: (test) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => test.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void exited.then(() => reject(new Error(`ended: ${lines.join('\n')}`)));
        look();
      }),
    async stop() {
      child.kill('SIGTERM');
      const [status] = (await exited) as [number | null];
      return status;
    },
  };
}

async function backend(name: string): Promise<number> {
  const server = createServer((_request, response) => response.end(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function get(url: string, host: string): Promise<string> {
  const { request } = await import('node:http');
  return await new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host }, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(`${response.statusCode} ${text}`);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('--kubeconfig', () => {
  it('reads the live objects of a cluster', async () => {
    const { server, kubeconfig } = await cluster(ingress('web', 'a.example'), web);
    const explained = await cli('explain', '--kubeconfig', kubeconfig.file, 'http://a.example/');
    // Of a cluster it is known that nothing is behind the Service.
    expect([explained.err, explained.out]).toEqual(['', expect.stringContaining('503')]);
    server.put(slice(8080));
    expect((await cli('explain', '--kubeconfig', kubeconfig.file, 'http://a.example/')).out).toContain('goes to Service shop/web');
    expect((await cli('routes', '--kubeconfig', kubeconfig.file)).out).toContain('a.example');
    const checked = await cli('check', '--kubeconfig', kubeconfig.file);
    expect([checked.status, checked.err]).toEqual([0, '']);
  });

  it('says what it may not read, and goes on without', async () => {
    const { server, kubeconfig } = await cluster(
      ingress('web', 'a.example', { 'nginx.ingress.kubernetes.io/auth-type': 'basic', 'nginx.ingress.kubernetes.io/auth-secret': 'users' }),
      web,
      slice(1),
    );
    server.deny({ verb: 'list', resource: 'secrets' });
    const { out, err } = await cli('explain', '--kubeconfig', kubeconfig.file, 'http://a.example/');
    expect(err).toContain('secrets may not be read');
    expect(out).toContain('503');
    server.deny({ verb: 'list', resource: 'ingresses' });
    expect(await cli('explain', '--kubeconfig', kubeconfig.file, 'http://a.example/')).toMatchObject({ status: 2, out: '' });
  });

  it('refuses what does not go together or is not there', async () => {
    const { kubeconfig } = await cluster();
    for (const [argv, message] of [
      [['routes', '-f', 'x', '--kubeconfig', kubeconfig.file], 'exclude each other'],
      [['routes', '--kubeconfig', join(kubeconfig.folder, 'none')], 'cannot be read'],
      [['routes', '--kubeconfig', kubeconfig.file, '--context', 'empty'], 'no cluster'],
      [['serve', '--kubeconfig', kubeconfig.file], 'ingresskit gateway'],
    ] as const) {
      const { status, err } = await cli(...argv);
      expect([status, err]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});

describe('ingresskit gateway', () => {
  it('serves a cluster, follows it, and on SIGTERM drains, lets its Lease go and ends with 0 (F29)', async () => {
    const { server, kubeconfig } = await cluster(ingress('web', 'a.example'), web, slice(await backend('one')));
    const gateway = start(
      'gateway',
      '--kubeconfig',
      kubeconfig.file,
      '--ingress-class',
      'mse',
      '--listen',
      '127.0.0.1:0',
      '--publish-address',
      '203.0.113.9',
      '--grace',
      '1',
    );
    const url = (await gateway.until(/^ready /)).slice('ready '.length);
    expect(await get(url, 'a.example')).toBe('200 one');
    await gateway.until(/writes the status/);
    const status = (): unknown => server.get(apiResourceOf('Ingress'), 'web', 'shop')?.['status'];
    while (status() === undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(status()).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } });
    server.put(ingress('b', 'b.example'));
    while (!(await get(url, 'b.example')).startsWith('200')) await new Promise((resolve) => setImmediate(resolve));
    const leader = (): unknown =>
      (server.get(leases, 'ingresskit-gateway-mse', 'default')?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity;
    expect(leader()).toMatch(/./);
    expect(await gateway.stop()).toBe(0);
    expect(leader() ?? '').toBe('');
  });

  it('refuses what cannot be', async () => {
    const { kubeconfig } = await cluster();
    for (const argv of [
      ['--grace', 'long'],
      ['--propagation', '-1'],
      ['--listen', 'x'],
      ['--ingress-class', 'a', '--gateway', 'b'],
    ])
      expect(await cli('gateway', '--kubeconfig', kubeconfig.file, ...argv)).toMatchObject({ status: 2 });
  });
});

describe('ingresskit controller', () => {
  it('runs a gateway for an object, finds it again after a crash, starts it again when it dies, and ends it with the object', {
    timeout: 120_000,
  }, async () => {
    const { server, kubeconfig } = await cluster(config('edge'), ingress('web', 'a.example'), web, slice(await backend('one')));
    const argv = ['controller', '--kubeconfig', kubeconfig.file, '--state-folder', join(kubeconfig.folder, 'state')] as const;
    const first = start(...argv);
    await first.until(/^edge: Listening/);
    const status = (): { phase?: string; urls?: string[]; gatewayId?: string } => (server.get(configs, 'edge')?.['status'] ?? {}) as never;
    const url = status().urls?.[0] ?? '';
    expect(await get(url, 'a.example')).toBe('200 one');
    const { gatewayId } = status();
    first.child.kill('SIGKILL');
    // Another Lease, so as not to wait for the old one; the folder is what keeps two controllers apart.
    const second = start(...argv, '--lease', 'other');
    await second.until(/^leading/);
    expect(await get(url, 'a.example')).toBe('200 one');
    server.put(config('other', {}));
    await second.until(/^other: Running/);
    expect(status()).toMatchObject({ phase: 'Listening', gatewayId, urls: [url] });
    const claim = join(kubeconfig.folder, 'state', 'gateways', 'edge', `${gatewayId?.replace(/^local-/, '')}.claim`);
    process.kill((JSON.parse(await readFile(claim, 'utf8')) as { pid: number }).pid, 'SIGKILL');
    await second.until(/^edge: Listening/);
    expect(status().gatewayId).not.toBe(gatewayId);
    expect(await get(status().urls?.[0] ?? '', 'a.example')).toBe('200 one');
    const last = status().urls?.[0] ?? '';
    await createClient({ server: await server.listen() }).delete(configs, { name: 'edge' });
    await second.until(/^edge: removed/);
    await expect(get(last, 'a.example')).rejects.toThrow(/ECONNREFUSED/);
    await createClient({ server: await server.listen() }).delete(configs, { name: 'other' });
    await second.until(/^other: removed/);
    expect(await second.stop()).toBe(0);
  });
});

describe('ingresskit cloud', () => {
  const where = ['--region', 'cn-test', '--vpc', 'vpc-1', '--vswitch', 'vsw-1', '--cluster-id', 'c1'] as const;

  it('plans, does nothing without --yes, applies, and tells how it is', async () => {
    await using cloud = await createFakeCloud({ creationTime: 0, deletionTime: 0 });
    const { accessKeyId, accessKeySecret } = cloud.credentials;
    process.env['ALIBABA_CLOUD_ACCESS_KEY_ID'] = accessKeyId;
    process.env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'] = accessKeySecret;
    const { kubeconfig } = await cluster(config('edge'));
    const call = (action: string, ...more: readonly string[]): ReturnType<typeof cli> =>
      cli('cloud', action, '--kubeconfig', kubeconfig.file, ...where, '--endpoint', cloud.endpoint, ...more);
    expect((await call('plan')).out).toContain('create gateway');
    expect(await call('apply')).toMatchObject({ status: 1, err: expect.stringContaining('--yes') });
    expect(cloud.gateways()).toEqual([]);
    expect((await call('apply', '--yes')).out).toContain('Listening gw-');
    expect((await call('status')).out).toMatch(/^Listening: gw-\w+ \(mse-ingress\) is running/);
    expect(JSON.parse((await call('plan', '--json')).out)).toMatchObject({ steps: [] });
    await call('apply', '--delete', '--yes');
    expect(cloud.gateways()).toEqual([]);
    delete process.env['ALIBABA_CLOUD_ACCESS_KEY_ID'];
    delete process.env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
  });

  it('refuses what it cannot act on', async () => {
    const { kubeconfig } = await cluster(config('a'), config('b'));
    for (const [argv, message] of [
      [['plan', '--kubeconfig', kubeconfig.file], '--region'],
      [['plan', '--kubeconfig', kubeconfig.file, ...where], 'several'],
      [['plan', '--kubeconfig', kubeconfig.file, ...where, '--object', 'c'], 'no MseIngressConfig "c"'],
      [['plan', ...where], '-f'],
      [['explode', ...where], 'not one of'],
    ] as const)
      expect(await cli('cloud', ...argv)).toMatchObject({ status: 2, err: expect.stringContaining(message) });
  });
});

describe('ingresskit crd', () => {
  const kindsOf = (text: string): readonly string[] =>
    parseAllDocuments(text).map((document) => (document.toJS() as { kind: string }).kind);

  it('prints what an installation needs', async () => {
    expect(kindsOf((await cli('crd')).out)).toEqual(['CustomResourceDefinition']);
    expect(kindsOf((await cli('crd', 'rbac', '--component', 'gateway')).out)).toContain('ClusterRole');
    expect(kindsOf((await cli('crd', 'deployment', '--image', 'example/ingresskit:1')).out)).toEqual(['Namespace', 'Deployment']);
    expect(JSON.parse((await cli('crd', 'cloud-policy')).out)).toMatchObject({ Version: '1' });
    expect(await cli('crd', 'deployment')).toMatchObject({ status: 2 });
    expect(await cli('crd', 'nothing')).toMatchObject({ status: 2 });
  });

  it('prints Deployments whose parameters the command understands', async () => {
    const [, deployment] = parseAllDocuments((await cli('crd', 'deployment', '--component', 'gateway', '--image', 'x')).out).map(
      (document) => document.toJS(),
    );
    const { args } = (deployment as { spec: { template: { spec: { containers: { args: string[] }[] } } } }).spec.template.spec
      .containers[0] as { args: string[] };
    const { err } = await cli(...args, '--grace', 'not a number', '--kubeconfig', 'none');
    expect(err).toContain('--grace must be');
    expect((await cli(...args, '--max-connections', '0', '--kubeconfig', 'none')).err).toContain('--max-connections must be');
  });
});
