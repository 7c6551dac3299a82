import { AggregatorRegistry } from 'prom-client';
import type { GatewayMetrics } from './metrics.ts';

/** The metrics of one process as plain data, to be sent to another one. */
export type MetricsSnapshot = readonly object[];

/** Takes the metrics of this process, for example in a worker that its primary asks. */
export async function snapshotMetrics(metrics: GatewayMetrics): Promise<MetricsSnapshot> {
  metrics.refresh();
  return structuredClone(await metrics.registry.getMetricsAsJSON());
}

/** The metrics of several processes as one text: counts add up, and each gauge has its own way. */
export function formatAggregate(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate(snapshots as MetricsSnapshot[] as object[]).metrics();
}
