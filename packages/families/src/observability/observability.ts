import type { Codec, Family } from '@ingresskit/annotations';
import { bool, defineFamily, field, invalid, parsed } from '@ingresskit/annotations';

/** What is written down about requests. */
export interface ObservabilityPolicy {
  /** Absent: as the gateway does it. */
  readonly accessLog?: boolean;
  readonly rewriteLog?: boolean;
  readonly tracing?: TracingPolicy;
}

export interface TracingPolicy {
  readonly enabled: boolean;
  readonly operationName?: string;
  readonly trustIncomingSpan?: boolean;
}

const operationName: Codec<string> = {
  grammar: 'letters, digits, "_" and "-"',
  parse(raw) {
    const name = raw.replaceAll(' ', '');
    return /^[A-Za-z0-9_-]{1,256}$/.test(name)
      ? parsed(name)
      : invalid('is not the name of an operation', 'Use letters, digits, "_" and "-".');
  },
};

/** Logs and traces of a route. No decision depends on them; they are declared for the data plane. */
export const observability: Family<'observability', ObservabilityPolicy> = defineFamily({
  name: 'observability',
  title: 'Logs and traces',
  scope: 'route',
  phase: 'forward',
  fields: {
    accessLog: field('enable-access-log', bool(), {
      doc: 'Whether requests are written to the access log; without it they are.',
      example: 'false',
      badExample: 'off',
      risk: 'Low',
    }),
    rewriteLog: field('enable-rewrite-log', bool(), {
      doc: 'Whether the steps of rewrites are written to the error log.',
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
    openTelemetry: field('enable-opentelemetry', bool(), {
      doc: 'Whether requests are traced; without it as the gateway does it.',
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
    operationName: field('opentelemetry-operation-name', operationName, {
      doc: 'The name of the span.',
      example: 'shop-checkout',
      badExample: 'shop.checkout',
      risk: 'Medium',
    }),
    trustIncomingSpan: field('opentelemetry-trust-incoming-span', bool(), {
      doc: 'Whether the span of the client becomes the parent; without it as the gateway does it.',
      example: 'false',
      badExample: 'no',
      risk: 'Low',
    }),
    openTracing: field('enable-opentracing', bool(), {
      doc: 'Whether requests were traced by the predecessor of OpenTelemetry, which ingress-nginx no longer has.',
      example: 'true',
      badExample: 'on',
      risk: 'Low',
    }),
    openTracingTrust: field('opentracing-trust-incoming-span', bool(), {
      doc: 'Whether the span of the client became the parent, likewise.',
      example: 'false',
      badExample: 'no',
      risk: 'Low',
    }),
  },
  resolve({ accessLog, rewriteLog, openTelemetry, operationName, trustIncomingSpan, openTracing, openTracingTrust }) {
    const enabled = openTelemetry ?? openTracing;
    const trust = openTelemetry === undefined ? openTracingTrust : trustIncomingSpan;
    // ingress-nginx reads the details only where tracing is switched on (annotations-ingress-nginx.csv).
    const tracing: TracingPolicy | undefined =
      enabled === undefined
        ? undefined
        : enabled
          ? {
              enabled,
              ...(operationName === undefined || openTelemetry === undefined ? {} : { operationName }),
              ...(trust === undefined ? {} : { trustIncomingSpan: trust }),
            }
          : { enabled };
    if (accessLog === undefined && rewriteLog === undefined && tracing === undefined) return undefined;
    return {
      ...(accessLog === undefined ? {} : { accessLog }),
      ...(rewriteLog === undefined ? {} : { rewriteLog }),
      ...(tracing === undefined ? {} : { tracing }),
    };
  },
  request({ accessLog, rewriteLog, tracing }, exchange) {
    if (accessLog !== undefined) exchange.declare('accessLog', accessLog);
    if (rewriteLog !== undefined) exchange.declare('rewriteLog', rewriteLog);
    if (tracing !== undefined) exchange.declare('tracing', tracing);
    return undefined;
  },
});
