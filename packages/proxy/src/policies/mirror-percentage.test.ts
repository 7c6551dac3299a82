import { afterEach, expect, it } from 'vitest';
import { serviceYaml } from '../testing/harness.ts';
import { Stage, until } from '../testing/stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

it.each([
  ['10', ['/1']],
  ['50', ['/1', '/2']],
  ['100', ['/1', '/2', '/3']],
])('mirror-percentage %s: the draw decides which requests are copied', async (percentage, copied) => {
  const draws: Readonly<Record<string, number>> = { '/1': 0.09, '/2': 0.49, '/3': 0.999 };
  let draw = 0;
  const [web, shadow] = await Promise.all([stage.backend(), stage.backend()]);
  const { proxy } = await stage.serve({
    annotations: {
      'mse.ingress.kubernetes.io/mirror-target-service': 'shadow:80',
      'mse.ingress.kubernetes.io/mirror-percentage': percentage,
    },
    endpoints: { 'default/web:80': [web.endpoint], 'default/shadow:80': [shadow.endpoint] },
    more: serviceYaml('shadow'),
    options: { random: () => draw },
  });
  for (const path of Object.keys(draws)) {
    draw = draws[path] ?? 0;
    await (await proxy.fetch(`http://a.example${path}`)).text();
  }
  // What is copied is offered before its request is sent.
  await until(() => proxy.report().mirrors.sent >= copied.length);
  expect(shadow.seen.map(({ url }) => url).sort()).toEqual(copied);
});
