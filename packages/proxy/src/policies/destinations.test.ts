import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../proxy-options.ts';
import type { Running } from '../testing/harness.ts';
import { Stage } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it.each([
  ['true', 'cluster'],
  ['false', 'pod'],
])('service-upstream %s: requests go to the %s', async (value, place) => {
  const cluster = await stage.backend((_request, response) => void response.end('cluster'));
  const pod = await stage.backend((_request, response) => void response.end('pod'));
  const { address, port } = cluster.endpoint;
  const { proxy } = await stage.serve({
    annotations: { 'service-upstream': value },
    endpoints: { [`default/web:${port}`]: [pod.endpoint] },
    profile: 'ingress-nginx',
    port,
    more: `---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { clusterIP: ${address}, ports: [{ port: ${port} }] }\n`,
  });
  expect(await (await proxy.fetch('http://a.example/')).text()).toBe(place);
});

describe('an ExternalName', () => {
  async function serve(
    addresses: readonly string[],
    options: ProxyOptions = {},
  ): Promise<Running & { readonly seen: () => number; readonly names: string[] }> {
    const web = await stage.backend();
    const { port } = web.endpoint;
    const names: string[] = [];
    const running = await stage.serve({
      port,
      more: `---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { type: ExternalName, externalName: web.elsewhere.example, ports: [{ port: ${port} }] }\n`,
      allowExternalNames: ['web.elsewhere.example'],
      options: {
        resolver: {
          resolve: (name) => {
            names.push(name);
            return addresses.length === 0 ? Promise.reject(new Error('no such name')) : Promise.resolve(addresses);
          },
        },
        ...options,
      },
    });
    return { ...running, seen: () => web.seen.length, names };
  }

  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['169.254.169.254']],
    [['100.100.100.200']],
    [['fe80::1']],
    [['0.0.0.0']],
    // One that is fine does not make up for one that is not.
    [['10.0.0.1', '127.0.0.1']],
    [['no address']],
  ])('that leads to %j gets nothing', async (addresses) => {
    const { proxy, seen, names, errors, records } = await serve(addresses);
    expect((await proxy.fetch('http://a.example/')).status).toBe(503);
    expect([seen(), names, records[0]?.flags, errors.length]).toEqual([0, ['web.elsewhere.example'], ['UH'], 1]);
  });

  it('that leads nowhere gets nothing', async () => {
    const { proxy, records } = await serve([]);
    expect((await proxy.fetch('http://a.example/')).status).toBe(503);
    expect(records[0]).toMatchObject({ flags: ['UH'], details: 'name_not_resolved' });
  });

  it('that leads to an address which the operator allows is served', async () => {
    const asked: string[] = [];
    const { proxy, seen } = await serve(['127.0.0.1'], {
      allowAddress: (address) => {
        asked.push(address);
        return true;
      },
    });
    expect((await proxy.fetch('http://a.example/')).status).toBe(200);
    expect([seen(), asked]).toEqual([1, ['127.0.0.1']]);
  });
});
