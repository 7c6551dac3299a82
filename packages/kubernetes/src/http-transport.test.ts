import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { apiResourceOf } from './api-resource.ts';
import { type ClusterOptions, clusterFromToken, inCluster } from './cluster.ts';
import { createTransport } from './http-transport.ts';
import { createClient, type ObjectClient } from './object-client.ts';
import { openFront } from './testing/http-front.ts';
import { createFakeApiServer, type FakeApiServer, type FakeApiServerOptions, VirtualClock } from './testing/index.ts';
import { configMap } from './testing/reflector-bench.ts';

const configMaps = apiResourceOf('ConfigMap');
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function serve(options: FakeApiServerOptions = {}): FakeApiServer {
  const server = createFakeApiServer(options);
  cleanups.push(() => server.close());
  server.put(configMap('a'));
  return server;
}

function connect(options: ClusterOptions): ObjectClient {
  const client = createClient({ server: options });
  cleanups.push(() => client.close());
  return client;
}

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ingresskit-'));
  cleanups.push(() => rm(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

async function authority(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key, cert };
}

const read = (client: ObjectClient) => client.get(configMaps, { namespace: 'default', name: 'a' });

describe('the HTTP transport', () => {
  it('needs no new connections for a hundred calls in a row', async () => {
    const server = serve();
    const client = connect({ server: await server.listen() });
    for (let number = 0; number < 100; number += 1) await read(client);
    // The pool may open a second one while the first is just becoming free.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('F19: a rotated token is read again after one 401, with exactly one retry', async () => {
    const server = serve({ tokens: ['old'] });
    const path = await folder({ token: 'old\n' });
    const client = connect({ server: await server.listen(), tokenFile: join(path, 'token') });
    await read(client);
    server.tokens?.clear();
    server.tokens?.add('new');
    await writeFile(join(path, 'token'), 'new\n');
    await read(client);
    expect(server.requests).toHaveLength(2);
  });

  it('F19b: a token that stays refused is an error that does not name it, after one retry', async () => {
    let calls = 0;
    const front = await openFront(() => {
      calls += 1;
      return Promise.resolve({ status: 401, headers: {}, body: '{"kind":"Status","message":"Unauthorized"}' });
    });
    cleanups.push(() => front.close());
    const path = await folder({ token: 'secret-token' });
    const client = connect({ server: front.url, tokenFile: join(path, 'token') });
    const error: unknown = await read(client).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'kubernetes/unauthorized', status: 401 });
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('secret-token');
    expect(calls).toBe(2);
    const fixed = connect(clusterFromToken(front.url, 'secret-token'));
    await expect(read(fixed)).rejects.toMatchObject({ code: 'kubernetes/unauthorized' });
    expect(calls).toBe(3);
  });

  it('reads a token file again within a minute, and keeps the old text while the file is away', async () => {
    const clock = new VirtualClock();
    const server = serve({ tokens: ['one', 'two'] });
    const path = await folder({ token: 'one' });
    const client = connect({ server: await server.listen(), tokenFile: join(path, 'token'), clock });
    const tokenOf = async (): Promise<string> => {
      await read(client);
      return server.requests.at(-1)?.headers['authorization'] ?? '';
    };
    expect(await tokenOf()).toBe('Bearer one');
    await writeFile(join(path, 'token'), 'two');
    expect(await tokenOf()).toBe('Bearer one');
    await clock.advance(60_000);
    expect(await tokenOf()).toBe('Bearer two');
    await rm(join(path, 'token'));
    await clock.advance(60_000);
    expect(await tokenOf()).toBe('Bearer two');
  });

  it('refuses a token that would split the header, without showing it', async () => {
    const server = serve();
    const client = connect(clusterFromToken(await server.listen(), 'evil\r\nx-injected: 1'));
    const error: unknown = await read(client).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'kubernetes/bad-options' });
    expect(String(error)).not.toContain('evil');
  });

  it('F20: a rotated CA bundle is picked up within a minute, and running watches are not cut', async () => {
    const clock = new VirtualClock();
    const [first, second] = await Promise.all([authority(), authority()]);
    const path = await folder({ 'ca.crt': first.cert });
    const server = serve();
    const url = await server.listen(first);
    const transport = createTransport({ server: url, caFile: join(path, 'ca.crt'), clock });
    cleanups.push(() => transport.close());
    const client = createClient({ server: transport });
    await read(client);
    const watch = await transport.request({ method: 'GET', path: '/api/v1/configmaps?watch=true&resourceVersion=0', isStream: true });
    const chunks = watch.body[Symbol.asyncIterator]();
    await chunks.next();
    await writeFile(join(path, 'ca.crt'), `${first.cert}\n${second.cert}`);
    await clock.advance(60_000);
    await read(client);
    // New connections for calls, while the watch goes on where it was.
    expect(server.connections).toBe(3);
    server.put(configMap('b'));
    expect(new TextDecoder().decode((await chunks.next()).value as Uint8Array)).toContain('"name":"b"');
    await chunks.return?.();
  });

  it('F20b: a server with a new certificate is trusted as soon as the bundle names its authority', async () => {
    const [first, second] = await Promise.all([authority(), authority()]);
    const path = await folder({ 'ca.crt': first.cert });
    const server = serve();
    const client = connect({ server: await server.listen(second), caFile: join(path, 'ca.crt') });
    await expect(read(client)).rejects.toMatchObject({ code: 'kubernetes/untrusted-server' });
    await writeFile(join(path, 'ca.crt'), second.cert);
    // Without waiting for the minute to pass: distrust makes it look at once.
    await expect(read(client)).resolves.toMatchObject({ metadata: { name: 'a' } });
  });

  it('shows its client certificate', async () => {
    const [own, peer] = await Promise.all([authority(), authority()]);
    const server = serve();
    const url = await server.listen({ ...peer, ca: own.cert, requestCert: true });
    await expect(read(connect({ server: url, ca: peer.cert, cert: own.cert, key: own.key }))).resolves.toMatchObject({ kind: 'ConfigMap' });
    await expect(read(connect({ server: url, ca: peer.cert }))).rejects.toThrow();
  });

  it('gives up on a server that says nothing', async () => {
    const server = serve();
    server.fail({ verb: 'get' }, { kind: 'hang' });
    const client = connect({ server: await server.listen(), headersTimeout: 100 });
    await expect(read(client)).rejects.toMatchObject({ code: 'kubernetes/timeout' });
    await expect(read(client)).resolves.toMatchObject({ kind: 'ConfigMap' });
  });

  it('tells a broken connection, and ends everything when it is closed', async () => {
    const server = serve();
    server.fail({ verb: 'get' }, { kind: 'reset' });
    const client = connect({ server: await server.listen() });
    await expect(read(client)).rejects.toMatchObject({ code: 'kubernetes/connection' });
    server.fail({ verb: 'get' }, { kind: 'hang' });
    const waiting = read(client);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'kubernetes/stopped' });
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    await refused;
    await expect(read(client)).rejects.toMatchObject({ code: 'kubernetes/stopped' });
  });

  it('goes through a path prefix, as of a proxy for many clusters', async () => {
    const paths: string[] = [];
    const front = await openFront(({ path }) => {
      paths.push(path);
      return Promise.resolve({ status: 404, headers: {}, body: '' });
    });
    cleanups.push(() => front.close());
    await connect({ server: `${front.url}/k8s/clusters/one/` }).find(configMaps, { namespace: 'default', name: 'a/../b' });
    expect(paths).toEqual(['/k8s/clusters/one/api/v1/namespaces/default/configmaps/a%2F..%2Fb']);
  });

  it('refuses URLs that it cannot use', () => {
    for (const server of ['nowhere', 'ftp://example.test', '']) {
      expect(() => createTransport({ server })).toThrow(expect.objectContaining({ code: 'kubernetes/bad-options' }));
    }
  });
});

describe('inCluster', () => {
  it('takes the address from the environment and the files from the mount', () => {
    expect(inCluster({ KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '6443' }, '/mount')).toEqual({
      server: 'https://10.0.0.1:6443',
      tokenFile: '/mount/token',
      caFile: '/mount/ca.crt',
    });
    expect(inCluster({ KUBERNETES_SERVICE_HOST: 'fd00::1' }, '/mount').server).toBe('https://[fd00::1]:443');
    expect(() => inCluster({})).toThrow(expect.objectContaining({ code: 'kubernetes/bad-options' }));
  });
});
