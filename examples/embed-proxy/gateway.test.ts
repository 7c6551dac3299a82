import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IngressProxy } from '@ingresskit/proxy';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createGateway } from './gateway.ts';

const manifests = readFileSync(new URL('manifests.yaml', import.meta.url), 'utf8');
const stop = new AbortController();
let backend: Server;
let proxy: IngressProxy;

beforeEach(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
  backend = createServer(({ url }, response) => response.end(`hello from ${url}`)).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  proxy = createGateway(
    manifests,
    { 'default/hello:80': [{ address: '127.0.0.1', port, ready: true }] },
    { listeners: [{ port: 0 }, { port: 0, tls: true }], signal: stop.signal },
  );
});

afterEach(async () => {
  await proxy.close();
  backend.closeAllConnections();
  await new Promise((done) => backend.close(done));
  vi.restoreAllMocks();
});

it('answers without a socket', async () => {
  const response = await proxy.fetch('http://hello.example.com/greetings/you');
  expect([response.status, await response.text()]).toEqual([200, 'hello from /you']);
  expect((await proxy.fetch('http://hello.example.com/elsewhere')).status).toBe(404);
  expect(console.log).toHaveBeenCalledWith('GET', '/greetings/you', 200, 'via_upstream', expect.stringContaining('default/hello'));
});

it('answers over HTTP and HTTPS', async () => {
  const [http, https] = await proxy.listen();
  expect(http?.scheme).toBe('http');
  const answer = await new Promise<[number | undefined, string]>((done, fail) => {
    const headers = { host: 'hello.example.com' };
    httpsRequest(
      { host: '127.0.0.1', port: https?.port, path: '/greetings/you', servername: 'hello.example.com', headers, rejectUnauthorized: false },
      async (response) => done([response.statusCode, (await response.toArray()).join('')]),
    )
      .on('error', fail)
      .end();
  });
  expect(answer).toEqual([200, 'hello from /you']);
});

it('closes when its signal is aborted', async () => {
  const [http] = await proxy.listen();
  stop.abort();
  await proxy.close();
  await expect(fetch(`http://127.0.0.1:${http?.port}/`)).rejects.toThrow();
});

it('is what docs/embed.md shows', () => {
  const page = readFileSync(new URL('../../docs/embed.md', import.meta.url), 'utf8');
  for (const file of ['gateway.ts', 'main.ts']) expect(page).toContain(readFileSync(new URL(file, import.meta.url), 'utf8'));
});
