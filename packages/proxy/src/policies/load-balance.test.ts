import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../proxy-options.ts';
import type { Running } from '../testing/harness.ts';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

/** The endpoints that requests went to, one after the other. */
async function ask({ proxy }: Running, paths: readonly string[]): Promise<string> {
  let answers = '';
  for (const path of paths) answers += await (await proxy.fetch(`http://a.example${path}`)).text();
  return answers;
}

const often = (path: string, times: number): string[] => new Array<string>(times).fill(path);

async function serve(annotations: Readonly<Record<string, string>>, count: number, options: ProxyOptions = {}): Promise<Running> {
  const backends = await stage.numbered(count);
  return stage.serve({
    annotations,
    endpoints: { 'default/web:80': backends.map(({ endpoint }) => endpoint) },
    profile: 'load-balance' in annotations && annotations['load-balance'] !== 'ewma' ? 'mse' : 'ingress-nginx',
    options,
  });
}

describe('load-balance', () => {
  it('round_robin takes turns', async () => {
    expect(await ask(await serve({ 'load-balance': 'round_robin' }, 3, { random: () => 0.99 }), often('/', 6))).toBe('012012');
  });

  it('random goes where chance says', async () => {
    const draws = [0.99, 0, 0.5, 0.5, 0.99, 0.99];
    const running = await serve({ 'load-balance': 'random' }, 3, { random: () => draws.shift() ?? 0 });
    expect(await ask(running, often('/', 6))).toBe('201122');
  });

  it('least_conn avoids who is busy', async () => {
    let isBusy = false;
    const busy = await stage.backend((request, response) => {
      if (request.url === '/hang') isBusy = true;
      else response.end('0');
    });
    const [free] = await stage.numbered(1);
    const running = await stage.serve({
      annotations: { 'load-balance': 'least_conn' },
      endpoints: { 'default/web:80': [busy.endpoint, free?.endpoint ?? busy.endpoint] },
      options: { random: () => 0 },
    });
    const hanging = running.proxy.fetch('http://a.example/hang').catch(() => undefined);
    await until(() => isBusy);
    expect(await ask(running, often('/', 5))).toBe('00000');
    expect(free?.seen.length).toBe(5);
    busy.server.closeAllConnections();
    await hanging;
  });

  it('ewma avoids who was slow', async () => {
    let now = 0;
    let draw = 0;
    const slow = await stage.backend((_request, response) => {
      now += 1_000;
      response.end('slow ');
    });
    const quick = await stage.backend((_request, response) => void response.end('quick '));
    const running = await stage.serve({
      annotations: { 'load-balance': 'ewma' },
      endpoints: { 'default/web:80': [slow.endpoint, quick.endpoint] },
      profile: 'ingress-nginx',
      options: { now: () => now, random: () => draw },
    });
    // Nothing is known yet, so that chance has the first word about each.
    expect(await ask(running, ['/'])).toBe('slow ');
    draw = 0.99;
    expect(await ask(running, ['/'])).toBe('quick ');
    draw = 0;
    expect(await ask(running, often('/', 4))).toBe('quick '.repeat(4));
  });
});

describe('upstream-hash-by', () => {
  const paths = Array.from({ length: 16 }, (_, index) => `/${index}`);

  it('leads one key to one endpoint, and keys to all of them', async () => {
    const running = await serve({ 'upstream-hash-by': '$request_uri' }, 3);
    const first = await ask(running, paths);
    expect(await ask(running, [...paths].reverse())).toBe([...first].reverse().join(''));
    expect(new Set(first).size).toBe(3);
  });

  it('with a subset, to a group in which chance chooses', async () => {
    let draw = 0;
    const running = await serve(
      { 'upstream-hash-by': '$request_uri', 'upstream-hash-by-subset': 'true', 'upstream-hash-by-subset-size': '2' },
      4,
      {
        random: () => draw,
      },
    );
    const low = await ask(running, paths);
    draw = 0.99;
    const high = await ask(running, paths);
    for (let index = 0; index < paths.length; index++) expect(high[index]).not.toBe(low[index]);
    draw = 0;
    expect(await ask(running, paths)).toBe(low);
    expect(new Set(Array.from(low, (one, index) => [one, high[index]].sort().join(''))).size).toBe(2);
  });
});

it('warmup: a new endpoint gets little until its time has passed', async () => {
  let now = 0;
  const [old, young] = await stage.numbered(2);
  const play = { annotations: { 'mse.ingress.kubernetes.io/warmup': '60' }, options: { now: () => now } };
  const endpoints = [old, young].flatMap((backend) => backend?.endpoint ?? []);
  const running = await stage.serve({ ...play, endpoints: { 'default/web:80': endpoints.slice(0, 1) } });
  await ask(running, ['/']);
  now = 100_000;
  const { table, snapshot } = stage.compile({ ...play, endpoints: { 'default/web:80': endpoints } });
  running.proxy.update(table, snapshot);
  const youngOf = (answers: string): number => [...answers].filter((one) => one === '1').length;
  expect(youngOf(await ask(running, often('/', 20)))).toBeLessThan(5);
  now = 200_000;
  expect(youngOf(await ask(running, often('/', 20)))).toBe(10);
});
