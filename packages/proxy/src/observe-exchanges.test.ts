import { PassThrough } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { formatAccessLogNginx } from './observe/access-log-nginx.ts';
import { AccessLog, type AccessLogEntry, GatewayMetrics, LineWriter } from './observe/index.ts';
import { observeExchanges } from './observe-exchanges.ts';
import { startBackend } from './testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from './testing/harness.ts';
import { sendRaw } from './testing/raw-client.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('exchanges over sockets become log lines and numbers, and no secret is in either (A43)', async () => {
  const backend = await startBackend();
  const manifests = ingressYaml('web', 'a.example', { '/cart': 'web' }) + serviceYaml('web');
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
  const stream = new PassThrough();
  const accessLog = new AccessLog({ writer: new LineWriter({ stream }), random: () => 0 });
  const metrics = new GatewayMetrics();
  const stop = observeExchanges(running.proxy, { accessLog, metrics });
  closers.push(
    () => backend.close(),
    () => metrics.close(),
    () => running.close(),
  );

  const secrets = 'Authorization: Bearer S3CR3T\r\nCookie: session=S3CR3T\r\nUser-Agent: curl/8\r\n';
  await sendRaw(running.port, `GET /cart/7?token=S3CR3T&x=1 HTTP/1.1\r\nHost: a.example\r\n${secrets}\r\n`);
  await sendRaw(running.port, 'GET / HTTP/1.1\r\nHost: b.example\r\n\r\n');
  await sendRaw(running.port, 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n');
  await tick();
  const text = String(stream.read());
  const [found, missed, refused, ...more] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    authority: 'a.example',
    method: 'GET',
    path: '/cart/7?token=[redacted]&x=1',
    protocol: 'HTTP/1.1',
    response_code: 200,
    response_code_details: 'via_upstream',
    response_flags: '-',
    upstream_cluster: 'default/web:80',
    upstream_host: `127.0.0.1:${backend.endpoint.port}`,
    user_agent: 'curl/8',
  });
  expect(found?.['route_name']).toContain('default/web');
  expect(found?.['downstream_remote_address']).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(missed).toMatchObject({ response_code: 404, response_flags: 'NR', upstream_cluster: '-' });
  expect(refused).toMatchObject({ response_code: 400, response_flags: 'DPE' });

  const numbers = await metrics.text();
  expect(numbers).toContain(
    'http_server_requests_total{http_route="default/web /cart",http_request_method="GET",http_response_status_code="200"} 1',
  );
  expect(numbers).toContain('http_server_requests_total{http_route="none",http_request_method="GET",http_response_status_code="404"} 1');
  expect(numbers).toContain('http_client_requests_total{backend="default/web:80",http_response_status_code="200"} 1');
  expect(numbers).toMatch(/mseingress_gate_rejected_total\{rule="[^"]+"\} 1/);
  expect(numbers).toContain('mseingress_active_streams 0');
  expect(text + numbers).not.toContain('S3CR3T');

  stop();
  await sendRaw(running.port, 'GET /cart HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await tick();
  expect(stream.read()).toBeNull();
});

test('the line of ingress-nginx has the user and the length of the whole request', async () => {
  const backend = await startBackend((_request, response) => response.end());
  const running = await startProxy(
    compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [backend.endpoint] }),
  );
  closers.push(
    () => backend.close(),
    () => running.close(),
  );
  const entries: AccessLogEntry[] = [];
  const lines: string[] = [];
  const stop = observeExchanges(running.proxy, {
    accessLog: {
      dropped: 0,
      write(entry) {
        entries.push(entry);
        lines.push(formatAccessLogNginx(entry));
      },
    },
  });
  const ask = async (authorization: string): Promise<string> => {
    const request = `POST /x?y HTTP/1.1\r\nHost: a.example\r\nAuthorization: ${authorization}\r\nContent-Length: 5\r\n\r\n`;
    const recorded = running.nextRecord();
    await sendRaw(running.port, `${request}hello`);
    await recorded;
    expect(entries.at(-1)?.requestLength).toBe(request.length + 5);
    expect(lines.at(-1)).toContain(` ${request.length + 5} `);
    return lines.at(-1)?.split(' ')[2] ?? '';
  };
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(await ask(basic('alice:S3CR3T:more'))).toBe('alice');
  expect(await ask(basic('a b"\n:S3CR3T'))).toBe('a');
  expect(lines.at(-1)).toContain('- a b\\x22\\x0A [');
  for (const none of [basic('S3CR3T'), basic(':S3CR3T'), 'Bearer S3CR3T', 'Basic', 'Basic %%%']) expect(await ask(none)).toBe('-');
  expect(lines.join('\n')).not.toContain('S3CR3T');
  stop();
});
