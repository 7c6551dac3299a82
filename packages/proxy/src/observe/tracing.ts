import type {
  Attributes,
  Context,
  Span,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import { isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { methodLabel, otherLabel } from './label-budget.ts';
import { redactPath, redactQuery } from './redact.ts';
import { w3cPropagator } from './w3c-propagator.ts';

/** Where spans go and how contexts travel. */
export interface TracingOptions {
  /** Default: the one of the globally registered SDK; without an SDK nothing is recorded, and contexts still travel. */
  readonly tracer?: Tracer;
  /** Default: W3C Trace Context. */
  readonly propagator?: TextMapPropagator;
}

/** What is known of a request when it arrives. */
export interface TracedRequest {
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query?: string;
  /** `1.1`, `2`. */
  readonly protocolVersion: string;
  readonly clientAddress: string;
  readonly userAgent?: string;
  /** A header of the request, by lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/** What the policy of a route says about the trace of a request. */
export interface TraceTerms {
  /** In the place of the name that the conventions give a span. */
  readonly operationName?: string;
  /** Whether the trace that the client names goes on. Default true. */
  readonly trustsClient?: boolean;
  /** Milliseconds since 1970. Default now. */
  readonly startTime?: number;
}

/** Makes a SERVER span for each request and a CLIENT span for each attempt (OpenTelemetry semantic conventions for HTTP). */
export class Tracing {
  readonly #tracer: Tracer;
  readonly #propagator: TextMapPropagator;

  constructor({ tracer = trace.getTracer('@ingresskit/proxy'), propagator = w3cPropagator }: TracingOptions = {}) {
    this.#tracer = tracer;
    this.#propagator = propagator;
  }

  /** With the SDK that is registered in this process (`node --import`); nothing where there is none, so that nobody pays for spans that go nowhere. */
  static registered(): Tracing | undefined {
    const provider = trace.getTracerProvider() as TracerProvider & { getDelegateTracer?(name: string): Tracer | undefined };
    // The API hands out a stand-in for whatever is registered later; it has nobody to ask until then.
    const isRegistered = provider.getDelegateTracer === undefined || provider.getDelegateTracer('@ingresskit/proxy') !== undefined;
    return isRegistered ? new Tracing() : undefined;
  }

  start(request: TracedRequest, { operationName, trustsClient = true, startTime }: TraceTerms = {}): RequestTrace {
    const parent = trustsClient ? this.#propagator.extract(ROOT_CONTEXT, request, headersOf) : ROOT_CONTEXT;
    const method = methodLabel(request.method);
    const span = this.#tracer.startSpan(
      operationName ?? spanName(method),
      {
        kind: SpanKind.SERVER,
        ...(startTime === undefined ? {} : { startTime }),
        attributes: {
          'http.request.method': method,
          ...(method === otherLabel ? { 'http.request.method_original': request.method } : {}),
          'url.scheme': request.scheme,
          'url.path': redactPath(request.path),
          ...(request.query === undefined ? {} : { 'url.query': redactQuery(request.query) }),
          'server.address': request.host,
          'client.address': request.clientAddress,
          'network.protocol.name': 'http',
          'network.protocol.version': request.protocolVersion,
          ...(request.userAgent === undefined ? {} : { 'user_agent.original': request.userAgent }),
        },
      },
      parent,
    );
    return new RequestTrace(this.#tracer, this.#propagator, span, trace.setSpan(parent, span), method, operationName);
  }
}

/** The trace of one request. */
export class RequestTrace {
  readonly #tracer: Tracer;
  readonly #propagator: TextMapPropagator;
  readonly #span: Span;
  readonly #context: Context;
  readonly #method: string;
  readonly #operationName: string | undefined;
  #attempts = 0;

  constructor(
    tracer: Tracer,
    propagator: TextMapPropagator,
    span: Span,
    context: Context,
    method: string,
    operationName: string | undefined,
  ) {
    this.#tracer = tracer;
    this.#propagator = propagator;
    this.#span = span;
    this.#context = context;
    this.#method = method;
    this.#operationName = operationName;
  }

  /** For logs; `undefined` when the request belongs to no trace. */
  get traceId(): string | undefined {
    const context = this.#span.spanContext();
    return isSpanContextValid(context) ? context.traceId : undefined;
  }

  /** The route is known. `route` is a template: an Ingress path, never the request's own (`http.route`). */
  routed(route: string, attributes: Attributes = {}): void {
    if (this.#operationName === undefined) this.#span.updateName(spanName(this.#method, route));
    this.#span.setAttributes({ 'http.route': route, ...attributes });
  }

  /** Starts an attempt. Its `headers` tell the backend where it belongs. */
  attempt(address: string, port: number): AttemptTrace {
    const span = this.#tracer.startSpan(
      spanName(this.#method),
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'http.request.method': this.#method,
          'server.address': address,
          'server.port': port,
          ...(this.#attempts === 0 ? {} : { 'http.request.resend_count': this.#attempts }),
        },
      },
      this.#context,
    );
    this.#attempts += 1;
    const headers: string[] = [];
    this.#propagator.inject(trace.setSpan(this.#context, span), headers, pairs);
    return {
      headers,
      // A client's view: every status from 400 on is a failure.
      end: (outcome) => endSpan(span, outcome, 400),
    };
  }

  /** The request is over. `error` names what went wrong when there is no status that says it. */
  end(outcome: SpanOutcome): void {
    endSpan(this.#span, outcome, 500);
  }
}

/** How a span ends: with a status, a failure, or both. */
export interface SpanOutcome {
  readonly status?: number;
  /** A fixed name: `connect`, `timeout`, `client-gone`. */
  readonly error?: string;
}

/** One attempt to reach a backend. */
export interface AttemptTrace {
  /** Names and values one after the other; they replace the client's own. */
  readonly headers: readonly string[];
  end(outcome: SpanOutcome): void;
}

function endSpan(span: Span, { status, error }: SpanOutcome, failsFrom: number): void {
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  const type = error ?? (status !== undefined && status >= failsFrom ? String(status) : undefined);
  if (type !== undefined) {
    span.setAttribute('error.type', type);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function spanName(method: string, route?: string): string {
  const verb = method === otherLabel ? 'HTTP' : method;
  return route === undefined ? verb : `${verb} ${route}`;
}

const headersOf: TextMapGetter<TracedRequest> = {
  keys: () => [],
  get: ({ header }, name) => header(name),
};

const pairs: TextMapSetter<string[]> = {
  set: (carrier, name, value) => {
    carrier.push(name, value);
  },
};
