import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../object-client.ts';
import { createFakeApiServer, VirtualClock } from '../testing/index.ts';
import { configMap, configMaps } from '../testing/reflector-bench.ts';
import { clusterFromKubeconfig } from './kubeconfig.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const encode = (text: string) => Buffer.from(text).toString('base64');

function kubeconfig(server: string, user: object, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u' } },
      { name: 'broken', context: { cluster: 'missing', user: 'u' } },
    ],
    'current-context': 'main',
  });
}

describe('clusterFromKubeconfig', () => {
  it('reaches a TLS server with the token of the file, and reads the file again when it is refused', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      keyType: 'ec',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    });
    const server = createFakeApiServer({ tokens: ['old'] });
    cleanups.push(() => server.close());
    server.put(configMap('a'));
    const url = await server.listen({ key, cert });
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'config');
    await writeFile(file, kubeconfig(url, { token: 'old' }, { 'certificate-authority-data': encode(cert) }));
    const client = createClient({ server: await clusterFromKubeconfig({ file }) });
    cleanups.push(() => client.close());
    expect(await client.list(configMaps)).toHaveLength(1);
    server.tokens?.clear();
    server.tokens?.add('new');
    await writeFile(file, kubeconfig(url, { token: 'new' }, { 'certificate-authority-data': encode(cert) }));
    expect(await client.list(configMaps)).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it('hands on client certificates, server names, impersonation and passwords', async () => {
    const text = kubeconfig(
      'https://127.0.0.1:1',
      { 'client-certificate-data': encode('CERT'), 'client-key-data': encode('KEY'), username: 'me', password: 'pw', as: 'someone' },
      { 'insecure-skip-tls-verify': true, 'tls-server-name': 'kube.test' },
    );
    const cluster = await clusterFromKubeconfig({ text, clock: new VirtualClock() });
    expect(cluster.server).toBe('https://127.0.0.1:1');
    expect(await cluster.credentials?.tls()).toEqual({ cert: 'CERT', key: 'KEY', serverName: 'kube.test', insecureSkipTlsVerify: true });
    expect(await cluster.credentials?.headers()).toMatchObject({
      authorization: `Basic ${encode('me:pw')}`,
      'impersonate-user': 'someone',
    });
  });

  it('says what is wrong with a file', async () => {
    const bad = { code: 'kubernetes/bad-options' };
    await expect(clusterFromKubeconfig({ text: kubeconfig('https://x', {}), context: 'broken' })).rejects.toMatchObject(bad);
    await expect(clusterFromKubeconfig({ text: '{{{' })).rejects.toMatchObject(bad);
    await expect(clusterFromKubeconfig({ file: '/nonexistent/config' })).rejects.toMatchObject(bad);
    await expect(clusterFromKubeconfig({ text: kubeconfig('https://x', {}, { 'proxy-url': 'http://proxy' }) })).rejects.toMatchObject(bad);
  });
});
