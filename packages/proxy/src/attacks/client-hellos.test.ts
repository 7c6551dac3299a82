import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../testing/backend.ts';
import { createAuthority, tlsSecretYaml } from '../testing/certificates.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import { clientHello } from '../testing/hello.ts';
import { sendRaw } from '../testing/raw-client.ts';

let backend: Backend;
/** One whose hosts share their terms, and one that reads the name to know whose terms hold. */
const proxies = new Map<string, Running>();

beforeAll(async () => {
  const authority = await createAuthority();
  const ca = Buffer.from(authority.certificate).toString('base64');
  backend = await startBackend();
  const host = async (name: string, annotations: Readonly<Record<string, string>> = {}): Promise<string> =>
    ingressYaml(name, `${name}.example`, { '/': 'web' }, { 'ssl-redirect': 'false', ...annotations }, `tls-${name}`) +
    tlsSecretYaml(`tls-${name}`, await authority.issue(`${name}.example`));
  const strict =
    (await host('strict', { 'auth-tls-secret': 'default/ca' })) +
    `---\napiVersion: v1\nkind: Secret\nmetadata: { name: ca }\ndata: { ca.crt: ${ca} }\n`;
  const open = (await host('a')) + serviceYaml('web');
  for (const [terms, manifests] of [
    ['equal', open],
    ['different', open + strict],
  ] as const) {
    const served = compiled(manifests, { 'default/web:80': [backend.endpoint] });
    proxies.set(
      terms,
      await startProxy(served, { defaultCertificate: await authority.issue('default.example') }, [{ port: 0, tls: true }]),
    );
  }
});

afterAll(async () => {
  for (const running of proxies.values()) await running.close();
  await backend.close();
});

/** Whose certificate the answer shows, or that it is an alert or the end. */
async function shown(port: number, hello: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const name = /(?:default|a|strict)\.example/.exec(received.toString('latin1'));
      if (name !== null) resolve(name[0]);
      else if (received[0] === 21) resolve('alert');
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve('closed'));
  });
  socket.write(hello);
  const result = await answer;
  socket.destroy();
  return result;
}

describe.each(['equal', 'different'])('A45: names that are none, where hosts have %s terms', (terms) => {
  const port = (): number => proxies.get(terms)?.tlsPort ?? 0;

  it('a host that is there is shown its own', async () => {
    expect(await shown(port(), clientHello('a.example'))).toBe('a.example');
    expect(await shown(port(), clientHello(undefined))).toBe('default.example');
  });

  it.each([
    ['300 bytes', 'x'.repeat(300)],
    ['255 bytes', 'x'.repeat(255)],
    ['an empty name', ''],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['two dots', 'a..example'],
    ['a dot at the end', 'a.example.'],
    ['a hyphen', '-'],
    ['NUL in the name', 'a.example\0.evil.example'],
    ['NUL at the end', 'a.example\0'],
    ['NUL alone', '\0'],
    ['an address', '127.0.0.1'],
    ['an address of IPv6', '::1'],
    ['an address in brackets', '[::1]'],
    ['bytes above ASCII', 'a\xe4.example'],
    ['a line break', 'a.example\r\nX: y'],
  ])('%s: the default certificate or an alert', async (_, name) => {
    expect(['default.example', 'alert', 'closed']).toContain(await shown(port(), clientHello(name)));
    expect(proxies.get(terms)?.errors).toEqual([]);
  });

  it('ten thousand malformed beginnings close their connections and nothing else, and no descriptor stays', async () => {
    const whole = clientHello('a.example');
    const beginnings = [
      Buffer.alloc(0),
      ...[
        '\x16',
        '\x16\x03',
        '\x16\x03\x01\xff\xff',
        'GET / HTTP/1.1\r\n\r\n',
        '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00',
        `\x16\x03\x01\x02\x00\x01${'\xff'.repeat(511)}`,
        '\x80\x2e\x01\x03\x01',
      ].map((text) => Buffer.from(text, 'latin1')),
      // A good one that is cut, or in which one byte is another.
      ...Array.from({ length: 16 }, (_, index) => whole.subarray(0, 1 + index * 7)),
      ...Array.from({ length: 40 }, (_, index) => {
        const changed = Buffer.from(whole);
        changed[(index * 3) % whole.length] = 0xff;
        return changed;
      }),
    ];
    const descriptors = (): number => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
    const before = descriptors();
    let left = 10_000;
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        while (left-- > 0) {
          const socket = connect(port(), '127.0.0.1');
          socket.on('error', () => undefined);
          socket.end(beginnings[left % beginnings.length] as Buffer);
          socket.resume();
          await once(socket, 'close');
        }
      }),
    );
    while ((proxies.get(terms)?.proxy.report().connections ?? 0) > 0) await new Promise(setImmediate);
    // Sockets that are closed give their descriptor back a moment later.
    while (descriptors() > before) await new Promise(setImmediate);
    expect(proxies.get(terms)?.errors).toEqual([]);
    const answer = await sendRaw(port(), 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n', { tls: { servername: 'a.example' } });
    expect(answer.status).toBe(200);
  });
});

it('a name that TLS libraries do write is judged the same', async () => {
  for (const running of proxies.values()) {
    for (const name of ['x'.repeat(255), '__proto__', 'a..b']) {
      const socket = connectTls({ port: running.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, servername: name });
      const subject = await once(socket, 'secureConnect').then(
        () => String(socket.getPeerCertificate().subject.CN),
        () => 'alert',
      );
      socket.destroy();
      expect(['default.example', 'alert']).toContain(subject);
    }
  }
});
