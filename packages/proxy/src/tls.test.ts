import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer as createHttpsServer, get, type RequestOptions } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from './testing/backend.ts';
import { type Authority, createAuthority, tlsSecretYaml } from './testing/certificates.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import type { CertificatePair } from './tls/certificates.ts';

let authority: Authority;
let backend: Backend;
let running: Running;
const pairs = new Map<string, CertificatePair>();

const listeners = [{ port: 0, tls: true }, { port: 0 }];
const hosts = ['a.example', '*.wild.example', 'strict.example', 'modern.example'];

function manifests(replaced: ReadonlyMap<string, CertificatePair> = pairs): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const annotations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'strict.example': { 'auth-tls-secret': 'default/tls-2-cacert' },
    'modern.example': { 'mse.ingress.kubernetes.io/tls-min-protocol-version': 'TLSv1.3' },
  };
  return (
    hosts
      .map(
        (host, index) =>
          ingressYaml(`host-${index}`, host, { '/': 'web' }, { 'ssl-redirect': 'false', ...annotations[host] }, `tls-${index}`) +
          tlsSecretYaml(`tls-${index}`, replaced.get(host) as CertificatePair),
      )
      .join('') +
    serviceYaml('web') +
    `---\napiVersion: v1\nkind: Secret\nmetadata: { name: tls-2-cacert }\ndata: { cacert: ${encode(authority.certificate)}, ca.crt: ${encode(authority.certificate)} }\n`
  );
}

beforeAll(async () => {
  authority = await createAuthority();
  for (const host of hosts) pairs.set(host, await authority.issue(host));
  backend = await startBackend();
  running = await startProxy(
    compiled(manifests(), { 'default/web:80': [backend.endpoint] }),
    { defaultCertificate: await authority.issue('default.example') },
    listeners,
  );
});

afterAll(async () => {
  await running.close();
  await backend.close();
});

async function handshake(servername: string | undefined, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    port: running.tlsPort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(servername === undefined ? { servername: '' } : { servername }),
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

async function nameShown(servername: string | undefined): Promise<string> {
  const socket = await handshake(servername);
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function ask(host: string, options: RequestOptions = {}): Promise<{ readonly status: number; readonly body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(
      {
        host: '127.0.0.1',
        port: running.tlsPort,
        path: '/x',
        servername: host,
        headers: { host },
        ca: authority.certificate,
        agent: false,
        checkServerIdentity: () => undefined,
        ...options,
      },
      resolve,
    ).on('error', reject);
  });
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}

describe('SNI', () => {
  it.each([
    ['a.example', 'a.example'],
    ['A.Example', 'a.example'],
    ['b.wild.example', '*.wild.example'],
    ['unknown.example', 'default.example'],
    [undefined, 'default.example'],
  ])('%s is shown the certificate of %s', async (name, expected) => {
    expect(await nameShown(name)).toBe(expected);
  });

  it('serves HTTP/1.1 and HTTP/2 by ALPN', async () => {
    const answer = await ask('a.example');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-port': String(running.tlsPort) },
    });
    const session = connectHttp2(`https://127.0.0.1:${running.tlsPort}`, {
      servername: 'a.example',
      ca: authority.certificate,
      checkServerIdentity: () => undefined,
    });
    const stream = session.request({ ':path': '/y', ':authority': 'a.example' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    stream.destroy();
    session.destroy();
  });
});

describe('policies of handshakes', () => {
  it('the least version of a host holds', async () => {
    await expect(handshake('modern.example', { maxVersion: 'TLSv1.2' })).rejects.toThrow();
    const socket = await handshake('a.example', { maxVersion: 'TLSv1.2' });
    expect(socket.getProtocol()).toBe('TLSv1.2');
    socket.destroy();
  });

  it('clients without a certificate, or with one of somebody else, do not get in', async () => {
    const stranger = await (await createAuthority('Other CA')).issue('client', true);
    const before = backend.seen.length;
    for (const shown of [{}, { cert: stranger.certificate, key: stranger.key }]) {
      const answer = await ask('strict.example', shown).then(
        ({ status }) => String(status),
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      // An alert, or the end of the connection where that overtakes it.
      expect(answer).toMatch(/^(?:ERR_SSL_|ECONNRESET|EPIPE)/);
    }
    expect(backend.seen.length).toBe(before);
  });

  it('clients with a certificate of the authority get in', async () => {
    const own = await authority.issue('client', true);
    expect(await ask('strict.example', { cert: own.certificate, key: own.key })).toMatchObject({ status: 200 });
  });
});

describe('A44: a handshake for one host, a request for another', () => {
  it('421 when the other has other terms, in both directions', async () => {
    expect(await ask('strict.example', { servername: 'a.example' })).toMatchObject({ status: 421 });
    const own = await authority.issue('client', true);
    expect(await ask('a.example', { servername: 'strict.example', cert: own.certificate, key: own.key })).toMatchObject({ status: 421 });
    // A client that names nobody cannot come in under the default terms.
    expect(await ask('strict.example', { servername: '' })).toMatchObject({ status: 421 });
  });

  it('no 421 between hosts of equal terms', async () => {
    expect(await ask('b.wild.example', { servername: 'a.example' })).toMatchObject({ status: 200 });
  });

  it('a session of one policy does not open another', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = connect({ port: running.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, servername: 'a.example', maxVersion });
      const ticket = once(first, 'session');
      first.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
      const [session] = (await ticket) as [Buffer];
      first.destroy();
      const same = await handshake('a.example', { maxVersion, session });
      expect(same.isSessionReused()).toBe(true);
      same.destroy();
      const other = await handshake('strict.example', { maxVersion, session }).catch(() => undefined);
      expect(other?.isSessionReused() ?? false).toBe(false);
      other?.destroy();
    }
  });
});

describe('certificates change', () => {
  it('the next handshake sees the new one; connections stay', async () => {
    const before = await handshake('a.example');
    const fresh = new Map(pairs).set('a.example', await authority.issue('a.example'));
    const old = before.getPeerCertificate().serialNumber;
    const served = compiled(manifests(fresh), { 'default/web:80': [backend.endpoint] });
    running.proxy.update(served.table, served.snapshot);
    const after = await handshake('a.example');
    expect(after.getPeerCertificate().serialNumber).not.toBe(old);
    after.destroy();
    before.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const [data] = (await once(before, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 200/);
    before.destroy();
  });
});

describe('TLS to backends', () => {
  it('verifies where the policy says so, shows its certificate, and sends SNI only where it is asked', async () => {
    const pair = await authority.issue('backend.example');
    const gateway = await authority.issue('gateway', true);
    const names: (string | false | null | undefined)[] = [];
    const server = createHttpsServer(
      { cert: pair.certificate, key: pair.key, requestCert: true, rejectUnauthorized: false, ca: authority.certificate },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        names.push(socket.servername);
        response.end(socket.authorized ? String(socket.getPeerCertificate().subject.CN) : 'nobody');
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const secret = `---\napiVersion: v1\nkind: Secret\nmetadata: { name: upstream }\ndata: { tls.crt: ${encode(gateway.certificate)}, tls.key: ${encode(gateway.key)}, ca.crt: ${encode(authority.certificate)} }\n`;
    const base = { 'backend-protocol': 'HTTPS' };
    const named = { ...base, 'proxy-ssl-secret': 'default/upstream', 'proxy-ssl-verify': 'on', 'proxy-ssl-server-name': 'on' };
    const served = compiled(
      ingressYaml('plain', 'plain.example', { '/': 'plain' }, base) +
        ingressYaml('right', 'right.example', { '/': 'right' }, { ...named, 'proxy-ssl-name': 'backend.example' }) +
        ingressYaml(
          'wrong',
          'wrong.example',
          { '/': 'web' },
          { ...named, 'proxy-ssl-name': 'other.example', 'proxy-next-upstream': 'off' },
        ) +
        ['plain', 'right', 'wrong'].map((name) => serviceYaml(name)).join('') +
        secret,
      Object.fromEntries(['plain', 'right', 'wrong'].map((name) => [`default/${name}:80`, [{ address: '127.0.0.1', port, ready: true }]])),
    );
    const own = await startProxy(served);
    const text = async (host: string): Promise<string> => {
      const response = await own.proxy.fetch(`http://${host}/`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await text('plain.example')).toBe('200 nobody');
    expect(await text('right.example')).toBe('200 gateway');
    expect(await text('wrong.example')).toMatch(/^503/);
    expect(names).toEqual([false, 'backend.example']);
    await own.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('terms that cannot be', () => {
  it('a cipher list that the TLS library does not take closes its host only', async () => {
    const pair = pairs.get('a.example') as CertificatePair;
    const odd = { 'ssl-cipher': 'NO-SUCH-CIPHER', 'ssl-ciphers': 'NO-SUCH-CIPHER' };
    const served = compiled(
      ingressYaml('odd', 'odd.example', { '/': 'web' }, odd, 'tls-0') +
        ingressYaml('fine', 'a.example', { '/': 'web' }, {}, 'tls-0') +
        tlsSecretYaml('tls-0', pair) +
        serviceYaml('web'),
      { 'default/web:80': [backend.endpoint] },
      'ingress-nginx',
    );
    const own = await startProxy(served, {}, listeners);
    const port = own.tlsPort;
    const open = async (servername: string): Promise<boolean> => {
      const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
      const isOpen = await Promise.race([
        once(socket, 'secureConnect').then(
          () => true,
          () => false,
        ),
        once(socket, 'close').then(
          () => false,
          () => false,
        ),
      ]);
      socket.destroy();
      return isOpen;
    };
    expect(await open('odd.example')).toBe(false);
    expect(await open('a.example')).toBe(true);
    await own.close();
  });
});
