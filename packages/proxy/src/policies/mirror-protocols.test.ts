import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../testing/certificates.ts';
import { ingressYaml, serviceYaml } from '../testing/harness.ts';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const annotations = { 'mse.ingress.kubernetes.io/mirror-target-service': 'shadow:80' };
const shadowOf = (own: Readonly<Record<string, string>>): string =>
  ingressYaml('shadow', 's.example', { '/': 'shadow' }, own) + serviceYaml('shadow');

describe('copies speak what the Service of the mirror speaks', () => {
  it.each([
    ['HTTP2', {}],
    ['GRPC', {}],
    ['GRPCS', {}],
    ['GRPCS', { 'proxy-ssl-name': 'shadow.example', 'proxy-ssl-server-name': 'on' }],
  ])('%s %j', async (protocol, tls) => {
    const web = await stage.backend();
    const pair = protocol === 'GRPCS' ? await (await createAuthority()).issue('shadow.example') : undefined;
    const seen: string[] = [];
    const shadow = await stage.http2((headers, body) => seen.push(`${headers[':method']} ${headers[':authority']} ${body}`), pair);
    const { proxy } = await stage.serve({
      annotations,
      endpoints: { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow] },
      more: shadowOf({ 'backend-protocol': protocol, ...tls }),
    });
    expect((await proxy.fetch('http://a.example/', { method: 'POST', body: 'hello' })).status).toBe(200);
    await until(() => proxy.report().mirrors.sent + proxy.report().mirrors.failed > 0);
    expect(seen).toEqual(['POST a.example-shadow hello']);
    expect(proxy.report().mirrors).toEqual({ sent: 1, failed: 0, dropped: 0 });
  });

  it('and what its port is named for, where no Ingress routes to it', async () => {
    const web = await stage.backend();
    const seen: unknown[] = [];
    const shadow = await stage.http2((headers) => seen.push(headers[':path']));
    const { proxy } = await stage.serve({
      annotations,
      endpoints: { 'default/web:80': [web.endpoint] },
      more:
        '---\napiVersion: v1\nkind: Service\nmetadata: { name: shadow }\nspec: { ports: [{ name: grpc, port: 80 }] }\n' +
        '---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n' +
        'metadata: { name: shadow-1, labels: { kubernetes.io/service-name: shadow } }\naddressType: IPv4\n' +
        `ports: [{ name: grpc, port: ${shadow.port} }]\nendpoints: [{ addresses: ["${shadow.address}"] }]\n`,
    });
    expect((await proxy.fetch('http://a.example/a?b=1')).status).toBe(200);
    await until(() => proxy.report().mirrors.sent + proxy.report().mirrors.failed > 0);
    expect(seen).toEqual(['/a?b=1']);
  });

  it('and trust what it trusts', async () => {
    const web = await stage.backend();
    const seen: unknown[] = [];
    const shadow = await stage.http2((headers) => seen.push(headers), await (await createAuthority()).issue('shadow.example'));
    const { proxy } = await stage.serve({
      annotations,
      endpoints: { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow] },
      more: shadowOf({ 'backend-protocol': 'GRPCS', 'proxy-ssl-verify': 'on', 'proxy-ssl-name': 'shadow.example' }),
    });
    expect((await proxy.fetch('http://a.example/')).status).toBe(200);
    await until(() => proxy.report().mirrors.sent + proxy.report().mirrors.failed > 0);
    expect([seen, proxy.report().mirrors.failed]).toEqual([[], 1]);
  });

  it('and go where an ExternalName leads', async () => {
    const web = await stage.backend();
    const shadow = await stage.backend();
    const { port } = shadow.endpoint;
    const names: string[] = [];
    const { proxy } = await stage.serve({
      annotations: { 'mse.ingress.kubernetes.io/mirror-target-service': `shadow:${port}` },
      endpoints: { 'default/web:80': [web.endpoint] },
      more: `---\napiVersion: v1\nkind: Service\nmetadata: { name: shadow }\nspec: { type: ExternalName, externalName: shadow.example, ports: [{ port: ${port} }] }\n`,
      allowExternalNames: ['shadow.example'],
      options: {
        allowAddress: () => true,
        resolver: {
          resolve: (name) => {
            names.push(name);
            return Promise.resolve(['127.0.0.1']);
          },
        },
      },
    });
    expect((await proxy.fetch('http://a.example/')).status).toBe(200);
    await until(() => proxy.report().mirrors.sent + proxy.report().mirrors.failed > 0);
    expect([shadow.seen.length, names]).toEqual([1, ['shadow.example']]);
  });
});

it.each([
  ['mse', { 'higress.io/mirror-target-fqdn': 'shadow.example' }],
  ['ingress-nginx', { 'mirror-target': 'http://shadow.example$request_uri' }],
])('%s: a name that is never resolved does not hold its place in the queue', async (profile, target) => {
  const web = await stage.backend();
  const { proxy } = await stage.serve({
    annotations: target,
    endpoints: { 'default/web:80': [web.endpoint] },
    profile,
    options: { mirrors: { timeoutMs: 1 }, resolver: { resolve: () => new Promise(() => undefined) } },
  });
  expect((await proxy.fetch('http://a.example/')).status).toBe(200);
  // The queue's timer does not keep the process alive.
  const alive = setInterval(() => undefined, 1_000);
  await until(() => proxy.report().mirrors.failed > 0);
  clearInterval(alive);
});
