import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TracedRequest } from './tracing.ts';
import { Tracing } from './tracing.ts';
import { formatTraceparent, parseTraceparent } from './w3c-propagator.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

function request(headers: Readonly<Record<string, string>> = {}): TracedRequest {
  return {
    method: 'GET',
    scheme: 'https',
    host: 'shop.example.com',
    path: '/cart/7',
    query: 'x=1&token=s3cret',
    protocolVersion: '2',
    clientAddress: '203.0.113.9',
    userAgent: 'curl/8',
    header: (name) => headers[name],
  };
}

function recorder(): { tracing: Tracing; spans: InMemorySpanExporter } {
  const spans = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  return { tracing: new Tracing({ tracer: provider.getTracer('test') }), spans };
}

describe('with an SDK', () => {
  test('a request with two attempts: one SERVER span, two CLIENT spans, one trace with the caller', () => {
    const { tracing, spans } = recorder();
    const server = tracing.start(request({ traceparent, tracestate: 'a=1,b=2' }));
    server.routed('/cart Prefix', { 'ingress.name': 'default/shop' });
    const first = server.attempt('10.0.0.1', 80);
    first.end({ error: 'connect' });
    const second = server.attempt('10.0.0.2', 80);
    second.end({ status: 404 });
    server.end({ status: 404 });
    const [one, two, whole] = spans.getFinishedSpans();
    expect(whole).toMatchObject({
      name: 'GET /cart Prefix',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
      parentSpanContext: { traceId, spanId: 'b7ad6b7169203331' },
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 404,
        'http.route': '/cart Prefix',
        'url.path': '/cart/7',
        'url.query': 'x=1&token=[redacted]',
        'url.scheme': 'https',
        'network.protocol.version': '2',
        'client.address': '203.0.113.9',
      },
    });
    const parent = whole?.spanContext().spanId;
    expect(one).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.ERROR }, parentSpanContext: { spanId: parent } });
    expect(one?.attributes).toMatchObject({ 'error.type': 'connect', 'server.address': '10.0.0.1' });
    expect(one?.attributes).not.toHaveProperty('http.request.resend_count');
    expect(two?.attributes).toMatchObject({ 'http.request.resend_count': 1, 'error.type': '404' });
    expect(second.headers).toEqual(['traceparent', `00-${traceId}-${two?.spanContext().spanId}-01`, 'tracestate', 'a=1,b=2']);
    expect(server.traceId).toBe(traceId);
  });

  test('an own failure is an error, and an unknown method has a bounded name', () => {
    const { tracing, spans } = recorder();
    tracing.start({ ...request(), method: 'BREW' }).end({ status: 503 });
    expect(spans.getFinishedSpans()[0]).toMatchObject({
      name: 'HTTP',
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': 'BREW', 'error.type': '503' },
    });
  });

  test.each(['00-0-0-00', `ff-${traceId}-b7ad6b7169203331-01`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${traceparent}-x`, '\u0000'])(
    'a malformed traceparent starts a new trace: %s',
    (bad) => {
      const { tracing } = recorder();
      expect(tracing.start(request({ traceparent: bad })).traceId).not.toBe(traceId);
    },
  );
});

describe('without an SDK', () => {
  test('the context goes through untouched', () => {
    const server = new Tracing({ tracer: trace.getTracer('none') }).start(request({ traceparent, tracestate: 'a=1' }));
    expect(server.traceId).toBe(traceId);
    expect(server.attempt('10.0.0.1', 80).headers).toEqual(['traceparent', traceparent, 'tracestate', 'a=1']);
    server.end({ status: 200 });
  });

  test('and none is made up', () => {
    const server = new Tracing().start(request());
    expect(server.traceId).toBeUndefined();
    expect(server.attempt('10.0.0.1', 80).headers).toEqual([]);
  });
});

test('law: what is written can be read', () => {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
  fc.assert(
    fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 1 }), (traceId, spanId, traceFlags) => {
      fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId));
      expect(parseTraceparent(formatTraceparent({ traceId, spanId, traceFlags }))).toEqual({ traceId, spanId, traceFlags, isRemote: true });
    }),
  );
  expect(parseTraceparent(`01-${traceId}-b7ad6b7169203331-01-future`)?.traceId).toBe(traceId);
});
