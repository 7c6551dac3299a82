import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Backend, startBackend } from '../testing/backend.ts';
import { createAuthority } from '../testing/certificates.ts';
import { block, endHeaders, endStream, FrameClient, frame, frameTypes, getHeaders, preface } from '../testing/frames.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';

const { headers, goaway, settings } = frameTypes;
const get = frame(headers, endHeaders | endStream, 1, block(getHeaders()));

let backend: Backend;
let running: Running;
let held: (() => void)[];

beforeEach(async () => {
  held = [];
  backend = await startBackend(({ url }, response) => {
    if (url === '/held') held.push(() => response.end('ok'));
    else response.end('ok');
  });
  running = await startProxy(
    compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [backend.endpoint] }),
    { defaultCertificate: await (await createAuthority()).issue('default.example') },
    [{ port: 0 }, { port: 0, tls: true }],
  );
});

afterEach(async () => {
  await running.close();
  await backend.close();
});

/** Begins a drain that an exchange keeps waiting. */
async function drain(): Promise<{ finish(): Promise<void> }> {
  const answer = running.proxy.fetch('http://a.example/held');
  while (held.length === 0) await new Promise(setImmediate);
  const drained = running.proxy.drain();
  return {
    async finish() {
      for (const release of held) release();
      await answer;
      await drained;
    },
  };
}

it('a connection whose first bytes come after the drain began is served once and told to go', async () => {
  const client = new FrameClient(running.port, Buffer.alloc(0));
  while (running.proxy.report().connections < 1) await new Promise(setImmediate);
  const draining = await drain();
  client.send(preface, frame(settings, 0, 0), get, frame(headers, endHeaders | endStream, 3, block(getHeaders())));
  await client.untilClosed();
  expect(client.frames.filter(({ type }) => type === headers).map(({ stream }) => stream)).toEqual([1, 3]);
  const farewells = client.frames.filter(({ type }) => type === goaway);
  expect(farewells.map(({ payload }) => payload.readUInt32BE(4))).toEqual(farewells.map(() => 0));
  // First that no more are welcome, then which was the last.
  expect(farewells[0]?.payload.readUInt32BE(0)).toBe(2 ** 31 - 1);
  expect(farewells.at(-1)?.payload.readUInt32BE(0)).toBe(3);
  await draining.finish();
});

it('a connection whose handshake ends after the drain began is told to go, before it has asked anything', async () => {
  const socket = connect(running.tlsPort, '127.0.0.1');
  await once(socket, 'connect');
  while (running.proxy.report().connections < 1) await new Promise(setImmediate);
  const draining = await drain();
  const secure = connectTls({ socket, ALPNProtocols: ['h2'], rejectUnauthorized: false, servername: 'a.example' });
  await once(secure, 'secureConnect');
  const session = connectHttp2('https://a.example', { createConnection: () => secure });
  const [code] = (await once(session, 'goaway')) as [number];
  expect(code).toBe(0);
  session.destroy();
  await draining.finish();
});

it('a connection that was there before the drain is told to go', async () => {
  const client = new FrameClient(running.port);
  client.send(get);
  await client.until(({ type }) => type === headers);
  const draining = await drain();
  expect(await client.until(({ type }) => type === goaway)).toBeDefined();
  await client.untilClosed();
  await draining.finish();
});
