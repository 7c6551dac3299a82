import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { parseManifests } from '@ingresskit/resources/yaml';
import { compile, ingressNginxWith } from 'ingresskit';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import type { ProxyOptions } from '../proxy-options.ts';
import { closedEndpoint } from '../testing/backend.ts';
import { createAuthority } from '../testing/certificates.ts';
import { compiled, ingressYaml, type Running } from '../testing/harness.ts';
import { connectionsOfProcess, dial, handshake, manifests, passing, readAll, siteOf, type Taker, until } from './testing/site.ts';
import { echo, hello, SiteStage, through } from './testing/site-stage.ts';

const stage = new SiteStage();
afterEach(() => stage.close());

const serve = (endpoints: readonly Endpoint[], options?: ProxyOptions): Promise<Running> => stage.open(siteOf(endpoints), options);
const shown = (buffer: Buffer): string => createHash('sha256').update(buffer).digest('hex');

/** A site whose Service is a DNS name; who asks for its addresses waits for `answer`. */
async function behindName(): Promise<{
  readonly taker: Taker;
  readonly running: Running;
  /** Says hello, and waits until the addresses are asked for. */
  greet(): Promise<Socket>;
  answer(addresses: readonly string[]): void;
}> {
  const taker = await stage.take(echo);
  const { port } = taker.endpoint;
  const named = `---\napiVersion: v1\nkind: Service\nmetadata: { name: pass }\nspec: { type: ExternalName, externalName: x.example.org, ports: [{ port: ${port} }] }\n`;
  const ingress = ingressYaml('pass', 'pass.example', { '/': 'pass' }, { 'ssl-passthrough': 'true' }).replace('80', `${port}`);
  const { resources } = parseManifests(ingress + named, { file: 'named.yaml' });
  const answers: ((addresses: readonly string[]) => void)[] = [];
  const resolver = { resolve: () => new Promise<readonly string[]>((resolve) => answers.push(resolve)) };
  const options: ProxyOptions = { resolver, allowAddress: (address) => address === '127.0.0.1' };
  const running = await stage.open(compile(resources, { profile: passing, allowExternalNames: true }), options);
  return {
    taker,
    running,
    greet: async () => {
      const asked = answers.length;
      const socket = await dial(running.tlsPort);
      socket.write(hello);
      await until(() => answers.length > asked);
      return socket;
    },
    answer: (addresses) => answers.at(-1)?.(addresses),
  };
}

describe('endpoints', () => {
  it('the next one gets the connection when one does not take it, and health hears of it', async () => {
    const taker = await stage.take(echo);
    const dead = await closedEndpoint();
    const running = await serve([dead, taker.endpoint]);
    for (let index = 0; index < 6; index++) (await through(running)).destroy();
    await until(() => running.passthroughs.length === 6);
    const tries = running.passthroughs.map((record) => record.tries);
    expect(tries).toContain(2);
    expect(running.passthroughs.every(({ endpoint }) => endpoint === `127.0.0.1:${taker.endpoint.port}`)).toBe(true);
    const [cluster] = running.proxy.report().clusters;
    expect(cluster?.endpoints).toMatchObject([{ ejected: true, active: 0 }, { active: 0 }]);
  });

  it('none that takes it: the connection is closed', async () => {
    const running = await serve([await closedEndpoint(), await closedEndpoint()]);
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    socket.write(hello);
    expect(await readAll(socket)).toHaveLength(0);
    socket.destroy();
    expect(await ended).toMatchObject({
      flags: ['UF'],
      details: 'upstream_connect_failure',
      upstreamFailure: 'ECONNREFUSED',
      tries: 2,
      complete: false,
    });
  });

  it('no more than three are tried', async () => {
    const running = await serve([await closedEndpoint(), await closedEndpoint(), await closedEndpoint(), await closedEndpoint()]);
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    socket.write(hello);
    await readAll(socket);
    socket.destroy();
    expect((await ended).tries).toBe(3);
  });

  it('none at all: the connection is closed, and nobody else’s certificate is shown', async () => {
    const { certificate, key } = await (await createAuthority()).issue('gateway.example');
    const running = await serve([], { defaultCertificate: { certificate, key } });
    const ended = running.nextPassthrough();
    await expect(handshake(running.tlsPort, 'pass.example')).rejects.toThrow();
    expect(await ended).toMatchObject({ flags: ['UH'], details: 'no-endpoints', decision: { kind: 'respond', status: 503 }, tries: 0 });
  });

  it('behind a DNS name are found and checked first, and a client that leaves meanwhile starts nothing', async () => {
    const { taker, running, greet, answer } = await behindName();
    let ended = running.nextPassthrough();
    (await greet()).resetAndDestroy();
    expect(await ended).toMatchObject({ flags: ['DC'], details: 'client_gone', tries: 0 });
    answer(['127.0.0.1']);
    ended = running.nextPassthrough();
    const socket = await greet();
    answer(['127.0.0.1']);
    socket.end();
    expect((await readAll(socket)).equals(hello)).toBe(true);
    expect(await ended).toMatchObject({ complete: true });
    // An address that must not be reached is not.
    ended = running.nextPassthrough();
    const refused = await greet();
    answer(['169.254.169.254']);
    expect(await readAll(refused)).toHaveLength(0);
    expect(await ended).toMatchObject({ flags: ['UH'], details: 'name_not_resolved' });
    expect(taker.connections).toHaveLength(1);
    socket.destroy();
    refused.destroy();
  });

  it('that are being connected are given up when the gateway closes', async () => {
    const before = connectionsOfProcess();
    const { taker, running, greet, answer } = await behindName();
    const ended = running.nextPassthrough();
    const socket = await greet();
    answer(['127.0.0.1']);
    // The connection is begun by now, and nothing can have come of it.
    await new Promise(process.nextTick);
    await running.close();
    expect(await ended).toMatchObject({ flags: ['DT'], details: 'gateway_closed', tries: 1, bytesReceived: 0 });
    await readAll(socket);
    await until(() => taker.connections.every(({ destroyed }) => destroyed));
    socket.destroy();
    await until(() => connectionsOfProcess() <= before);
  });

  it('clients that the gateway shuts out are closed before anybody is asked', async () => {
    const taker = await stage.take(echo);
    const { profile } = ingressNginxWith({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'ingress-nginx', name: 'controller' },
      data: { 'block-cidrs': '127.0.0.0/8' },
    });
    const closing = { ...profile, settings: { ...profile.settings, ...passing.settings } };
    const running = await stage.open(compiled(manifests, { 'default/pass:80': [taker.endpoint] }, closing), { profile: closing });
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    socket.write(hello);
    expect(await readAll(socket)).toHaveLength(0);
    socket.destroy();
    expect(await ended).toMatchObject({ details: 'ip-access', tries: 0 });
    expect(taker.connections).toHaveLength(0);
  });
});

describe('ends', () => {
  it('the last word of either side is passed on, and the other one may still speak', async () => {
    const taker = await stage.take((socket) => {
      socket.on('data', () => undefined);
      socket.once('end', () => socket.end('bye'));
    });
    const running = await serve([taker.endpoint]);
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    socket.end(hello);
    expect((await readAll(socket)).toString()).toBe('bye');
    socket.destroy();
    expect(await ended).toMatchObject({ complete: true, flags: [], bytesReceived: hello.length, bytesSent: 3 });
  });

  it('also when the backend is the first to end', async () => {
    let heard = '';
    const taker = await stage.take((socket) => {
      socket.end('first');
      socket.on('data', (data: Buffer) => {
        heard += data.toString('latin1');
      });
    });
    const running = await serve([taker.endpoint]);
    const ended = running.nextPassthrough();
    const socket = await dial(running.tlsPort);
    socket.write(hello);
    expect((await readAll(socket)).toString()).toBe('first');
    socket.end('and last');
    expect(await ended).toMatchObject({ complete: true, flags: [] });
    expect(heard).toBe(`${hello.toString('latin1')}and last`);
    socket.destroy();
  });

  it('a side that breaks takes the other one with it', async () => {
    const taker = await stage.take(echo);
    const running = await serve([taker.endpoint]);
    let ended = running.nextPassthrough();
    const first = await through(running);
    taker.connections[0]?.resetAndDestroy();
    await readAll(first);
    expect(await ended).toMatchObject({ flags: ['UC'], complete: false });
    ended = running.nextPassthrough();
    const second = await through(running);
    const gone = once(taker.connections[1] as Socket, 'close');
    second.resetAndDestroy();
    await gone;
    expect(await ended).toMatchObject({ flags: ['DC'], complete: false });
    expect(running.errors).toEqual([]);
    first.destroy();
  });

  it('megabytes pass in both directions at once, unchanged', async () => {
    const { certificate, key } = await (await createAuthority()).issue('backend.example');
    const [up, down] = [randomBytes(4_000_000), randomBytes(4_000_000)];
    let received: Promise<Buffer> | undefined;
    const taker = await stage.takeTls({ cert: certificate, key, allowHalfOpen: true }, (socket) => {
      received = readAll(socket);
      socket.end(down);
    });
    const running = await serve([taker.endpoint]);
    const socket = await handshake(running.tlsPort, 'pass.example');
    socket.allowHalfOpen = true;
    const answer = readAll(socket);
    socket.end(up);
    expect(shown(await answer)).toBe(shown(down));
    await until(() => received !== undefined);
    expect(shown((await received) as Buffer)).toBe(shown(up));
    socket.destroy();
  });
});
