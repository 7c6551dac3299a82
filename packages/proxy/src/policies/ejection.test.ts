import { afterEach, expect, it } from 'vitest';
import { closedEndpoint } from '../testing/backend.ts';
import { Stage } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it('an endpoint that takes no connections is left out for a while, and tried again', async () => {
  let now = 0;
  const gone = await closedEndpoint();
  const [live] = await stage.numbered(1);
  const { proxy } = await stage.serve({
    annotations: { 'proxy-next-upstream': 'off' },
    endpoints: { 'default/web:80': [gone, live?.endpoint ?? gone] },
    options: { now: () => now },
  });
  const ask = async (times: number): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (let index = 0; index < times; index++) statuses.push((await proxy.fetch('http://a.example/')).status);
    return statuses;
  };
  const ejected = (): readonly boolean[] => proxy.report().clusters.flatMap(({ endpoints }) => endpoints.map((one) => one.ejected));
  expect(await ask(6)).toEqual([503, 200, 503, 200, 503, 200]);
  expect(ejected()).toEqual([true, false]);
  expect(await ask(6)).toEqual([200, 200, 200, 200, 200, 200]);
  now = 1_000;
  expect(ejected()).toEqual([false, false]);
  expect((await ask(2)).toSorted()).toEqual([200, 503]);
  expect(ejected()).toEqual([true, false]);
});
