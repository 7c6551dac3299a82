import { PassThrough, Writable } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AccessLog } from './access-log.ts';
import type { AccessLogEntry } from './access-log-entry.ts';
import { formatAccessLogJson } from './access-log-json.ts';
import { formatAccessLogNginx } from './access-log-nginx.ts';
import { LineWriter } from './line-writer.ts';

const entry: AccessLogEntry = {
  startTime: Date.UTC(2026, 10, 25, 2, 45, 55, 120),
  durationMs: 12.4,
  method: 'GET',
  path: '/cart?x=1&token=s3cret&X-Amz-Signature=abc',
  protocol: 'HTTP/1.1',
  authority: 'shop.example.com',
  clientAddress: '203.0.113.9',
  clientPort: 5555,
  localAddress: '10.0.0.2:443',
  serverName: 'shop.example.com',
  userAgent: 'curl/8',
  referer: 'https://a.example/',
  requestId: 'r1',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  status: 200,
  details: 'via_upstream',
  flags: [],
  bytesReceived: 0,
  bytesSent: 1_024,
  routeName: 'default/shop /cart',
  upstream: {
    cluster: 'default/cart:80',
    host: '10.1.0.7:8080',
    localAddress: '10.0.0.2:40000',
    status: 200,
    serviceTimeMs: 11.2,
    bytes: 1_024,
  },
};

describe('the JSON line', () => {
  test('has the keys of Higress', () => {
    expect(JSON.parse(formatAccessLogJson(entry))).toEqual({
      authority: 'shop.example.com',
      bytes_received: 0,
      bytes_sent: 1024,
      downstream_local_address: '10.0.0.2:443',
      downstream_remote_address: '203.0.113.9:5555',
      duration: 12,
      method: 'GET',
      path: '/cart?x=1&token=[redacted]&X-Amz-Signature=[redacted]',
      protocol: 'HTTP/1.1',
      request_id: 'r1',
      requested_server_name: 'shop.example.com',
      response_code: 200,
      response_code_details: 'via_upstream',
      response_flags: '-',
      route_name: 'default/shop /cart',
      start_time: '2026-11-25T02:45:55.120Z',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      upstream_cluster: 'default/cart:80',
      upstream_host: '10.1.0.7:8080',
      upstream_local_address: '10.0.0.2:40000',
      upstream_service_time: '11',
      upstream_transport_failure_reason: '-',
      user_agent: 'curl/8',
      x_forwarded_for: '-',
    });
  });

  test('says - for what is not known', () => {
    const { upstream, serverName, traceId, ...rest } = entry;
    expect(JSON.parse(formatAccessLogJson({ ...rest, flags: ['NR', 'DC'], status: 404 }))).toMatchObject({
      requested_server_name: '-',
      trace_id: '-',
      upstream_cluster: '-',
      upstream_service_time: '-',
      response_flags: 'NR,DC',
    });
    expect([upstream, serverName, traceId]).not.toContain(undefined);
  });

  test('cuts what is too long', () => {
    expect(formatAccessLogJson({ ...entry, userAgent: 'x'.repeat(1e6) }).length).toBeLessThan(6_000);
  });
});

test('the line of ingress-nginx', () => {
  expect(formatAccessLogNginx(entry)).toBe(
    '203.0.113.9 - - [25/Nov/2026:02:45:55 +0000] "GET /cart?x=1&token=[redacted]&X-Amz-Signature=[redacted] HTTP/1.1" 200 1024 ' +
      '"https://a.example/" "curl/8" 0 0.012 [default-cart-80] [] 10.1.0.7:8080 1024 0.011 200 r1',
  );
  const { upstream, ...rest } = entry;
  expect(formatAccessLogNginx({ ...rest, status: 404, userAgent: 'a"b\\c\u00e9\u001b[31m' })).toContain(
    '"a\\x22b\\x5Cc\\xC3\\xA9\\x1B[31m" 0 0.012 [] [] - - - - r1',
  );
  expect(upstream).toBeDefined();
});

test('law (A42): whatever clients send, an exchange is one printable line', () => {
  const evil = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\r\n', '\u0000', '\u001b[2J', '"', '\\', '\u2028', '\u0085', '\u007f', '\ud800', "'"),
  );
  fc.assert(
    fc.property(evil, evil, evil, evil, evil, (path, userAgent, authority, user, serverName) => {
      const hostile = { ...entry, path, userAgent, authority, user, serverName, referer: path, requestId: user, method: userAgent };
      const json = formatAccessLogJson(hostile);
      expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(JSON.parse(json)).toMatchObject({ response_code: 200 });
      expect(formatAccessLogNginx(hostile)).toMatch(/^[ -~]*$/);
    }),
    { numRuns: 1_000 },
  );
});

describe('writing', () => {
  test('lines of one turn are one write, in order', async () => {
    const stream = new PassThrough();
    const log = new AccessLog({ writer: new LineWriter({ stream }), format: ({ path }) => path, random: () => 0 });
    log.write({ ...entry, path: '/1' });
    log.write({ ...entry, path: '/2' });
    await tick();
    expect(String(stream.read())).toBe('/1\n/2\n');
  });

  test('a reader that is too slow loses lines, and they are counted', async () => {
    const stream = new Writable({ highWaterMark: 10, write: () => undefined });
    const writer = new LineWriter({ stream, mostWaiting: 100 });
    for (let index = 0; index < 50; index++) {
      writer.write('x'.repeat(9));
      await tick();
    }
    expect(writer.dropped).toBe(40);
    expect(stream.writableLength).toBeLessThanOrEqual(100);
  });

  test('a broken pipe is survived', async () => {
    const stream = new PassThrough();
    const writer = new LineWriter({ stream });
    writer.write('a');
    stream.destroy(new Error('EPIPE'));
    await tick();
    writer.write('b');
    await tick();
    expect(writer.dropped).toBeGreaterThan(0);
  });

  test('sampling leaves failures in', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(piece, _, done) {
        lines.push(String(piece));
        done();
      },
    });
    const writer = new LineWriter({ stream });
    const log = new AccessLog({ writer, format: ({ status }) => String(status), sample: 0.5, random: () => 0.7 });
    for (const status of [200, 404, 500, 0]) log.write({ ...entry, status });
    log.write({ ...entry, status: 429, flags: ['RL'] });
    writer.flush();
    expect(lines.join('')).toBe('500\n0\n429\n');
  });
});
