import { afterEach, describe, expect, test } from 'vitest';
import { droppedLinesSnapshot, formatAggregate, MetricsAggregate, snapshotMetrics } from './aggregate.ts';
import type { MetricsOptions, RequestMeasure } from './metrics.ts';
import { GatewayMetrics } from './metrics.ts';
import { rejectedObjects } from './rejected-objects.ts';

const open: GatewayMetrics[] = [];
afterEach(() => {
  for (const metrics of open.splice(0)) metrics.close();
});
function create(options?: MetricsOptions): GatewayMetrics {
  const metrics = new GatewayMetrics(options);
  open.push(metrics);
  return metrics;
}

const measure: RequestMeasure = {
  method: 'GET',
  status: 200,
  flags: [],
  durationMs: 12,
  requestBytes: 10,
  responseBytes: 100,
  route: { namespace: 'default', ingress: 'shop', path: '/cart', service: 'cart' },
};
const series = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('metrics', () => {
  test('requests, attempts and flags', async () => {
    const metrics = create();
    metrics.began();
    metrics.began();
    metrics.ended({ ...measure, flags: ['RL', 'DC'], status: 429 });
    metrics.attempted({ backend: 'default/cart:80', status: 502, durationMs: 3, earlier: 0 });
    metrics.attempted({ backend: 'default/cart:80', durationMs: 3, earlier: 2 });
    metrics.gateRejected('two-hosts');
    metrics.limitStoreAsked('timeout');
    metrics.setTotals({ mirror: { sent: 3, dropped: 1 }, logDropped: 7 });
    metrics.tableApplied({ generation: 4, digest: 'abc', seconds: 0.003, at: 5_000 });
    metrics.tableApplied({ generation: 5, digest: 'def', seconds: 0.003, at: 6_000 });
    const lines = series(await metrics.text());
    for (const line of [
      'mseingress_active_streams 1',
      'http_server_requests_total{http_route="default/shop /cart",http_request_method="GET",http_response_status_code="429"} 1',
      'http_server_request_duration_seconds_bucket{le="0.025",http_route="default/shop /cart"} 1',
      'http_server_request_duration_seconds_bucket{le="0.01",http_route="default/shop /cart"} 0',
      'http_client_requests_total{backend="default/cart:80",http_response_status_code="502"} 1',
      'http_client_requests_total{backend="default/cart:80",http_response_status_code="error"} 1',
      'mseingress_upstream_retries_total{backend="default/cart:80"} 2',
      'mseingress_response_flags_total{flag="RL"} 1',
      'mseingress_gate_rejected_total{rule="two-hosts"} 1',
      'mseingress_ratelimit_backend_total{outcome="timeout"} 1',
      'mseingress_mirror_requests{outcome="dropped"} 1',
      'mseingress_access_log_dropped_lines 7',
      'mseingress_config_generation 5',
      'mseingress_config_last_success_timestamp_seconds 6',
      'mseingress_snapshot_digest_info{digest="def"} 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.join('\n')).not.toContain('digest="abc"');
    expect(lines.some((line) => line.startsWith('mseingress_eventloop_delay_seconds{quantile="0.99"}'))).toBe(true);
  });

  test('numbers that others keep are read when the metrics are', async () => {
    const metrics = create();
    let active = 3;
    metrics.follow(() => ({ active, mirror: { failed: 2 } }));
    metrics.finished(measure);
    expect(await metrics.text()).toContain('mseingress_active_streams 3');
    active = 1;
    expect(JSON.stringify(await snapshotMetrics(metrics))).toContain('{"value":1,"labels":{}}');
    expect(await metrics.text()).toContain('mseingress_mirror_requests{outcome="failed"} 2');
  });

  test('a request without a route', async () => {
    const metrics = create();
    const { route, ...rest } = measure;
    metrics.ended({ ...rest, status: 404, flags: ['NR'] });
    expect(await metrics.text()).toContain(
      'http_server_requests_total{http_route="none",http_request_method="GET",http_response_status_code="404"} 1',
    );
    expect(route).toBeDefined();
  });

  test('a route has at most 50 series, whatever clients and backends invent', async () => {
    const metrics = create();
    const before = series(await metrics.text()).length;
    for (let index = 0; index < 5_000; index++) {
      metrics.ended({ ...measure, method: index % 2 === 0 ? `M${index}` : 'GET', status: 100 + (index % 900) });
    }
    expect(series(await metrics.text()).length - before).toBeLessThanOrEqual(50);
  });

  test('routes beyond the bound share one name', async () => {
    const metrics = create({ mostRoutes: 3 });
    for (let index = 0; index < 100; index++) {
      metrics.ended({ ...measure, route: { namespace: 'default', ingress: `i${index}`, path: '/' } });
      metrics.attempted({ backend: `default/s${index}:80`, status: 200, durationMs: 1, earlier: 0 });
    }
    const text = await metrics.text();
    expect(text).toContain('{http_route="_OTHER",http_request_method="GET",http_response_status_code="200"} 97');
    expect(text).toContain('http_client_requests_total{backend="_OTHER",http_response_status_code="200"} 97');
  });

  test('two gateways in one process do not share a registry', async () => {
    const [one, other] = [create({ prefix: 'a_' }), create({ prefix: 'a_' })];
    one.began();
    expect(await one.text()).toContain('a_active_streams 1');
    expect(await other.text()).toContain('a_active_streams 0');
  });

  test('the names of ingress-nginx, where asked for', async () => {
    const metrics = create({ nginxNames: true });
    metrics.ended(measure);
    const text = await metrics.text();
    expect(text).toContain('nginx_ingress_controller_requests{namespace="default",ingress="shop",service="cart",status="2xx"} 1');
    expect(text).toContain('nginx_ingress_controller_request_duration_seconds_count{namespace="default",ingress="shop"} 1');
    expect(await create().text()).not.toContain('nginx_ingress_controller');
  });

  test('what is served: objects that are not, reloads that fail, certificates that end', async () => {
    const metrics = create({ nginxNames: true, mostRoutes: 2 });
    const certificate = { namespace: 'default', secret: 'shop-tls', host: 'a.example', at: 1_800_000_000 };
    let certificates = [certificate, { ...certificate, secret: 'b' }, { ...certificate, secret: 'c' }];
    metrics.follow(() => ({ certificates, pools: { open: 2, active: 5 } }));
    const diagnostic = { code: 'ingress/host-malformed', severity: 'error', consequence: 'route-dropped', message: 'x' } as const;
    const object = { kind: 'Ingress', namespace: 'default', name: 'a' };
    const rejected = rejectedObjects([
      { ...diagnostic, object },
      { ...diagnostic, object },
      { ...diagnostic, object: { ...object, name: 'b' } },
      { ...diagnostic, code: 'other/harmless', consequence: 'field-ignored', object },
    ]);
    metrics.tableApplied({ generation: 1, digest: '00000000000a'.padEnd(64, '0'), seconds: 0.1, at: 5_000, rejected });
    metrics.handshakeFailed('ERR_SSL_NO_SHARED_CIPHER');
    metrics.handshakeFailed('what "anybody" says');
    metrics.ended({ ...measure, upstreamMs: 7 });
    metrics.ended({ ...measure, status: 404 });
    const before = series(await metrics.text());
    for (const line of [
      'mseingress_config_rejected_objects{reason="ingress/host-malformed"} 2',
      'mseingress_config_last_reload_successful 1',
      'mseingress_ssl_expire_time_seconds{namespace="default",secret="shop-tls"} 1800000000',
      'mseingress_tls_handshake_failures_total{reason="ERR_SSL_NO_SHARED_CIPHER"} 1',
      'mseingress_tls_handshake_failures_total{reason="unknown"} 1',
      'mseingress_pool_connections{state="open"} 2',
      'mseingress_pool_connections{state="active"} 5',
      'nginx_ingress_controller_ssl_expire_time_seconds{namespace="default",secret_name="shop-tls",host="a.example"} 1800000000',
      'nginx_ingress_controller_config_last_reload_successful 1',
      'nginx_ingress_controller_config_last_reload_successful_timestamp_seconds 5',
      'nginx_ingress_controller_config_hash 10',
      'nginx_ingress_controller_header_duration_seconds_count{namespace="default",ingress="shop"} 1',
      'nginx_ingress_controller_response_duration_seconds_count{namespace="default",ingress="shop"} 1',
    ])
      expect(before).toContain(line);
    expect(before.join('\n')).not.toContain('secret="c"');
    certificates = [];
    metrics.reloadFailed();
    const after = (await metrics.text()).replaceAll(/^#.*$/gm, '');
    expect(after).toContain('mseingress_config_last_reload_successful 0');
    expect(after).toContain('nginx_ingress_controller_config_last_reload_successful 0');
    expect(after).not.toContain('shop-tls');
  });

  test('processes that are late or gone: totals never go back, gauges go with their process', async () => {
    const aggregate = new MetricsAggregate();
    const [one, other] = [create(), create()];
    for (const [index, metrics] of [one, other].entries()) {
      metrics.began();
      metrics.finished(measure);
      metrics.setTotals({ active: 3, logDropped: 2, mirror: { sent: 4 } });
      aggregate.take(index, await snapshotMetrics(metrics));
    }
    const read = async (): Promise<string[]> => series(await aggregate.text(droppedLinesSnapshot(5)));
    const totals = [
      'http_server_request_duration_seconds_count{http_route="default/shop /cart"} 2',
      'http_server_request_duration_seconds_bucket{le="0.025",http_route="default/shop /cart"} 2',
      'http_server_requests_total{http_route="default/shop /cart",http_request_method="GET",http_response_status_code="200"} 2',
      'mseingress_access_log_dropped_lines 9',
      'mseingress_mirror_requests{outcome="sent"} 8',
    ];
    expect(await read()).toEqual(expect.arrayContaining([...totals, 'mseingress_active_streams 6']));
    aggregate.retire(0);
    aggregate.retire(0);
    expect(await read()).toEqual(expect.arrayContaining([...totals, 'mseingress_active_streams 3']));
    aggregate.retire(1);
    expect(await read()).toEqual(expect.arrayContaining(totals));
    expect((await read()).join('\n')).not.toContain('active_streams');
  });

  test('several workers: counts add up, the generation is the newest, the last success the oldest', async () => {
    const [one, other] = [create(), create()];
    for (const [index, metrics] of [one, other].entries()) {
      metrics.began();
      metrics.began();
      metrics.ended(measure);
      metrics.tableApplied({ generation: 3 + index, digest: `d${index}`, seconds: 1, at: 1_000 * (index + 1) });
    }
    const snapshots = JSON.parse(JSON.stringify(await Promise.all([snapshotMetrics(one), snapshotMetrics(other)])));
    const lines = series(await formatAggregate(snapshots));
    expect(lines).toContain('mseingress_active_streams 2');
    expect(lines).toContain('mseingress_config_generation 4');
    expect(lines).toContain('mseingress_config_last_success_timestamp_seconds 1');
    expect(lines).toContain(
      'http_server_requests_total{http_route="default/shop /cart",http_request_method="GET",http_response_status_code="200"} 2',
    );
    expect(lines).toContain('http_server_request_duration_seconds_count{http_route="default/shop /cart"} 2');
  });
});
