// `pnpm bench:cluster`: from an event of the API server to traffic. Run by hand; never a gate.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { formatRows, heapAfterCollection, median, percentile, stolenTicks } from '../measure.ts';
import { type FollowedCluster, followCluster } from './followed-cluster.ts';

const rows: (readonly string[])[] = [['measurement', 'value']];
const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const stolen = stolenTicks();

const oneChange = new Map<number, number>();
for (const ingresses of [1_000, 10_000, 20_000]) {
  const cluster = await followCluster(ingresses);
  rows.push([`first sync of ${ingresses} Ingresses`, ms(cluster.firstSync)]);
  const times = await changes(cluster, ingresses, 200);
  oneChange.set(ingresses, median(times));
  rows.push(
    [`one change of ${ingresses}: line to served, median`, ms(median(times))],
    [`one change of ${ingresses}: line to served, p99`, ms(percentile(times, 0.99))],
  );
  if (ingresses === 10_000) {
    rows.push(['heap of gateway with 10000 Ingresses', `${(heapAfterCollection() / 2 ** 20).toFixed(0)} MiB`]);
    rows.push(['1000 created at once: all live after', ms(await thousand(cluster, ingresses))]);
    rows.push(...(await churn(cluster, 5_000, 30)));
  }
  await cluster.close();
}
rows.push(['one change, 20000 to 1000', `${((oneChange.get(20_000) ?? 0) / (oneChange.get(1_000) ?? 1)).toFixed(2)} x`]);
rows.push(['ticks stolen by the host', String(stolenTicks() - stolen)]);
console.log(formatRows(rows));

/** Milliseconds from the arrival of a line to a request that is answered by what it says. */
async function changes(cluster: FollowedCluster, ingresses: number, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  // A few rounds before it counts: the first ones run code for the first time.
  for (let revision = 1; revision <= count + 20; revision += 1) {
    const index = (revision * 7_919) % ingresses;
    const host = `app-${index}.example.com`;
    const served = cluster.table(({ compiled }) => compiled.changedHosts.includes(host));
    cluster.order({ kind: 'edit', index, revision });
    await served;
    const answer = await cluster.gateway.proxy.fetch(`http://${host}/a`);
    if (answer.headers.get('location') !== `https://example.com/${revision}`) throw new Error(`the old route answers: ${answer.status}`);
    if (revision > 20) times.push(performance.now() - cluster.arrivedAt());
  }
  return times;
}

async function thousand(cluster: FollowedCluster, from: number): Promise<number> {
  const started = performance.now();
  const last = `app-${from + 999}.example.com`;
  const served = cluster.table(({ compiled }) => compiled.table.hosts.has(last) && compiled.table.hosts.has(`app-${from}.example.com`));
  cluster.order({ kind: 'create', from, count: 1_000 });
  const { compiled } = await served;
  const missing = Array.from({ length: 1_000 }, (_, index) => `app-${from + index}.example.com`).filter(
    (host) => !compiled.table.hosts.has(host),
  );
  if (missing.length > 0) throw new Error(`${missing.length} are not live`);
  return performance.now() - started;
}

async function churn(cluster: FollowedCluster, rate: number, seconds: number): Promise<readonly (readonly string[])[]> {
  const before = cluster.gateway.current?.table;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  cluster.order({ kind: 'churn', rate, seconds });
  const answer = await cluster.answer('churned');
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  const after = cluster.gateway.current?.table;
  const updates = answer.kind === 'churned' ? answer.updates : 0;
  return [
    [`endpoint updates in ${seconds} s`, String(updates)],
    ['routes compiled meanwhile', before?.hosts === after?.hosts ? 'none' : 'SOME'],
    ['event-loop delay p99 meanwhile', ms(delay.percentile(99) / 1e6)],
    ['event-loop delay max meanwhile', ms(delay.max / 1e6)],
    ['CPU of the gateway meanwhile', `${((user + system) / 1e4 / seconds).toFixed(0)} % of a core`],
  ];
}
