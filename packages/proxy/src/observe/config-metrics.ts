import { Gauge, Histogram, type Registry } from 'prom-client';
import { LabelBudget } from './label-budget.ts';

/** A route table that was put into service. */
export interface AppliedTable {
  readonly generation: number;
  readonly digest: string;
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Objects that are not served as they are written, by the code of the diagnostic that says so. */
  readonly rejected?: ReadonlyMap<string, number>;
}

/** When a certificate that hosts show ends. */
export interface CertificateExpiry {
  readonly namespace: string;
  readonly secret: string;
  /** One of the hosts that show it, as the table has it. */
  readonly host: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** What is served, and since when. */
export class ConfigMetrics {
  readonly #generation: Gauge;
  readonly #applied: Histogram;
  readonly #lastSuccess: Gauge;
  readonly #isCurrent: Gauge;
  readonly #digest: Gauge<'digest'>;
  readonly #rejected: Gauge<'reason'>;
  readonly #certificates: Gauge<'namespace' | 'secret'>;
  readonly #secrets: LabelBudget;
  readonly #nginx: NginxConfigNames | undefined;

  constructor(registry: Registry, prefix: string, mostSecrets: number, nginxNames: boolean) {
    const registers = [registry];
    const gauge = <L extends string>(name: string, help: string, aggregator: 'sum' | 'max' | 'min', labelNames: L[] = []): Gauge<L> =>
      new Gauge({ name: prefix + name, help, labelNames, registers, aggregator });
    this.#secrets = new LabelBudget(mostSecrets);
    this.#generation = gauge('config_generation', 'How often the route table was replaced.', 'max');
    this.#lastSuccess = gauge('config_last_success_timestamp_seconds', 'When the route table was last replaced.', 'min');
    this.#isCurrent = gauge(
      'config_last_reload_successful',
      'Whether what was last read could be served (1), or the table from before still is (0).',
      'min',
    );
    this.#rejected = gauge('config_rejected_objects', 'Objects that are not served as they are written, by diagnostic.', 'max', ['reason']);
    this.#digest = gauge('snapshot_digest_info', 'Identifies the route table; replicas and workers should agree.', 'sum', ['digest']);
    this.#certificates = gauge('ssl_expire_time_seconds', 'When a certificate ends that a host shows.', 'min', ['namespace', 'secret']);
    this.#applied = new Histogram({
      name: `${prefix}config_apply_seconds`,
      help: 'Time to put a route table into service.',
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    this.#nginx = nginxNames ? new NginxConfigNames(registry) : undefined;
  }

  applied({ generation, digest, seconds, at, rejected }: AppliedTable): void {
    this.#generation.set(generation);
    this.#applied.observe(seconds);
    this.#lastSuccess.set(at / 1000);
    this.#isCurrent.set(1);
    this.#digest.reset();
    this.#digest.set({ digest }, 1);
    this.#rejected.reset();
    for (const [reason, count] of rejected ?? []) this.#rejected.set({ reason }, count);
    this.#nginx?.applied(digest, at);
  }

  failed(): void {
    this.#isCurrent.set(0);
    this.#nginx?.failed();
  }

  certificates(expiries: Iterable<CertificateExpiry>): void {
    this.#certificates.reset();
    this.#nginx?.forgetCertificates();
    for (const expiry of expiries) {
      const name = `${expiry.namespace}/${expiry.secret}`;
      // Beyond the bound they share no series: an end that is anybody's says nothing.
      if (this.#secrets.admit(name) !== name) continue;
      this.#certificates.set({ namespace: expiry.namespace, secret: expiry.secret }, expiry.at);
      this.#nginx?.certificate(expiry);
    }
  }
}

/** The names of ingress-nginx for the same facts (reliability.md §5). */
class NginxConfigNames {
  readonly #isCurrent: Gauge;
  readonly #lastSuccess: Gauge;
  readonly #hash: Gauge;
  readonly #certificates: Gauge<'namespace' | 'secret_name' | 'host'>;

  constructor(registry: Registry) {
    const gauge = <L extends string>(name: string, help: string, aggregator: 'max' | 'min', labelNames: L[] = []): Gauge<L> =>
      new Gauge({ name: `nginx_ingress_controller_${name}`, help, aggregator, labelNames, registers: [registry] });
    this.#isCurrent = gauge('config_last_reload_successful', 'Whether the last configuration reload attempt was successful.', 'min');
    this.#lastSuccess = gauge(
      'config_last_reload_successful_timestamp_seconds',
      'Timestamp of the last successful configuration reload.',
      'min',
    );
    this.#hash = gauge('config_hash', 'A number made from the digest of the route table.', 'max');
    this.#certificates = gauge('ssl_expire_time_seconds', 'Seconds since 1970 to the end of the certificate.', 'min', [
      'namespace',
      'secret_name',
      'host',
    ]);
  }

  applied(digest: string, at: number): void {
    this.#isCurrent.set(1);
    this.#lastSuccess.set(at / 1000);
    // As many bits as a number holds exactly.
    this.#hash.set(Number.parseInt(digest.slice(0, 12), 16) || 0);
  }

  failed(): void {
    this.#isCurrent.set(0);
  }

  forgetCertificates(): void {
    this.#certificates.reset();
  }

  certificate({ namespace, secret, host, at }: CertificateExpiry): void {
    this.#certificates.set({ namespace, secret_name: secret, host }, at);
  }
}
