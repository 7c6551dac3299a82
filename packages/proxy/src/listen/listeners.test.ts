import { once } from 'node:events';
import { connect, Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closedByPeer } from '../testing/backend.ts';
import { createAuthority, tlsSecretYaml } from '../testing/certificates.ts';
import { nodeHello } from '../testing/client-hello.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';

afterEach(() => void vi.restoreAllMocks());

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('connections at once', () => {
  it('one too many is closed and told of, and there is room again when another one ends', async () => {
    const running = await startProxy(compiled(''), {}, [{ port: 0, maxConnections: 2 }]);
    const reasons: string[] = [];
    running.proxy.on('malformed', ({ reason }) => reasons.push(reason));
    const first = await opened(running.port);
    const second = await opened(running.port);
    while (running.proxy.report().connections < 2) await new Promise(setImmediate);
    await closedByPeer(await opened(running.port));
    expect(reasons).toEqual(['too-many-connections']);
    first.destroy();
    while (running.proxy.report().connections > 1) await new Promise(setImmediate);
    const fourth = await opened(running.port);
    fourth.write('GET / HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const [answer] = (await once(fourth, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
    for (const socket of [second, fourth]) socket.destroy();
    await running.close();
  });

  it('there is a bound that nobody asked for', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    const running = await startProxy(compiled(''));
    expect(listen.mock.contexts.map((server) => (server as Server).maxConnections)).toEqual([16_384]);
    await running.close();
  });
});

describe('A17: deadlines in a row do not add up', () => {
  const limitMs = 4_000;
  const timeouts = { headersMs: limitMs, tlsHandshakeMs: limitMs };

  /**
   * Which connection ends first: one that says half of something, and the rest of it late in its time, or one that is opened shortly before that and says
   * nothing. If each step had the whole time for itself, it would be the other one.
   */
  async function firstToEnd(port: number, half: Buffer, rest: Buffer): Promise<'old' | 'new'> {
    const old = await opened(port);
    old.write(half);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const young = await opened(port);
    await new Promise((resolve) => setTimeout(resolve, 500));
    old.write(rest);
    const first = await Promise.race([closedByPeer(old).then(() => 'old' as const), closedByPeer(young).then(() => 'new' as const)]);
    old.destroy();
    young.destroy();
    return first;
  }

  it('neither those of a request nor those of a handshake', async () => {
    const authority = await createAuthority();
    // A host with terms of its own: the name is looked for before the handshake.
    const manifests =
      ingressYaml('web', 'a.example', { '/': 'web' }, { 'mse.ingress.kubernetes.io/tls-min-protocol-version': 'TLSv1.3' }, 'tls') +
      tlsSecretYaml('tls', await authority.issue('a.example')) +
      serviceYaml('web');
    const served = compiled(manifests);
    const plain = await startProxy(served, { timeouts });
    const behind = await startProxy(served, { timeouts }, [{ port: 0, proxyProtocol: ['127.0.0.1/32'] }]);
    const secure = await startProxy(served, { timeouts }, [{ port: 0, tls: true }]);
    const hello = await nodeHello('a.example');
    const results = await Promise.all([
      firstToEnd(plain.port, Buffer.from('P'), Buffer.from('OST / HTTP/1.1\r\nHost: a.exa')),
      firstToEnd(plain.port, Buffer.from('PRI * HTTP/2.0\r\n'), Buffer.from('\r\nSM\r\n\r\n')),
      firstToEnd(behind.port, Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 80\r'), Buffer.from('\nGET / HT')),
      firstToEnd(secure.tlsPort, hello.subarray(0, 10), hello.subarray(10)),
    ]);
    expect(results).toEqual(['old', 'old', 'old', 'old']);
    for (const one of [plain, behind, secure]) await one.close();
  });
});
