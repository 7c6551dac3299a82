import { once } from 'node:events';
import { connect as connectHttp2, createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { decide } from 'ingresskit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../proxy-options.ts';
import { type Backend, startBackend } from '../testing/backend.ts';
import { type Authority, createAuthority } from '../testing/certificates.ts';
import { helloFor, helloMessage, inRecords } from '../testing/client-hello.ts';
import type { Running } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import type { CertificatePair } from '../tls/certificates.ts';
import { dial, handshake, readAll, siteOf, type Taker, until } from './testing/site.ts';
import { echo, SiteStage } from './testing/site-stage.ts';

let authority: Authority;
let own: CertificatePair;
let gateway: CertificatePair;
let open: Backend;
beforeAll(async () => {
  authority = await createAuthority();
  own = await authority.issue('backend.example');
  gateway = await authority.issue('gateway.example');
  open = await startBackend();
});
afterAll(() => open.close());

const stage = new SiteStage();
afterEach(() => stage.close());

const serve = (taker: Taker, listeners?: ProxyOptions['listeners']): Promise<Running> =>
  stage.open(siteOf([taker.endpoint], [open.endpoint]), { defaultCertificate: gateway }, listeners);

const echoing = (): Promise<Taker> => stage.takeTls({ cert: own.certificate, key: own.key }, echo);

describe('TLS that nobody opens here', () => {
  it('is made with the backend: its certificate, its version, its bytes', async () => {
    const taker = await echoing();
    const running = await serve(taker);
    const ended = running.nextPassthrough();
    const socket = await handshake(running.tlsPort, 'Pass.Example', {
      rejectUnauthorized: true,
      ca: authority.certificate,
      checkServerIdentity: () => undefined,
    });
    expect(socket.getPeerCertificate().subject.CN).toBe('backend.example');
    expect(running.proxy.report()).toMatchObject({ exchanges: 1, connections: 1 });
    socket.write('hello');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toBe('hello');
    socket.end();
    const record = await ended;
    expect(record).toMatchObject({
      serverName: 'pass.example',
      route: 'default/pass pass.example /',
      decision: { kind: 'forward', backend: { service: 'pass' }, upstream: { protocol: 'TLS' } },
      endpoint: `127.0.0.1:${taker.endpoint.port}`,
      details: 'via_upstream',
      flags: [],
      tries: 1,
      complete: true,
    });
    expect(record.bytesReceived).toBe(taker.connections[0]?.bytesRead);
    expect(record.bytesSent).toBe(taker.connections[0]?.bytesWritten);
    expect(record.peer.address).toBe('127.0.0.1');
    expect(running.proxy.report().exchanges).toBe(0);
    expect(running.records).toEqual([]);
  });

  it('speaks whatever the two agree on: HTTP/2 end to end', async () => {
    const server = createSecureServer({ cert: own.certificate, key: own.key });
    server.on('stream', (stream, headers) => {
      stream.respond({ ':status': 200 });
      stream.end(`${headers[':method']} ${headers[':path']} for ${headers[':authority']}`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stage.closes(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const running = await stage.open(siteOf([{ address: '127.0.0.1', port, ready: true }]));
    const session = connectHttp2(`https://127.0.0.1:${running.tlsPort}`, { servername: 'pass.example', rejectUnauthorized: false });
    const stream = session.request({ ':path': '/x%2Fy/../z', ':authority': 'pass.example' });
    stream.setEncoding('utf8');
    let body = '';
    for await (const chunk of stream) body += chunk;
    // Nothing is canonicalised: nobody has seen it.
    expect(body).toBe('GET /x%2Fy/../z for pass.example');
    session.destroy();
  });

  it('lets the backend ask for the certificate of the client', async () => {
    const client = await authority.issue('client', true);
    const taker = await stage.takeTls(
      { cert: own.certificate, key: own.key, requestCert: true, rejectUnauthorized: true, ca: authority.certificate },
      (socket) => void socket.end(String(socket.getPeerCertificate().subject.CN)),
    );
    const running = await serve(taker);
    const socket = await handshake(running.tlsPort, 'pass.example', { cert: client.certificate, key: client.key });
    expect((await readAll(socket)).toString()).toBe('client');
    socket.destroy();
  });

  it('goes by a wildcard host as requests do', async () => {
    const running = await serve(await echoing());
    const socket = await handshake(running.tlsPort, 'a.wild.example');
    expect(socket.getPeerCertificate().subject.CN).toBe('backend.example');
    socket.destroy();
    const other = await handshake(running.tlsPort, 'a.b.wild.example');
    expect(other.getPeerCertificate().subject.CN).toBe('gateway.example');
    other.destroy();
  });

  it('comes with the address that a PROXY protocol header says, and without the header', async () => {
    const taker = await stage.take(echo);
    const running = await serve(taker, [{ port: 0, tls: true, proxyProtocol: ['127.0.0.0/8'] }]);
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    const hello = helloFor('pass.example');
    socket.end(Buffer.concat([Buffer.from('PROXY TCP4 203.0.113.9 198.51.100.7 5555 443\r\n'), hello]));
    expect((await readAll(socket)).equals(hello)).toBe(true);
    socket.destroy();
    expect((await ended).peer).toEqual({ address: '203.0.113.9', port: 5555, localAddress: '198.51.100.7', localPort: 443 });
  });

  it.each([
    ['a byte at a time', helloFor('pass.example'), 1],
    ['in records of a few bytes', inRecords(helloMessage({ names: [[0, 'pass.example']] }), 1, 2, 5, 60, 88), 1_000],
    ['with more behind it', Buffer.concat([helloFor('pass.example'), Buffer.alloc(100_000, 'x')]), 200_000],
  ])('the ClientHello arrives as it was sent: %s', async (_, bytes, size) => {
    const taker = await stage.take(echo);
    const running = await serve(taker);
    const socket = await dial(running.tlsPort);
    const answer = readAll(socket);
    for (let at = 0; at < bytes.length; at += size) {
      socket.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    socket.end();
    expect((await answer).equals(bytes)).toBe(true);
    socket.destroy();
  });
});

describe('TLS for others', () => {
  it('is opened at the gateway, where the host that is passed through gets 421, as the simulation says', async () => {
    const taker = await echoing();
    const running = await serve(taker);
    const { table } = siteOf([taker.endpoint]);
    for (const servername of ['open.example', 'unknown.example', '']) {
      const socket = await handshake(running.tlsPort, servername);
      expect(socket.getPeerCertificate().subject.CN).toBe('gateway.example');
      socket.write('GET / HTTP/1.1\r\nHost: pass.example\r\nConnection: close\r\n\r\n');
      expect((await readAll(socket)).toString()).toMatch(/^HTTP\/1\.1 421 /);
      socket.destroy();
    }
    expect(decide(table, { url: 'https://pass.example/', sni: 'open.example' })).toMatchObject({ status: 421, reason: 'misdirected' });
    expect(decide(table, { url: 'https://pass.example/' })).toMatchObject({ upstream: { protocol: 'TLS' } });
    const socket = await handshake(running.tlsPort, 'open.example');
    socket.write('GET / HTTP/1.1\r\nHost: open.example\r\nConnection: close\r\n\r\n');
    expect((await readAll(socket)).toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
    expect(taker.connections).toEqual([]);
    expect(running.passthroughs).toEqual([]);
  });

  it('and what is no TLS, or names nobody properly, never reaches a backend (A45)', async () => {
    const taker = await echoing();
    const running = await serve(taker);
    const names = ['x'.repeat(300), '__proto__', 'constructor', 'pass.example\0', '192.0.2.1', '*.wild.example', '.wild.example', ''];
    const beginnings = [
      ...names.map(helloFor),
      inRecords(helloMessage({})),
      inRecords(
        helloMessage({
          names: [
            [0, 'pass.example'],
            [0, 'open.example'],
          ],
        }),
      ),
      ...['GET / HTTP/1.1\r\nHost: pass.example\r\n\r\n', '\x16', '\x16\x03\x01\x00\x00', '\x80\x2e\x01\x03\x01'].map((text) =>
        Buffer.from(text, 'latin1'),
      ),
      helloFor('pass.example').subarray(0, 60),
      Buffer.alloc(20_000, '\x16\x03\x01\x00\x01\x01', 'latin1'),
    ];
    await Promise.all(
      beginnings.map(async (bytes) => {
        const socket = await dial(running.tlsPort);
        socket.end(bytes);
        await readAll(socket);
        socket.destroy();
      }),
    );
    expect(taker.connections).toEqual([]);
    await until(() => running.proxy.report().connections === 0);
    (await handshake(running.tlsPort, 'pass.example')).destroy();
    expect(taker.connections).toHaveLength(1);
    expect(running.errors).toEqual([]);
  });

  it('plain HTTP for the host is served as ever', async () => {
    const backend = await stage.backend();
    const running = await stage.open(siteOf([backend.endpoint]));
    expect(await sendRaw(running.port, 'GET /x HTTP/1.1\r\nHost: pass.example\r\n\r\n')).toMatchObject({ status: 200 });
  });
});
