import { GatewayMetrics } from '@ingresskit/proxy';
import { code, type Page, table } from '../page.ts';
import { readText } from '../sources.ts';

const region = /<!-- metrics -->[\s\S]*<!-- \/metrics -->/;

/** The page about running the data plane, with the table of metrics as the registry has them. */
export async function operatePage(): Promise<Page> {
  const path = 'docs/operate.md';
  const metrics = new GatewayMetrics({ nginxNames: true });
  const found = await metrics.registry.getMetricsAsJSON();
  // The description that is collected leaves the names of labels out; the metric itself has them.
  const rows = found.map(({ name, type, help }) => {
    const { labelNames } = metrics.registry.getSingleMetric(name) as unknown as { readonly labelNames: readonly string[] };
    return [code(name), String(type), labelNames.map(code).join(', '), help];
  });
  metrics.close();
  const text = readText(path);
  if (!region.test(text)) throw new TypeError(`${path} has no region for the metrics`);
  return {
    path,
    text: text.replace(region, () => `<!-- metrics -->\n${table(['metric', 'type', 'labels', 'meaning'], rows)}\n<!-- /metrics -->`),
  };
}
