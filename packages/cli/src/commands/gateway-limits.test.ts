import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createFakeApiServer } from '@ingresskit/kubernetes/testing';
import { afterEach, expect, it } from 'vitest';
import { temporaryKubeconfig } from '../testing/kubeconfig.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const objects = [
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop', annotations: { 'mse.ingress.kubernetes.io/rate-limit': '100' } },
    spec: {
      ingressClassName: 'mse',
      rules: [
        {
          host: 'a.example',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] },
        },
      ],
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } },
];

async function statusOf(port: number): Promise<number> {
  return await new Promise<number>((done, fail) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { host: 'a.example' }, agent: false }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .on('error', fail)
      .end();
  });
}

it('gateway asks the store of limits, counts how that went, and leaves nothing open', async () => {
  const store = await portOf(
    createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.write('-ERR no\r\n'))),
  );
  // An admin port that is free: it is not in the ready line.
  const taken = createHttpServer();
  const admin = await portOf(taken);
  taken.close();
  const server = createFakeApiServer();
  for (const object of objects) server.put(object);
  const kubeconfig = await temporaryKubeconfig(await server.listen());
  open.push(
    () => server.close(),
    () => kubeconfig[Symbol.asyncDispose](),
  );
  const words = ['gateway', '--kubeconfig', kubeconfig.file, '--ingress-class', 'mse', '--listen', '127.0.0.1:0', '--propagation', '0'];
  const own = ['--admin', `127.0.0.1:${admin}`, '--limit-store', `redis://:s3cret@127.0.0.1:${store}`, '--limit-store-away', 'refuse'];
  const bin = fileURLToPath(new URL('../bin.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', bin, ...words, ...own], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  open.push(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let said = '';
  const port = await new Promise<number>((done, fail) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, found] = /ready http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
        if (found !== undefined) done(Number(found));
      });
    }
    void exited.then(() => fail(new Error(said)));
  });
  expect(await statusOf(port)).toBe(503);
  const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  expect(metrics).toContain('mseingress_ratelimit_backend_total{outcome="local"} 1');
  expect(metrics).toContain('mseingress_response_flags_total');
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
  expect(said).toContain('the store of limits is away (ERR no); routes with limits of the whole gateway are shut');
  expect(said).not.toContain('s3cret');
});
