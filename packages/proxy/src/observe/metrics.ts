import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type AppliedTable, type CertificateExpiry, ConfigMetrics } from './config-metrics.ts';
import { LabelBudget, methodLabel } from './label-budget.ts';
import { NginxNames } from './nginx-names.ts';
import type { ResponseFlag } from './response-flags.ts';

/** What is measured, and how much of it. */
export interface MetricsOptions {
  /** Before the gateway's own names. Default `mseingress_`. */
  readonly prefix?: string;
  /** Routes and backends that get series of their own; the others share one. Default 2 000. */
  readonly mostRoutes?: number;
  /** Also writes the names of ingress-nginx, for dashboards that exist. Default false. */
  readonly nginxNames?: boolean;
}

/** An exchange with a client, as far as metrics are concerned. Nothing a client chooses becomes a label: no host, path, address or user. */
export interface RequestMeasure {
  readonly method: string;
  readonly status: number;
  readonly flags: readonly ResponseFlag[];
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** To the head of the backend's answer; absent when none came. */
  readonly upstreamMs?: number;
  /** The names of `explain`; absent when no route was found. */
  readonly route?: { readonly namespace: string; readonly ingress: string; readonly path: string; readonly service?: string };
}

/** The last attempt of a request to get an answer from a backend. */
export interface AttemptMeasure {
  /** `namespace/service:port`. */
  readonly backend: string;
  /** Absent when none came. */
  readonly status?: number;
  readonly durationMs: number;
  /** Attempts of the request before this one. */
  readonly earlier: number;
}

/** A TLS connection that nobody opened, as far as metrics are concerned. */
export interface PassthroughMeasure {
  /** `namespace/service:port`; absent when it was not known where the connection was to go. */
  readonly backend?: string;
  readonly flags: readonly ResponseFlag[];
}

/** Numbers that somebody else keeps. */
export interface FollowedTotals {
  /** Requests, upgraded connections and TLS connections that nobody opened, in flight. */
  readonly active?: number;
  /** Copies of requests since the start, by what became of them. */
  readonly mirror?: Readonly<Record<string, number>>;
  /** Lines of the access log that were dropped since the start. */
  readonly logDropped?: number;
  /** Connection pools, and the requests in them. */
  readonly pools?: { readonly open: number; readonly active: number };
  /** The certificates that hosts show now. */
  readonly certificates?: Iterable<CertificateExpiry>;
}

/** OpenTelemetry's advice for HTTP durations in seconds. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const combinationsOfRoute = 32;
/** Reasons of failed handshakes that have names of their own. */
const mostReasons = 32;
/** Before the gateway's own names. */
export const defaultPrefix = 'mseingress_';

/** The metrics of one process, in a registry of their own. Close it to stop watching the event loop. */
export class GatewayMetrics {
  readonly registry: Registry = new Registry();
  readonly #routes: LabelBudget;
  readonly #backends: LabelBudget;
  readonly #combinations = new Map<string, LabelBudget>();
  readonly #loop: ReturnType<typeof monitorEventLoopDelay>;
  readonly #durations: Histogram<'http_route'>;
  readonly #requests: Counter<'http_route' | 'http_request_method' | 'http_response_status_code'>;
  readonly #flags: Counter<'flag'>;
  readonly #attempts: Histogram<'backend'>;
  readonly #answers: Counter<'backend' | 'http_response_status_code'>;
  readonly #retries: Counter<'backend'>;
  readonly #passed: Counter<'backend'>;
  readonly #active: Gauge;
  readonly #rejected: Counter<'rule'>;
  readonly #limitStore: Counter<'outcome'>;
  readonly #mirrored: Counter<'outcome'>;
  readonly #logDropped: Counter;
  /** What others had counted when they were last asked. */
  readonly #followed = new Map<string, number>();
  readonly #handshakes: Counter<'reason'>;
  readonly #reasons = new LabelBudget(mostReasons);
  readonly #pools: Gauge<'state'>;
  readonly #config: ConfigMetrics;
  readonly #nginx: NginxNames | undefined;
  readonly #sources = new Set<() => FollowedTotals>();

  constructor({ prefix = defaultPrefix, mostRoutes = 2_000, nginxNames = false }: MetricsOptions = {}) {
    const registers = [this.registry];
    this.#routes = new LabelBudget(mostRoutes);
    this.#backends = new LabelBudget(mostRoutes);
    this.#durations = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time from a request to the end of its response.',
      labelNames: ['http_route'],
      buckets: durationBuckets,
      registers,
    });
    this.#requests = new Counter({
      name: 'http_server_requests_total',
      help: 'Requests by route, method and status.',
      labelNames: ['http_route', 'http_request_method', 'http_response_status_code'],
      registers,
    });
    this.#attempts = new Histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Time from an attempt to the first byte of the answer, or to its failure.',
      labelNames: ['backend'],
      buckets: durationBuckets,
      registers,
    });
    this.#answers = new Counter({
      name: 'http_client_requests_total',
      help: 'Attempts by backend and status; "error" where no answer came.',
      labelNames: ['backend', 'http_response_status_code'],
      registers,
    });
    const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
      new Counter({ name: prefix + name, help, labelNames, registers });
    const gauge = <L extends string>(
      name: string,
      help: string,
      labelNames: L[] = [],
      aggregator: 'sum' | 'max' | 'min' = 'sum',
    ): Gauge<L> => new Gauge({ name: prefix + name, help, labelNames, registers, aggregator });
    this.#active = gauge('active_streams', 'Requests, upgraded connections and TLS connections passed through, in flight.');
    this.#retries = counter('upstream_retries_total', 'Attempts after the first.', ['backend']);
    this.#passed = counter('tls_passthrough_connections_total', 'TLS connections that were passed through unopened, or refused.', [
      'backend',
    ]);
    this.#flags = counter('response_flags_total', 'Responses by the reason why they are not simply a backend’s.', ['flag']);
    this.#rejected = counter('gate_rejected_total', 'Requests that the request gate refused.', ['rule']);
    this.#limitStore = counter('ratelimit_backend_total', 'Questions to the shared store of limits.', ['outcome']);
    this.#mirrored = counter('mirror_requests', 'Copies of requests since the start.', ['outcome']);
    this.#logDropped = counter('access_log_dropped_lines', 'Lines of the access log that nobody read in time, since the start.', []);
    this.#handshakes = counter('tls_handshake_failures_total', 'TLS handshakes that failed, by error code.', ['reason']);
    this.#pools = gauge('pool_connections', 'Pools of connections to endpoints (open), and requests in them (active).', ['state']);
    this.#config = new ConfigMetrics(this.registry, prefix, mostRoutes, nginxNames);
    this.#loop = monitorEventLoopDelay({ resolution: 10 });
    this.#loop.enable();
    const loop = this.#loop;
    new Gauge({
      name: `${prefix}eventloop_delay_seconds`,
      help: 'Delay of the event loop since the last scrape.',
      labelNames: ['quantile'],
      registers,
      aggregator: 'max',
      collect() {
        for (const quantile of [50, 99]) this.set({ quantile: String(quantile / 100) }, loop.percentile(quantile) / 1e9);
        loop.reset();
      },
    });
    this.#nginx = nginxNames ? new NginxNames(this.registry) : undefined;
  }

  /** A request began. */
  began(): void {
    this.#active.inc();
  }

  /** A request is over, however it ended. */
  ended(measure: RequestMeasure): void {
    this.#active.dec();
    this.finished(measure);
  }

  /** A request is over, for whoever counts those in flight by themselves (`follow`). */
  finished(measure: RequestMeasure): void {
    const { route } = measure;
    const label = route === undefined ? 'none' : this.#routes.admit(`${route.namespace}/${route.ingress} ${route.path}`);
    this.#durations.observe({ http_route: label }, measure.durationMs / 1000);
    const combination = this.#combinationOf(label, `${methodLabel(measure.method)} ${statusLabel(measure.status)}`);
    const [method = combination, status = combination] = combination.split(' ');
    this.#requests.inc({ http_route: label, http_request_method: method, http_response_status_code: status });
    for (const flag of measure.flags) this.#flags.inc({ flag });
    this.#nginx?.ended(measure, label === 'none' || label.startsWith('_'));
  }

  /** A request needs its backend no more. */
  attempted({ backend, status, durationMs, earlier }: AttemptMeasure): void {
    const label = this.#backends.admit(backend);
    this.#attempts.observe({ backend: label }, durationMs / 1000);
    this.#answers.inc({
      backend: label,
      http_response_status_code: this.#combinationOf(`to ${label}`, status === undefined ? 'error' : statusLabel(status)),
    });
    if (earlier > 0) this.#retries.inc({ backend: label }, earlier);
  }

  /** A TLS connection that nobody opened is over. */
  passedThrough({ backend, flags }: PassthroughMeasure): void {
    this.#passed.inc({ backend: backend === undefined ? 'none' : this.#backends.admit(backend) });
    for (const flag of flags) this.#flags.inc({ flag });
  }

  /** The request gate refused a request. `rule` is a fixed name of the gate. */
  gateRejected(rule: string): void {
    this.#rejected.inc({ rule });
  }

  /** The shared store of limits answered, failed, or was passed over. */
  limitStoreAsked(outcome: 'ok' | 'over-limit' | 'error' | 'timeout' | 'local'): void {
    this.#limitStore.inc({ outcome });
  }

  /** A TLS handshake failed. `code` is the system's or the TLS library's. */
  handshakeFailed(code: string | undefined): void {
    this.#handshakes.inc({ reason: this.#reasons.admit(code !== undefined && /^[A-Z][A-Z0-9_]{0,60}$/.test(code) ? code : 'unknown') });
  }

  /** Asks for numbers that others keep whenever the metrics are read, until the returned function is called. */
  follow(read: () => FollowedTotals): () => void {
    this.#sources.add(read);
    return () => void this.#sources.delete(read);
  }

  /** Totals of the mirror queue and the access log, which count by themselves. */
  setTotals({ active, mirror, logDropped, pools, certificates }: FollowedTotals): void {
    if (active !== undefined) this.#active.set(active);
    for (const [outcome, count] of Object.entries(mirror ?? {})) this.#mirrored.inc({ outcome }, this.#since(outcome, count));
    if (logDropped !== undefined) this.#logDropped.inc(this.#since('log', logDropped));
    if (pools !== undefined) {
      this.#pools.set({ state: 'open' }, pools.open);
      this.#pools.set({ state: 'active' }, pools.active);
    }
    if (certificates !== undefined) this.#config.certificates(certificates);
  }

  /** A route table was put into service. */
  tableApplied(table: AppliedTable): void {
    this.#config.applied(table);
  }

  /** What was read cannot be served; the table from before still is. */
  reloadFailed(): void {
    this.#config.failed();
  }

  /** Takes over the numbers of `follow`, for whoever reads the registry itself. */
  refresh(): void {
    for (const read of this.#sources) this.setTotals(read());
  }

  /** Everything in the text format of Prometheus. */
  text(): Promise<string> {
    this.refresh();
    return this.registry.metrics();
  }

  close(): void {
    this.#loop.disable();
    this.registry.clear();
  }

  /** By how much somebody else's total has grown. */
  #since(name: string, total: number): number {
    const before = this.#followed.get(name) ?? 0;
    this.#followed.set(name, total);
    return Math.max(0, total - before);
  }

  /** Methods and statuses belong to one budget for each route: a backend that answers with a thousand statuses stays one route's worth. */
  #combinationOf(owner: string, combination: string): string {
    let budget = this.#combinations.get(owner);
    if (budget === undefined) {
      budget = new LabelBudget(combinationsOfRoute);
      this.#combinations.set(owner, budget);
    }
    return budget.admit(combination);
  }
}

function statusLabel(status: number): string {
  return status >= 100 && status <= 599 ? String(status) : 'none';
}
