import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { createMatcher, type Decision, isPending } from '@ingresskit/matcher';
import { type Compiled, profiles } from 'ingresskit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateAnswers } from './client-certificate/index.ts';
import { type Backend, startBackend } from './testing/backend.ts';
import { type Authority, createAuthority, tlsSecretYaml } from './testing/certificates.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';

/** What a client shows: its key, its certificate and those that it sends along. */
interface Shown {
  readonly certificate: string;
  readonly key: string;
}

type Gateway = 'mse' | 'higress' | 'ingress-nginx';
type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

const gateways: readonly Gateway[] = ['mse', 'higress', 'ingress-nginx'];
const versions: readonly TlsVersion[] = ['TLSv1.2', 'TLSv1.3'];
const hosts = {
  'open.example': {},
  'on.example': { 'auth-tls-verify-client': 'on' },
  'deep.example': { 'auth-tls-verify-client': 'on', 'auth-tls-verify-depth': '2' },
  'optional.example': { 'auth-tls-verify-client': 'optional', 'auth-tls-pass-certificate-to-upstream': 'true' },
  'any.example': { 'auth-tls-verify-client': 'optional_no_ca' },
} as const;
type Host = keyof typeof hosts;

let root: Authority;
let old: Authority;
let backend: Backend;
const clients = new Map<string, Shown | undefined>([['nothing', undefined]]);
let disordered: Shown;
const served = new Map<Gateway, { readonly running: Running; readonly compiled: Compiled }>();

beforeAll(async () => {
  backend = await startBackend();
  root = await createAuthority('Root CA');
  old = await createAuthority('Old CA', 'rsa');
  const staff = await root.subordinate('Staff CA');
  const robots = await staff.subordinate('Robots CA');
  const short = await root.subordinate('Short CA', { pathLength: 0 });
  const below = await short.subordinate('Below CA');
  const servers = await root.subordinate('Servers CA', { forServers: true });
  const stranger = await createAuthority('Other CA');
  const namesake = await createAuthority('Root CA');
  const show = async (what: string, issuer: Authority, along: readonly Authority[], options = {}): Promise<void> => {
    const { certificate, key } = await issuer.issue('alice', { client: true, ...options });
    clients.set(what, { key, certificate: [certificate, ...along.map((one) => one.certificate)].map((pem) => `${pem.trim()}\n`).join('') });
  };
  await show('a certificate of the root', root, []);
  await show('one of an intermediate', staff, [staff]);
  await show('one of an intermediate, with the root', staff, [staff, root]);
  await show('one of an intermediate, twice, after others', staff, [stranger, staff, root, staff]);
  await show('one of an intermediate that is kept back', staff, []);
  await show('one of two intermediates', robots, [robots, staff]);
  const robot = await robots.issue('robot', { client: true });
  disordered = { key: robot.key, certificate: [robot, staff, robots].map(({ certificate }) => `${certificate.trim()}\n`).join('') };
  await show('one of a stranger', stranger, []);
  await show('one of a stranger, with the stranger', stranger, [stranger]);
  await show('one of a stranger with the name of the root', namesake, [namesake]);
  await show('one that has expired', root, [], { notAfter: new Date(Date.now() - 60_000) });
  await show('one of an intermediate that has expired', staff, [staff], { notAfter: new Date(Date.now() - 60_000) });
  await show('one of a server', root, [], { client: false });
  await show('one of an authority for servers', servers, [servers]);
  await show('one whose key signs nothing', root, [], { encipherOnly: true });
  await show('one deeper than its authority may sign', below, [below, short]);

  const pair = await root.issue('gateway.example');
  const authorities = Buffer.from(`${root.certificate.trim()}\n${old.certificate}`).toString('base64');
  for (const gateway of gateways) {
    const secret = gateway === 'ingress-nginx' ? 'default/tls-cacert' : 'tls-cacert';
    const manifests =
      Object.entries(hosts)
        .map(([host, notes], index) =>
          ingressYaml(`host-${index}`, host, { '/': 'web' }, host === 'open.example' ? {} : { 'auth-tls-secret': secret, ...notes }, 'tls'),
        )
        .join('') +
      serviceYaml('web') +
      tlsSecretYaml('tls', pair) +
      `---\napiVersion: v1\nkind: Secret\nmetadata: { name: tls-cacert }\ndata: { cacert: ${authorities}, ca.crt: ${authorities} }\n`;
    const result = compiled(manifests, { 'default/web:80': [backend.endpoint] }, gateway);
    served.set(gateway, { compiled: result, running: await startProxy(result, { defaultCertificate: pair }, [{ port: 0, tls: true }]) });
  }
});

afterAll(async () => {
  for (const { running } of served.values()) await running.close();
  await backend.close();
});

interface Asked {
  /** 0 where the handshake failed. */
  readonly status: number;
  readonly told: Readonly<Record<string, string>>;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
}

const toldNames = ['ssl-client-verify', 'ssl-client-subject-dn', 'ssl-client-issuer-dn', 'ssl-client-cert'];

function toldOf(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(toldNames.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** One request over one connection, to the end of it. */
async function ask(gateway: Gateway, host: string, options: ConnectionOptions = {}): Promise<Asked> {
  const socket: TLSSocket = connect({
    port: served.get(gateway)?.running.tlsPort ?? 0,
    host: '127.0.0.1',
    servername: host,
    rejectUnauthorized: false,
    ...options,
  });
  let session: Buffer | undefined;
  let reused = false;
  let text = '';
  socket.on('session', (given) => {
    session = given;
  });
  socket.on('secureConnect', () => {
    reused = socket.isSessionReused();
  });
  socket.on('error', () => undefined);
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
  });
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nssl-client-verify: SUCCESS\r\nssl-client-subject-dn: CN=mallory\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('close', resolve));
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  const headers =
    status === 200 ? (JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)).headers as Record<string, string>) : {};
  return { status, told: toldOf(headers), session, reused };
}

/** What `decide` says to the same text. */
function decide(gateway: Gateway, host: string, shown: Shown | undefined): Decision {
  const matcher = createMatcher(profiles[gateway]);
  const { table } = (served.get(gateway) as { readonly compiled: Compiled }).compiled;
  const answer = certificateAnswers();
  let current = matcher.start(table, { url: `https://${host}/`, clientCertificate: shown?.certificate });
  while (isPending(current)) current = current.resume(answer(current.pending));
  return current;
}

function keysOf(shown: Shown | undefined): ConnectionOptions {
  return shown === undefined ? {} : { cert: shown.certificate, key: shown.key };
}

const good = [
  'a certificate of the root',
  'one of an intermediate',
  'one of an intermediate, with the root',
  'one of an intermediate, twice, after others',
];
const deep = ['one of two intermediates'];

describe.each(gateways)('%s', (gateway) => {
  const isNginx = gateway === 'ingress-nginx';

  it.each(Object.keys(hosts) as Host[])('%s lets in whom it should and nobody else, over a socket as on paper', async (host) => {
    const mode = host === 'open.example' ? 'open' : isNginx ? host : 'on.example';
    // The depth of the twin is 100, and it reads no other.
    const welcome = new Set([...good, ...(!isNginx || host === 'deep.example' ? deep : [])]);
    for (const [what, shown] of clients) {
      const isLetIn = mode === 'open' || mode === 'any.example' || welcome.has(what) || (mode === 'optional.example' && what === 'nothing');
      const decision = decide(gateway, host, shown);
      expect(decision, what).toMatchObject(isLetIn ? { kind: 'forward' } : { kind: 'respond', status: 400, reason: 'client-tls' });
      for (const maxVersion of versions) {
        const { status, told } = await ask(gateway, host, { ...keysOf(shown), maxVersion });
        // Where the handshake demands a certificate there is no answer that could say so.
        expect(isLetIn ? [200] : isNginx ? [400] : [400, 0], `${what}, ${maxVersion}`).toContain(status);
        if (isNginx && mode !== 'open' && decision.kind === 'forward') expect(told, what).toEqual(toldOf(decision.upstream.headers.set));
      }
    }
  });
});

describe('what backends learn', () => {
  it('a certificate that does not verify is told as one, with its names', async () => {
    const { told } = await ask('ingress-nginx', 'any.example', keysOf(clients.get('one of a stranger')));
    expect(told).toEqual({
      'ssl-client-verify': 'FAILED:unable to get issuer certificate',
      'ssl-client-subject-dn': 'CN=alice',
      'ssl-client-issuer-dn': 'CN=Other CA',
    });
    expect((await ask('ingress-nginx', 'any.example', keysOf(clients.get('one that has expired')))).told).toMatchObject({
      'ssl-client-verify': 'FAILED:certificate has expired',
    });
    expect((await ask('ingress-nginx', 'any.example')).told).toEqual({ 'ssl-client-verify': 'NONE' });
  });

  it("the client's own certificate, and not those it sends along", async () => {
    const shown = clients.get('one of an intermediate') as Shown;
    const { told } = await ask('ingress-nginx', 'optional.example', keysOf(shown));
    const [own = ''] = shown.certificate.split(/(?<=-----END CERTIFICATE-----\n)/);
    expect(decodeURIComponent(told['ssl-client-cert'] ?? '').replaceAll(/\s/g, '')).toBe(own.replaceAll(/\s/g, ''));
    expect(told).toMatchObject({ 'ssl-client-verify': 'SUCCESS', 'ssl-client-issuer-dn': 'CN=Staff CA' });
  });
});

describe('what the handshake finds', () => {
  it('a key that is too weak for OpenSSL verifies nowhere, though its signatures do', async () => {
    const weak = await old.issue('weak', { client: true, weak: true });
    // The client has to be talked into it.
    const shown = { cert: weak.certificate, key: weak.key, ciphers: 'DEFAULT@SECLEVEL=0' };
    expect(decide('ingress-nginx', 'optional.example', weak)).toMatchObject({ kind: 'forward' });
    for (const maxVersion of versions) {
      expect((await ask('ingress-nginx', 'any.example', { ...shown, maxVersion })).told).toMatchObject({
        // Node has no word for it.
        'ssl-client-verify': expect.stringMatching(/^FAILED:./),
        'ssl-client-subject-dn': 'CN=weak',
      });
      for (const host of ['on.example', 'optional.example']) {
        expect(await ask('ingress-nginx', host, { ...shown, maxVersion }), host).toMatchObject({ status: 400 });
      }
      for (const gateway of ['mse', 'higress'] as const) {
        expect((await ask(gateway, 'on.example', { ...shown, maxVersion })).status, gateway).not.toBe(200);
      }
    }
  });
});

it('intermediates out of order are refused over a socket alone: Node does not hand all of them on', async () => {
  expect(decide('ingress-nginx', 'deep.example', disordered)).toMatchObject({ kind: 'forward' });
  expect(await ask('ingress-nginx', 'deep.example', keysOf(disordered))).toMatchObject({ status: 400 });
});

describe('sessions', () => {
  it.each(versions)('%s: none is resumed where a client may show a certificate', async (maxVersion) => {
    for (const gateway of gateways) {
      for (const host of ['on.example', 'optional.example', 'any.example'] as const) {
        for (const what of ['a certificate of the root', 'one of an intermediate', 'one of a stranger', 'nothing']) {
          const shown = keysOf(clients.get(what));
          const first = await ask(gateway, host, { ...shown, maxVersion });
          // With its keys the client is who it was; without them it is nobody.
          const again = await ask(gateway, host, { ...shown, maxVersion, ...sessionOf(first) });
          expect([again.reused, again.status, again.told], `${gateway} ${host} ${what}`).toEqual([false, first.status, first.told]);
          const bare = await ask(gateway, host, { maxVersion, ...sessionOf(first) });
          const nobody = await ask(gateway, host, { maxVersion });
          expect([bare.reused, bare.status, bare.told], `${gateway} ${host} ${what}`).toEqual([false, nobody.status, nobody.told]);
        }
      }
    }
  });

  it.each(versions)('%s: A44, a session of a host without certificates opens none of the others', async (maxVersion) => {
    for (const gateway of gateways) {
      const open = await ask(gateway, 'open.example', { maxVersion });
      expect([open.status, open.session === undefined]).toEqual([200, false]);
      for (const host of ['on.example', 'optional.example', 'any.example'] as const) {
        for (const what of ['nothing', 'one of an intermediate']) {
          const shown = keysOf(clients.get(what));
          // Under the name of the open host, with and without its session, and under the name of the other with it.
          const fresh = await ask(gateway, host, { ...shown, maxVersion, servername: 'open.example' });
          expect([fresh.status, fresh.reused], `${gateway} ${host} ${what}`).toEqual([421, false]);
          const resumed = await ask(gateway, host, { ...shown, maxVersion, servername: 'open.example', ...sessionOf(open) });
          expect([resumed.status, resumed.reused], `${gateway} ${host} ${what}`).toEqual([421, true]);
          const crossed = await ask(gateway, host, { ...shown, maxVersion, ...sessionOf(open) });
          const plain = await ask(gateway, host, { ...shown, maxVersion });
          expect([crossed.reused, crossed.status, crossed.told], `${gateway} ${host} ${what}`).toEqual([false, plain.status, plain.told]);
        }
      }
    }
  });

  it('A44 among hosts of equal demands: the certificate was shown to another', async () => {
    const shown = keysOf(clients.get('one of an intermediate'));
    expect(await ask('ingress-nginx', 'deep.example', { ...shown, servername: 'on.example' })).toMatchObject({ status: 421 });
    expect(await ask('ingress-nginx', 'open.example', { ...shown, servername: 'on.example' })).toMatchObject({ status: 421 });
  });
});

function sessionOf({ session }: Asked): ConnectionOptions {
  return session === undefined ? {} : { session };
}
