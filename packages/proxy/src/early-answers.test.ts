import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyOptions } from './proxy-options.ts';
import { closedByPeer, startBackend, startRawBackend } from './testing/backend.ts';
import { block, endHeaders, endStream, FrameClient, frame, frameTypes } from './testing/frames.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from './testing/harness.ts';
import { countResponses } from './testing/raw-client.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const short: ProxyOptions['timeouts'] = { headersMs: 1_000, keepAliveMs: 1_000 };

/** A proxy in front of a backend that answers when it has seen the headers, and reads nothing. */
async function inFrontOfHasty(
  options: ProxyOptions = {},
  answer = 'HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno',
): Promise<Running> {
  const backend = await startRawBackend((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(answer);
    });
  });
  const running = await startProxy(
    compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [backend.endpoint] }),
    options,
  );
  opened.push(running, backend);
  return running;
}

/** A client that keeps what it is told. */
class Talk {
  readonly socket: Socket;
  text = '';
  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
    });
  }
  async until(responses: number): Promise<void> {
    while (countResponses(this.text) < responses) {
      if (this.socket.destroyed) throw new Error(`the connection was closed; so far ${JSON.stringify(this.text)}`);
      await new Promise(setImmediate);
    }
  }
}

const post = (length: number): string => `POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${length}\r\n\r\n`;
const elsewhere = 'GET / HTTP/1.1\r\nHost: b.example\r\n\r\n';

describe('an answer that comes before the body', () => {
  it.each([1_000, 300_000, 3_000_000])('a client that keeps its connections goes on after %i bytes', async (length) => {
    const backend = await startBackend((_request, response) => void response.writeHead(401).end('no'));
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [backend.endpoint] }),
    );
    opened.push(running, backend);
    const { port } = running;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (method: string, body?: Buffer): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { host: 'a.example', ...(body === undefined ? {} : { 'content-length': body.length }) };
        httpRequest({ port, host: '127.0.0.1', agent, method, headers }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        })
          .on('error', reject)
          .end(body);
      });
    expect(await ask('POST', Buffer.alloc(length))).toBe(401);
    expect(await ask('GET')).toBe(401);
    agent.destroy();
  });

  it('what is left of a body is dropped where it is short, and the connection serves on', async () => {
    const { port } = await inFrontOfHasty();
    const talk = new Talk(port);
    talk.socket.write(`${post(60_000)}x`);
    await talk.until(1);
    talk.socket.write('x'.repeat(59_999) + elsewhere);
    await talk.until(2);
    expect(talk.text).toMatch(/^HTTP\/1\.1 401 .*HTTP\/1\.1 404 /s);
    talk.socket.destroy();
  });

  it('the connection is closed where much is left, the client is told, and gets the answer whole', async () => {
    const { port } = await inFrontOfHasty();
    const talk = new Talk(port);
    // A client that reads only when it has sent everything: more than the system takes over.
    talk.socket.pause();
    talk.socket.write(post(50_000_000));
    await new Promise<unknown>((resolve) => talk.socket.write(Buffer.alloc(50_000_000), resolve));
    talk.socket.resume();
    await closedByPeer(talk.socket);
    expect(talk.text).toMatch(/^HTTP\/1\.1 401 .*\r\nconnection: close\r\n.*\r\nno$/is);
    talk.socket.destroy();
  });

  it('a length that nobody knows counts as much', async () => {
    const { port } = await inFrontOfHasty();
    const talk = new Talk(port);
    talk.socket.write('POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n');
    await closedByPeer(talk.socket);
    expect(talk.text).toMatch(/^HTTP\/1\.1 401 .*no$/s);
    talk.socket.destroy();
  });

  it('it is closed as well where nobody knows how long the answer will be', async () => {
    const { port } = await inFrontOfHasty({}, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n');
    const talk = new Talk(port);
    talk.socket.write(post(400_000) + 'x'.repeat(1_000));
    await closedByPeer(talk.socket);
    expect(talk.text).toMatch(/^HTTP\/1\.1 200 .*\r\n0\r\n\r\n$/s);
    talk.socket.destroy();
  });

  it('what comes behind the body on a connection that closes is not served', async () => {
    const running = await inFrontOfHasty();
    const talk = new Talk(running.port);
    talk.socket.write(`${post(400_000)}x`);
    while (!talk.text.endsWith('no')) await new Promise(setImmediate);
    talk.socket.write('x'.repeat(399_999) + elsewhere.repeat(3));
    await closedByPeer(talk.socket);
    while (running.proxy.report().connections > 0) await new Promise(setImmediate);
    expect(running.records.map(({ status }) => status)).toEqual([401]);
  });

  it.each([
    ['short', 60_000],
    ['long', 400_000],
  ])('a client that does not send the rest of a %s body is closed', async (_, length) => {
    const running = await inFrontOfHasty({ timeouts: short });
    // It does not end its own side when the other one does.
    const socket = connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(`${post(length)}x`);
    const drip = setInterval(() => socket.write('x'), 100);
    await running.nextRecord();
    while (running.proxy.report().connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    clearInterval(drip);
    socket.destroy();
  });

  it('the answer of a fallback', async () => {
    const backend = await startBackend((_request, response) => void response.writeHead(503).end('no'));
    const fallback = await startBackend((_request, response) => void response.writeHead(200).end('instead'));
    const annotations = { 'default-backend': 'other', 'custom-http-errors': '503' };
    const running = await startProxy(
      compiled(
        ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web') + serviceYaml('other'),
        { 'default/web:80': [backend.endpoint], 'default/other:80': [fallback.endpoint] },
        'ingress-nginx',
      ),
    );
    opened.push(running, backend, fallback);
    const talk = new Talk(running.port);
    talk.socket.write(post(400_000) + 'x'.repeat(1_000));
    await closedByPeer(talk.socket);
    expect(talk.text).toContain('instead');
    talk.socket.destroy();
  });
});

describe('HTTP/2: an answer that comes before the body', () => {
  it.each([
    ['of a backend', 'a.example', [frameTypes.headers, frameTypes.data, frameTypes.data]],
    ['of the gateway', 'b.example', [frameTypes.headers]],
  ])('%s: the stream is ended, and then reset without an error', async (_, host, response) => {
    const { port } = await inFrontOfHasty();
    const client = new FrameClient(port);
    const headers = [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', host],
    ] as const;
    client.send(frame(frameTypes.headers, endHeaders, 1, block(headers)), frame(frameTypes.data, 0, 1, 'x'.repeat(1_000)));
    expect(await client.until(({ type }) => type === frameTypes.rstStream)).toMatchObject({ stream: 1, payload: Buffer.alloc(4) });
    const ofStream = client.frames.filter(({ stream }) => stream === 1);
    expect(ofStream.map(({ type }) => type)).toEqual([...response, frameTypes.rstStream]);
    expect(ofStream.slice(0, -1).map(({ flags }) => flags & endStream)).toEqual(
      response.map((_type, at) => (at === response.length - 1 ? 1 : 0)),
    );
    client.socket.destroy();
  });

  it('a client gets it whole, and the connection serves on', async () => {
    const { port } = await inFrontOfHasty();
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    for (let index = 0; index < 3; index++) {
      const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'a.example' });
      stream.on('error', () => undefined);
      stream.write(Buffer.alloc(300_000));
      const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
      let text = '';
      for await (const chunk of stream) text += chunk;
      expect([answer[':status'], text, stream.rstCode]).toEqual([401, 'no', constants.NGHTTP2_NO_ERROR]);
    }
    session.destroy();
  });
});
