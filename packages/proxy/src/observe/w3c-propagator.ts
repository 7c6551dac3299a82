import type { Context, SpanContext, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { createTraceState, isSpanContextValid, trace } from '@opentelemetry/api';

/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/) for gateways that have no OpenTelemetry SDK beside them: `traceparent` and `tracestate` in and
 * out. One that is malformed starts a new trace, as the recommendation demands.
 */
export const w3cPropagator: TextMapPropagator = {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (span === undefined || !isSpanContextValid(span)) return;
    setter.set(carrier, 'traceparent', formatTraceparent(span));
    const state = span.traceState?.serialize();
    if (state !== undefined && state !== '') setter.set(carrier, 'tracestate', state);
  },

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const parents = getter.get(carrier, 'traceparent');
    const span = typeof parents === 'string' ? parseTraceparent(parents) : undefined;
    if (span === undefined) return context;
    const states = getter.get(carrier, 'tracestate');
    const state = Array.isArray(states) ? states.join(',') : states;
    return trace.setSpanContext(context, state === undefined ? span : { ...span, traceState: createTraceState(state) });
  },

  fields: () => ['traceparent', 'tracestate'],
};

/** The header's value. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** Reads the header: version 00 exactly, later versions by what they have in common with it. */
export function parseTraceparent(text: string): SpanContext | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = '', more] = match;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  const span: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(span) ? span : undefined;
}
