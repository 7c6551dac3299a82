import { createMatcher } from '@ingresskit/matcher';
import type { Ingress, Resource } from '@ingresskit/resources';
import createRouter from 'find-my-way';
import { compile, createCompiler, createGateway, decide, profiles } from 'ingresskit';
import { cluster, ingressOf, randomNumbers } from './cluster.ts';
import { formatRows, heapAfterCollection, median, processorTimeOf, stolenTicks } from './measure.ts';

interface Sizes {
  readonly parse: number;
  readonly compile: number;
  readonly change: number;
  readonly match: number;
  readonly decide: number;
  readonly findMyWay: number;
  readonly heapPerIngress: number;
}

const rounds = 5;

/** Full compile, one change, one decision and the heap, on clusters of three sizes; ratios within one run. */
export function benchCore(sizes: readonly number[] = [1000, 10_000, 100_000]): void {
  const stolen = stolenTicks();
  const results = new Map(sizes.map((size) => [size, measure(size)]));
  const small = results.get(sizes[0] ?? 0);
  const head = ['', ...sizes.map((size) => `${size / 1000}k`)];
  const row = (title: string, of: (result: Sizes) => string): string[] => [title, ...[...results.values()].map(of)];
  console.log(
    formatRows([
      head,
      row('JSON.parse of the objects, ms', ({ parse }) => parse.toFixed(1)),
      row('full compile, ms', (result) => result.compile.toFixed(1)),
      row('  × JSON.parse (aim ≤ 4)', (result) => (result.compile / result.parse).toFixed(2)),
      row('one Ingress changed, median ms (aim < 1)', ({ change }) => change.toFixed(3)),
      row('  × the smallest (aim ≤ 2)', ({ change }) => (change / (small?.change ?? 1)).toFixed(2)),
      row('decide, median µs (aim < 3)', (result) => result.decide.toFixed(2)),
      row('  × the smallest (aim ≤ 1.5)', (result) => (result.decide / (small?.decide ?? 1)).toFixed(2)),
      row('match: URL to route, no policies, µs', ({ match }) => match.toFixed(2)),
      row('find-my-way: host and path to route, µs', ({ findMyWay }) => findMyWay.toFixed(2)),
      row('  match ÷ find-my-way (aim ≤ 1)', (result) => (result.match / result.findMyWay).toFixed(2)),
      row('  decide ÷ find-my-way (it carries out no policies)', (result) => (result.decide / result.findMyWay).toFixed(2)),
      row('heap beyond the objects, kB per Ingress (aim ≤ 2.5)', ({ heapPerIngress }) => (heapPerIngress / 1000).toFixed(2)),
    ]),
  );
  console.log(
    `\nProcessor time, medians of ${rounds} rounds. The host took ${((stolenTicks() - stolen) / 100).toFixed(1)} s of processor time meanwhile (steal).`,
  );
}

function measure(size: number): Sizes {
  const { resources, requests } = cluster({ ingresses: size });
  const text = JSON.stringify(resources);
  const parses: number[] = [];
  const compiles: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let parsed: Resource[] = [];
    parses.push(processorTimeOf(() => (parsed = JSON.parse(text) as Resource[])));
    compiles.push(processorTimeOf(() => compile(parsed)));
  }
  const { change, heapPerIngress, table } = measureIncremental(resources, size);
  return { parse: median(parses), compile: median(compiles), change, heapPerIngress, ...measureRequests(table, requests) };
}

function measureIncremental(
  resources: readonly Resource[],
  size: number,
): { change: number; heapPerIngress: number; table: ReturnType<typeof compile>['table'] } {
  const before = heapAfterCollection();
  const compiler = createCompiler();
  const { table } = compiler.apply(resources.map((object) => ({ type: 'apply', object })));
  const heapPerIngress = (heapAfterCollection() - before) / size;
  const random = randomNumbers(7);
  const ingresses = resources.filter((resource): resource is Ingress => resource.kind === 'Ingress');
  const times: number[] = [];
  for (let turn = 0; turn < 600; turn++) {
    const index = Math.floor(random() * ingresses.length);
    const [rule] = ingresses[index]?.spec?.rules ?? [];
    const paths = rule?.http?.paths.map(({ path = '/' }) => path) ?? [];
    const object = ingressOf(index, `team-${index % 200}`, rule?.host ?? '', `svc-${index}`, paths, turn + 1);
    const time = processorTimeOf(() => compiler.apply([{ type: 'apply', object }]));
    if (turn >= 100) times.push(time);
  }
  return { change: median(times), heapPerIngress, table };
}

/**
 * Matches, decisions, and the look-up of a router with the same routes: turn by turn on the same requests, in random order. The router gets host and
 * path ready-made; a matcher takes them out of the URL and makes them canonical.
 */
function measureRequests(
  table: ReturnType<typeof compile>['table'],
  requests: readonly { readonly url: string }[],
): Pick<Sizes, 'match' | 'decide' | 'findMyWay'> {
  const random = randomNumbers(11);
  const asked = Array.from({ length: 20_000 }, () => requests[Math.floor(random() * requests.length)] as { url: string });
  const router = createRouter();
  for (const { host, routes } of table.hosts.values()) {
    for (const { path } of routes) {
      router.on('GET', path.value, { constraints: { host } }, () => undefined);
      router.on('GET', `${path.value === '/' ? '' : path.value}/*`, { constraints: { host } }, () => undefined);
    }
  }
  const targets = asked.map(({ url }) => new URL(url)).map(({ host, pathname, search }) => ({ host, path: pathname + search }));
  const gateway = createGateway();
  const runs = {
    match: () => {
      for (const request of asked) gateway.match(table, request);
    },
    decide: () => {
      for (const request of asked) decide(table, request);
    },
    findMyWay: () => {
      for (const { host, path } of targets) router.find('GET', path, { host });
    },
  };
  const times = { match: [] as number[], decide: [] as number[], findMyWay: [] as number[] };
  for (let round = 0; round < rounds + 2; round++) {
    for (const name of ['match', 'decide', 'findMyWay'] as const) {
      const time = processorTimeOf(runs[name]);
      // The first two rounds are for the engine to warm up.
      if (round >= 2) times[name].push((time / asked.length) * 1000);
    }
  }
  return { match: median(times.match), decide: median(times.decide), findMyWay: median(times.findMyWay) };
}

/** Where the time of a decision goes, for profiling. */
export function spinDecide(size: number, seconds: number): void {
  const { resources, requests } = cluster({ ingresses: size });
  const { table } = compile(resources);
  const matcher = createMatcher(profiles.mse);
  const until = performance.now() + seconds * 1000;
  let count = 0;
  while (performance.now() < until)
    for (let turn = 0; turn < 1000; turn++) matcher.decide(table, requests[count++ % requests.length] as { url: string });
  console.log(`${count} decisions`);
}
