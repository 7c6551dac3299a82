import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from './endpoint.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { closedEndpoint, startBackend } from './testing/backend.ts';
import { startBlackHole } from './testing/black-hole.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(
  annotations: Readonly<Record<string, string>>,
  endpoints: readonly Endpoint[],
  options: ProxyOptions = {},
  profile = 'ingress-nginx',
): Promise<Running> {
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web');
  const running = await startProxy(compiled(manifests, { 'default/web:80': endpoints }, profile), options);
  opened.unshift(running);
  return running;
}

const get = async (running: Running): Promise<number> => (await running.proxy.fetch('http://a.example/')).status;
const ejected = (running: Running): readonly string[] =>
  running.proxy.report().clusters.flatMap(({ endpoints }) => endpoints.filter((one) => one.ejected).map(({ key }) => key));

describe('an endpoint that swallows connections', () => {
  it('is ejected also where the time of the whole request ends first', async () => {
    const hole = await startBlackHole();
    opened.push(hole);
    const running = await serve({ 'mse.ingress.kubernetes.io/timeout': '1' }, [hole.endpoint], {}, 'mse');
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(() => get(running)))).toEqual([504, 504, 504, 504, 504, 504]);
    expect(ejected(running)).toEqual([`127.0.0.1:${hole.endpoint.port}`]);
  });

  it('is waited for as long as the annotation says, and not for the gateway’s own time', async () => {
    const hole = await startBlackHole();
    opened.push(hole);
    const annotations = { 'proxy-connect-timeout': '2', 'proxy-next-upstream': 'off' };
    const running = await serve(annotations, [hole.endpoint], { timeouts: { upstreamConnectMs: 50 } });
    const answer = get(running);
    // Twenty times the gateway's own time, and still nobody has given up.
    await delay(1_000);
    expect(running.records).toEqual([]);
    expect(await answer).toBe(504);
    expect(running.records[0]).toMatchObject({ flags: ['UF'], details: 'upstream_connect_timeout' });
  });
});

it('waiting for a free connection is no failure to connect', async () => {
  const answers: (() => void)[] = [];
  const backend = await startBackend((_request, response) => void answers.push(() => response.end('late')));
  opened.push(backend);
  const annotations = { 'proxy-connect-timeout': '1', 'proxy-next-upstream': 'off' };
  const running = await serve(annotations, [backend.endpoint], { maxConnectionsPerEndpoint: 1 });
  const statuses = Promise.all([get(running), get(running), get(running)]);
  await delay(1_500);
  for (let count = 0; count < 3; count++) {
    while (answers.length === 0) await delay(5);
    answers.shift()?.();
  }
  expect(await statuses).toEqual([200, 200, 200]);
  expect(ejected(running)).toEqual([]);
});

it('retries without a limit ask each endpoint once', async () => {
  const running = await serve({ 'proxy-next-upstream-tries': '0' }, [
    await closedEndpoint(),
    await closedEndpoint(),
    await closedEndpoint(),
  ]);
  expect(await get(running)).toBe(503);
  expect(running.records[0]?.tries).toBe(3);
});
