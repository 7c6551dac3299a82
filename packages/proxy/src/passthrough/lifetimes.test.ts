import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { AccessLog, GatewayMetrics, LineWriter } from '../observe/index.ts';
import { observeExchanges } from '../observe-exchanges.ts';
import type { ProxyOptions } from '../proxy-options.ts';
import { createAuthority } from '../testing/certificates.ts';
import { compiled, type Running } from '../testing/harness.ts';
import { connectionsOfProcess, dial, handshake, manifests, readAll, siteOf, type Taker, until } from './testing/site.ts';
import { echo, echoed, hello, SiteStage, through } from './testing/site-stage.ts';

const stage = new SiteStage();
afterEach(() => stage.close());

async function serve(options?: ProxyOptions): Promise<Running & { readonly taker: Taker }> {
  const taker = await stage.take(echo);
  return { ...(await stage.open(siteOf([taker.endpoint]), options)), taker };
}

describe('another table', () => {
  it('changes nothing about connections that run, and decides about new ones', async () => {
    const gateway = await (await createAuthority()).issue('gateway.example');
    const running = await serve({ defaultCertificate: gateway });
    const before = await through(running);
    running.proxy.update(compiled(manifests, {}, 'ingress-nginx').table);
    before.write('still here');
    await echoed(before, Buffer.from('still here'));
    const after = await handshake(running.tlsPort, 'pass.example');
    expect(after.getPeerCertificate().subject.CN).toBe('gateway.example');
    // It was opened before the host was passed through again: not a request of it goes to the backend.
    running.proxy.update(siteOf([running.taker.endpoint]).table);
    after.write('GET / HTTP/1.1\r\nHost: pass.example\r\nConnection: close\r\n\r\n');
    expect((await readAll(after)).toString()).toMatch(/^HTTP\/1\.1 421 /);
    (await through(running)).destroy();
    before.write('and here');
    await echoed(before, Buffer.from('and here'));
    expect(running.taker.connections).toHaveLength(2);
    before.destroy();
    after.destroy();
  });

  it('may come while a ClientHello does: the new one holds', async () => {
    const running = await serve();
    const [passed, dropped, opened] = await Promise.all([1, 2, 3].map(() => dial(running.tlsPort)));
    for (const socket of [passed, dropped, opened]) socket?.write(hello.subarray(0, 40));
    await until(() => running.proxy.report().connections === 3);
    running.proxy.update(siteOf([]).table);
    const ended = running.nextPassthrough();
    dropped?.write(hello.subarray(40));
    expect(await ended).toMatchObject({ flags: ['UH'] });
    running.proxy.update(compiled(manifests, {}, 'ingress-nginx').table);
    opened?.write(hello.subarray(40));
    // An alert: the handshake was begun here.
    expect((await readAll(opened as Socket))[0]).toBe(21);
    running.proxy.update(siteOf([running.taker.endpoint]).table);
    passed?.write(hello.subarray(40));
    await echoed(passed as Socket, hello);
    for (const socket of [passed, dropped, opened]) socket?.destroy();
  });
});

describe('deadlines', () => {
  it('a ClientHello that stops is closed', async () => {
    const running = await serve({ timeouts: { tlsHandshakeMs: 100 } });
    for (const beginning of [hello.subarray(0, 1), hello.subarray(0, hello.length - 1), Buffer.alloc(0)]) {
      const socket = await dial(running.tlsPort);
      socket.write(beginning);
      expect(await readAll(socket)).toHaveLength(0);
      socket.destroy();
    }
    expect(running.taker.connections).toHaveLength(0);
  });

  it('a connection over which nothing passes is closed', async () => {
    const running = await serve({ timeouts: { streamIdleMs: 300 } });
    const ended = running.nextPassthrough();
    const socket = await through(running);
    expect(await readAll(socket)).toHaveLength(0);
    expect(await ended).toMatchObject({ flags: ['SI'], details: 'stream_timeout' });
    await until(() => running.taker.connections[0]?.destroyed === true);
    socket.destroy();
  });
});

describe('the gateway goes away', () => {
  it('draining waits for connections that are passed through', async () => {
    const running = await serve();
    const socket = await through(running);
    let isDrained = false;
    const drained = running.proxy.drain({ graceMs: 600_000 }).then(() => {
      isDrained = true;
    });
    socket.write('still here');
    await echoed(socket, Buffer.from('still here'));
    expect(isDrained).toBe(false);
    const ended = running.nextPassthrough();
    socket.end();
    expect(await ended).toMatchObject({ complete: true, flags: [] });
    await drained;
    socket.destroy();
  });

  it('what is left after the grace time is cut', async () => {
    const running = await serve();
    const socket = await through(running);
    const ended = running.nextPassthrough();
    await running.proxy.drain({ graceMs: 50 });
    expect(await ended).toMatchObject({ flags: ['DT'], details: 'gateway_closed', complete: false });
    await readAll(socket);
    await until(() => running.taker.connections[0]?.destroyed === true);
    await until(() => running.proxy.report().connections === 0);
    expect(running.proxy.report().exchanges).toBe(0);
    socket.destroy();
  });
});

it('two hundred connections, ended in every way, leave nothing behind', async () => {
  const running = await serve();
  const before = connectionsOfProcess();
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const socket = await dial(running.tlsPort);
      const opening = index % 5 === 4 ? hello.subarray(0, 50) : hello;
      socket.write(opening);
      if (opening === hello) await echoed(socket, hello);
      switch (index % 5) {
        case 0:
          socket.end();
          await readAll(socket);
          break;
        case 1:
          socket.resetAndDestroy();
          break;
        case 2:
          running.taker.connections[index % running.taker.connections.length]?.destroy();
          break;
        default:
          socket.end();
      }
      socket.destroy();
    }),
  );
  await until(() => running.proxy.report().connections === 0 && running.proxy.report().exchanges === 0);
  await until(() => running.taker.connections.every(({ destroyed }) => destroyed) && connectionsOfProcess() <= before);
  expect(running.passthroughs).toHaveLength(160);
  expect(running.proxy.report().clusters.flatMap(({ endpoints }) => endpoints.map(({ active }) => active))).toEqual([0]);
  expect(running.errors).toEqual([]);
});

it('each connection becomes a line of the log and a number', async () => {
  const running = await serve();
  const stream = new PassThrough();
  const nginx = new PassThrough();
  const metrics = new GatewayMetrics();
  const stop = [
    observeExchanges(running.proxy, { accessLog: new AccessLog({ writer: new LineWriter({ stream }), random: () => 0 }), metrics }),
    observeExchanges(running.proxy, {
      accessLog: new AccessLog({ writer: new LineWriter({ stream: nginx }), format: 'nginx', random: () => 0 }),
    }),
  ];
  const ended = running.nextPassthrough();
  const socket = await through(running);
  expect(await metrics.text()).toContain('mseingress_active_streams 1');
  socket.end();
  await ended;
  running.proxy.update(siteOf([]).table);
  const refused = await dial(running.tlsPort);
  refused.write(hello);
  await readAll(refused);
  await until(() => running.passthroughs.length === 2);
  const [first, second] = String(stream.read())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toMatchObject({
    authority: 'pass.example',
    requested_server_name: 'pass.example',
    method: '-',
    path: '-',
    protocol: 'TLS',
    response_code: 0,
    response_code_details: 'via_upstream',
    response_flags: '-',
    bytes_received: hello.length,
    bytes_sent: hello.length,
    route_name: 'default/pass pass.example /',
    upstream_cluster: 'default/pass:80',
    upstream_host: `127.0.0.1:${running.taker.endpoint.port}`,
  });
  expect(first?.['downstream_remote_address']).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(second).toMatchObject({ response_flags: 'UH', response_code_details: 'no-endpoints', upstream_cluster: '-' });
  expect(String(nginx.read())).toMatch(/"- - TLS" 0 \d+ "-" "-" \d+ [\d.]+ \[default-pass-80\]/);
  const numbers = await metrics.text();
  expect(numbers).toContain('mseingress_tls_passthrough_connections_total{backend="default/pass:80"} 1');
  expect(numbers).toContain('mseingress_tls_passthrough_connections_total{backend="none"} 1');
  expect(numbers).toContain('mseingress_response_flags_total{flag="UH"} 1');
  expect(numbers).toContain('mseingress_active_streams 0');
  for (const end of stop) end();
  metrics.close();
  socket.destroy();
  refused.destroy();
});
