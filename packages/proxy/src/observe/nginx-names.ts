import { Counter, Histogram, type Registry } from 'prom-client';
import type { RequestMeasure } from './metrics.ts';

/** The names of ingress-nginx for the same facts (reliability.md §5). */
export class NginxNames {
  readonly #requests: Counter;
  readonly #durations: Histogram;
  readonly #headers: Histogram;
  readonly #responses: Histogram;
  readonly #requestSizes: Histogram;
  readonly #responseSizes: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['namespace', 'ingress', 'service', 'status'];
    const histogram = (name: string, help: string, buckets: number[]): Histogram =>
      new Histogram({ name: `nginx_ingress_controller_${name}`, help, buckets, labelNames: ['namespace', 'ingress'], registers });
    this.#requests = new Counter({
      name: 'nginx_ingress_controller_requests',
      help: 'The total number of client requests.',
      labelNames,
      registers,
    });
    const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    this.#durations = histogram('request_duration_seconds', 'The request processing time in seconds.', seconds);
    this.#headers = histogram('header_duration_seconds', 'The time until the head of the response of the backend.', seconds);
    this.#responses = histogram('response_duration_seconds', 'The time until the end of the response of the backend.', seconds);
    this.#requestSizes = histogram('request_size', 'The request length.', [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]);
    this.#responseSizes = histogram('response_size', 'The response length.', [1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]);
  }

  ended({ route, status, durationMs, upstreamMs, requestBytes, responseBytes }: RequestMeasure, isOther: boolean): void {
    const labels = isOther || route === undefined ? { namespace: '', ingress: '' } : { namespace: route.namespace, ingress: route.ingress };
    const service = isOther ? '' : (route?.service ?? '');
    // One label value for each class keeps the series few; ingress-nginx itself has one for each status.
    this.#requests.inc({ ...labels, service, status: `${Math.floor(status / 100)}xx` });
    this.#durations.observe(labels, durationMs / 1000);
    if (upstreamMs !== undefined) {
      this.#headers.observe(labels, upstreamMs / 1000);
      // Nobody notes when a backend was done: its response passes through, and ends with the request.
      this.#responses.observe(labels, durationMs / 1000);
    }
    this.#requestSizes.observe(labels, requestBytes);
    this.#responseSizes.observe(labels, responseBytes);
  }
}
