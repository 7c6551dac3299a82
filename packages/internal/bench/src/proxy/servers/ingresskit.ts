import { createProxy } from '@ingresskit/proxy';
import type { Resource } from '@ingresskit/resources';
import { endpointSlice, ingress, secret, service } from '@ingresskit/testing';
import { createCompiler } from 'ingresskit';
import { certificateOf, serverArguments } from './server-arguments.ts';

const { backend, port, tls, routes, policies } = serverArguments();

const annotations = {
  'nginx.ingress.kubernetes.io/enable-cors': 'true',
  'nginx.ingress.kubernetes.io/cors-allow-origin': 'https://shop.example.com',
  'nginx.ingress.kubernetes.io/use-regex': 'true',
  'nginx.ingress.kubernetes.io/rewrite-target': '/$1',
  'mse.ingress.kubernetes.io/request-header-control-update': 'x-app bench',
  'mse.ingress.kubernetes.io/response-header-control-update': 'x-frame-options DENY',
  'mse.ingress.kubernetes.io/route-limit-rps': '1000000',
};

const objects: Resource[] = [service('bench/app'), endpointSlice('bench/app', ['127.0.0.1'], backend)];
const host = 'bench.example.com';
for (let index = 0; index < routes; index++) {
  const builder = ingress(`bench/app-${index}`).host(index % 2 === 0 ? host : `host-${index}.example.com`);
  objects.push(
    (policies ? builder.path(`/app-${index}/(.*)`, 'app:80').annotate(annotations) : builder.path(`/app-${index}`, 'app:80')).build(),
  );
}
const pair = tls ? certificateOf() : undefined;
if (pair !== undefined) {
  const { key, cert } = pair;
  objects.push(secret('bench/tls', { 'tls.key': key, 'tls.crt': cert }));
  objects.push(ingress('bench/tls').host(host).path('/tls', 'app:80').tls('tls', host).build());
}
const proxy = createProxy({
  listeners: [{ port, tls }],
  maxConnectionsPerEndpoint: 128,
  // The load asks for an address, so it names no host in the handshake.
  ...(pair === undefined ? {} : { defaultCertificate: { certificate: pair.cert, key: pair.key } }),
});
const compiled = createCompiler({ assumeEndpoints: 'never' }).apply(objects.map((object) => ({ type: 'apply', object })));
proxy.update(compiled.table, compiled.snapshot);
const [address] = await proxy.listen();
console.log(`ready ${address?.port ?? 0}`);

// The soak asks for the heap; run with --expose-gc, or what is not collected yet counts as well.
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  console.log(`heap ${process.memoryUsage().heapUsed}`);
});
