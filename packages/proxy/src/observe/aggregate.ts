import { AggregatorRegistry } from 'prom-client';
import { defaultPrefix, type GatewayMetrics } from './metrics.ts';

/** The metrics of one process as plain data, to be sent to another one. */
export type MetricsSnapshot = readonly object[];

/** What prom-client makes of a metric. */
interface PlainMetric {
  readonly name: string;
  readonly type: string;
}

/** Takes the metrics of this process, for example in a worker that its primary asks. */
export async function snapshotMetrics(metrics: GatewayMetrics): Promise<MetricsSnapshot> {
  metrics.refresh();
  return structuredClone(await metrics.registry.getMetricsAsJSON());
}

/** The metrics of several processes as one text: counts add up, and each gauge has its own way. */
export function formatAggregate(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate(snapshots as MetricsSnapshot[] as object[]).metrics();
}

/** Lines of the access log that a process dropped which has no metrics of its own, as a snapshot to add to those of others. */
export function droppedLinesSnapshot(count: number, prefix: string = defaultPrefix): MetricsSnapshot {
  return [
    { name: `${prefix}access_log_dropped_lines`, help: '', type: 'counter', aggregator: 'sum', values: [{ value: count, labels: {} }] },
  ];
}

/**
 * The metrics of processes that come and go, as if they were one. A process that does not answer counts with what it said last, and one that is gone leaves
 * its counters and histograms behind, so that no total ever goes back; its gauges say how things are, and go with it.
 */
export class MetricsAggregate {
  readonly #latest = new Map<number, MetricsSnapshot>();
  #retired: MetricsSnapshot = [];

  /** Takes what a process counted since it began. */
  take(process: number, snapshot: MetricsSnapshot): void {
    this.#latest.set(process, snapshot);
  }

  /** The process is gone, and will say nothing more. */
  retire(process: number): void {
    const last = this.#latest.get(process);
    if (last === undefined) return;
    this.#latest.delete(process);
    const totals = (last as readonly PlainMetric[]).filter(({ type }) => type === 'counter' || type === 'histogram');
    const sum = AggregatorRegistry.aggregate([this.#retired, totals] as object[]);
    this.#retired = (sum.getMetricsAsArray() as unknown as readonly { get(): object }[]).map((metric) => metric.get());
  }

  /** Everything in the text format of Prometheus, with snapshots of the moment beside those that were taken. */
  text(...more: readonly MetricsSnapshot[]): Promise<string> {
    // The living first: help and kind of aggregation are theirs.
    return formatAggregate([...this.#latest.values(), this.#retired, ...more]);
  }
}
