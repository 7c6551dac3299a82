import { once } from 'node:events';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { AccessLog, LineWriter, Tracing } from './observe/index.ts';
import { observeExchanges } from './observe-exchanges.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { type Backend, startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function serve(
  annotations: Readonly<Record<string, string>>,
  backend: Backend,
  options: ProxyOptions = {},
  more = '',
): Promise<Running> {
  const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web') + more;
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }, 'ingress-nginx'), options);
  opened.unshift(running);
  return running;
}

async function backendOf(listener?: Parameters<typeof startBackend>[0]): Promise<Backend> {
  const backend = await startBackend(listener);
  opened.push(backend);
  return backend;
}

describe('proxy-request-buffering', () => {
  it.each([
    ['on', 'Content-Length: 6', ['abc', 'def'], 'abcdef'],
    ['on', 'Transfer-Encoding: chunked', ['3\r\nabc\r\n', '3\r\ndef\r\n0\r\n\r\n'], 'abcdef'],
    ['off', 'Content-Length: 6', ['abc', 'def'], 'abcdef'],
  ])('%s, with %s', async (value, framing, [first = '', second = ''], body) => {
    let reached!: () => void;
    const seen = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const backend = await backendOf((request, response) => {
      reached();
      request.setEncoding('utf8');
      let text = '';
      request.on('data', (piece: string) => (text += piece));
      request.on('end', () => response.end(`${request.headers['content-length']} ${text}`));
    });
    const { port } = await serve({ 'proxy-request-buffering': value }, backend);
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\n${framing}\r\n\r\n${first}`);
    if (value === 'off') await seen;
    else {
      // Another request is served from end to end, and the first one has still not left.
      await fetch(`http://127.0.0.1:${port}/`, { method: 'GET' }).then((answer) => answer.text());
      expect(backend.seen.filter(({ method }) => method === 'POST')).toEqual([]);
    }
    socket.write(second);
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    while (!text.includes(body)) await once(socket, 'data');
    expect(text).toContain(`6 ${body}`);
    socket.destroy();
  });

  it('a body that is longer than what is held streams on, whole', async () => {
    const backend = await backendOf((request, response) => {
      let size = 0;
      request.on('data', (piece: Buffer) => (size += piece.length));
      request.on('end', () => response.end(String(size)));
    });
    const { port } = await serve({ 'proxy-request-buffering': 'on', 'proxy-body-size': '0' }, backend);
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nContent-Length: 5000000\r\n\r\n`);
    socket.write(Buffer.alloc(5_000_000, 'x'));
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await once(socket, 'close');
    expect(text).toContain('5000000');
  });

  it('a body that is too large is refused before the backend hears of it', async () => {
    const backend = await backendOf();
    const { port } = await serve({ 'proxy-request-buffering': 'on', 'proxy-body-size': '1k' }, backend);
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n${'x'.repeat(2048)}\r\n0\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    expect(backend.seen).toEqual([]);
    socket.destroy();
  });
});

it('proxy-buffer-size: longer headers of a response are an error', async () => {
  const backend = await backendOf(
    (request, response) => void response.setHeader('x-long', 'y'.repeat(request.url === '/long' ? 5_000 : 100)).end('ok'),
  );
  const { proxy } = await serve({ 'proxy-buffer-size': '4k' }, backend);
  expect((await proxy.fetch('http://a.example/')).status).toBe(200);
  expect((await proxy.fetch('http://a.example/long')).status).toBe(502);
});

it('enable-access-log false: no line, and the exchange is told all the same', async () => {
  const backend = await backendOf();
  for (const [value, lines] of [
    ['false', 0],
    ['true', 1],
  ] as const) {
    const running = await serve({ 'enable-access-log': value }, backend);
    const stream = new PassThrough();
    const stop = observeExchanges(running.proxy, { accessLog: new AccessLog({ writer: new LineWriter({ stream }), random: () => 0 }) });
    const ended = running.nextRecord();
    await (await running.proxy.fetch('http://a.example/')).text();
    await ended;
    await new Promise(setImmediate);
    expect(
      String(stream.read() ?? '')
        .split('\n')
        .filter(Boolean),
    ).toHaveLength(lines);
    stop();
  }
});

it('tracing: off, named, and without the trace of the client', async () => {
  const backend = await backendOf();
  const client = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const spansOf = async (annotations: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const spans = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
    const running = await serve(annotations, backend, { tracing: new Tracing({ tracer: provider.getTracer('test') }) });
    const ended = running.nextRecord();
    await (await running.proxy.fetch('http://a.example/', { headers: client })).text();
    await ended;
    return spans.getFinishedSpans().map((span) => `${span.name} ${span.spanContext().traceId === client.traceparent.slice(3, 35)}`);
  };
  expect(await spansOf({ 'enable-opentelemetry': 'false' })).toEqual([]);
  expect(backend.seen.at(-1)?.headers['traceparent']).toBe(client.traceparent);
  expect(await spansOf({})).toEqual(['GET true', 'GET / true']);
  expect(await spansOf({ 'enable-opentelemetry': 'true', 'opentelemetry-operation-name': 'shop' })).toEqual(['GET true', 'shop true']);
  expect(await spansOf({ 'enable-opentelemetry': 'true', 'opentelemetry-trust-incoming-span': 'false' })).toEqual([
    'GET false',
    'GET / false',
  ]);
});

describe('proxy-ssl-verify-depth', () => {
  it.each([[1], [2]])('%d, and two authorities between', async (depth) => {
    const authority = [
      { name: 'basicConstraints' as const, cA: true, critical: true },
      { name: 'keyUsage' as const, keyCertSign: true, critical: true },
    ];
    const base = { keyType: 'ec', algorithm: 'sha256' } as const;
    const named = (value: string): { name: string; value: string }[] => [{ name: 'commonName', value }];
    const root = await generate(named('Root'), { ...base, extensions: authority });
    const middle = await generate(named('Middle'), { ...base, extensions: authority, ca: { key: root.private, cert: root.cert } });
    const lower = await generate(named('Lower'), { ...base, extensions: authority, ca: { key: middle.private, cert: middle.cert } });
    const leaf = await generate(named('pod.example'), {
      ...base,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'pod.example' }] }],
      ca: { key: lower.private, cert: lower.cert },
    });
    const server = createServer({ cert: [leaf.cert, lower.cert, middle.cert].join('\n'), key: leaf.private }, (_request, response) =>
      response.end('ok'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const secret = `---\napiVersion: v1\nkind: Secret\nmetadata: { name: gateway }\ndata: { ca.crt: ${encode(root.cert)}, tls.crt: ${encode(leaf.cert)}, tls.key: ${encode(leaf.private)} }\n`;
    const running = await serve(
      {
        'backend-protocol': 'HTTPS',
        'proxy-ssl-secret': 'default/gateway',
        'proxy-ssl-verify': 'on',
        'proxy-ssl-verify-depth': String(depth),
        'proxy-ssl-name': 'pod.example',
        'proxy-ssl-server-name': 'on',
      },
      { endpoint: { address: '127.0.0.1', port, ready: true } } as Backend,
      {},
      secret,
    );
    const ended = running.nextRecord();
    const { status } = await running.proxy.fetch('http://a.example/');
    const { upstreamFailure } = await ended;
    expect([status, upstreamFailure]).toEqual(depth === 2 ? [200, undefined] : [503, 'CERT_CHAIN_TOO_LONG']);
    await running.proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
