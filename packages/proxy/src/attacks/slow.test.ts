import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedByPeer, startBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { type Guarded, request, startGuarded } from './guarded.ts';

const timeouts = {
  tlsHandshakeMs: 700,
  headersMs: 1_000,
  bodyIdleMs: 1_000,
  keepAliveMs: 1_000,
  streamIdleMs: 1_500,
  clientStallMs: 1_000,
};
let guarded: Guarded;
let secure: Running;
beforeAll(async () => {
  guarded = await startGuarded({ timeouts });
  secure = await startProxy(compiled(''), { timeouts }, [{ port: 0, tls: true }]);
});
afterAll(async () => {
  await guarded.close();
  await secure.close();
});

/** Sends a piece, then a byte at a time for as long as the connection lives. */
async function drip(port: number, beginning: string, piece: string | undefined): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  if (beginning !== '') socket.write(beginning);
  const timer = piece === undefined ? undefined : setInterval(() => socket.write(piece), 100);
  await closedByPeer(socket);
  clearInterval(timer);
  socket.destroy();
  return text;
}

const unread = 'POST / HTTP/1.1\r\nHost: b.example\r\nContent-Length: 60000\r\n\r\n';

// Each test ends when the proxy closes the connection; one that it forgets runs into the limit of the test.
describe('A17: clients that take their time', () => {
  it.each([
    ['not a byte', '', undefined, /^$/],
    ['half a request line', 'GET / HT', undefined, /^(HTTP\/1\.1 408 |$)/],
    ['a header a byte at a time', 'GET / HTTP/1.1\r\nHost: a.example\r\nX: ', 'y', /^(HTTP\/1\.1 408 |$)/],
    ['a body that does not come', request(['Content-Length: 100000']), undefined, /^HTTP\/1\.1 408 /],
    ['a body a byte at a time', request(['Content-Length: 100000']), 'y', /^HTTP\/1\.1 408 /],
    ['chunks a byte at a time', request(['Transfer-Encoding: chunked']), '1\r\ny\r\n', /^HTTP\/1\.1 408 /],
    ['a connection that is kept and not used', request([], '', 'GET'), undefined, /^HTTP\/1\.1 200 /],
    ['half of a second request', `${request([], '', 'GET')}GET / HT`, undefined, /^HTTP\/1\.1 200 /],
    ['blank lines in the place of a second request', request([], '', 'GET'), '\r\n', /^HTTP\/1\.1 200 .*}$/s],
    ['a body that nobody reads, a byte at a time', unread, 'x', /^HTTP\/1\.1 404 .*\r\n\r\n$/s],
  ])('%s', async (_, beginning, piece, expected) => {
    expect(await drip(guarded.running.port, beginning, piece)).toMatch(expected);
  });

  it('a handshake that stops', async () => {
    expect(await drip(secure.tlsPort, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', undefined)).toBe('');
    expect(await drip(secure.tlsPort, '', undefined)).toBe('');
  });

  it('a response that nobody reads', async () => {
    const chunk = Buffer.alloc(65_536);
    let gone = false;
    const endless = await startBackend((_incoming, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        response.once('drain', more);
      };
      response.on('close', () => {
        gone = true;
      });
      more();
    });
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [endless.endpoint] }),
      { timeouts },
    );
    const ended = running.nextRecord();
    const socket: Socket = connect(running.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write(request([], '', 'GET'));
    expect(await ended).toMatchObject({ complete: false, details: 'client_stalled' });
    while (!gone) await new Promise(setImmediate);
    socket.destroy();
    await running.close();
    await endless.close();
  });

  it('100-continue: the body comes only when somebody will read it', async () => {
    const socket = connect(guarded.running.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (/^HTTP\/1\.1 100 /.test(text) && !text.includes('200 OK')) socket.write('hello');
    });
    socket.write(request(['Content-Length: 5', 'Expect: 100-continue', 'Connection: close']));
    await closedByPeer(socket);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect(text).toContain('"body":"hello"');
    socket.destroy();
    // Refused before: no 100, and the connection is closed, since nobody can tell whether the body will come.
    const refused = await sendRaw(guarded.running.port, request(['Content-Length: 5', 'Expect: 100-continue'], '', 'POST', '/admin'));
    expect(refused).toMatchObject({ status: 401, closed: true });
    expect(refused.text).not.toContain('100 Continue');
    expect(await sendRaw(guarded.running.port, request(['Content-Length: 5', 'Expect: tea']))).toMatchObject({ status: 417 });
  });

  it('a client that goes away takes its request with it', async () => {
    let cancelled = false;
    const slow = await startBackend((incoming) => {
      incoming.socket.once('close', () => {
        cancelled = true;
      });
    });
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [slow.endpoint] }),
    );
    const ended = running.nextRecord();
    const socket = connect(running.port, '127.0.0.1');
    socket.write(request([], '', 'GET'));
    while (slow.seen.length === 0) await new Promise(setImmediate);
    socket.destroy();
    expect(await ended).toMatchObject({ complete: false, flags: ['DC'], status: 0 });
    while (!cancelled) await new Promise(setImmediate);
    await running.close();
    await slow.close();
  });

  it('server-sent events come as they are sent', async () => {
    let send: ((text: string) => void) | undefined;
    const events = await startBackend((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      send = (text) => response.write(text);
      response.flushHeaders();
    });
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [events.endpoint] }),
    );
    const response = await running.proxy.fetch('http://a.example/');
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    for (const text of ['data: 1\n\n', 'data: 2\n\n']) {
      send?.(text);
      expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe(text);
    }
    await reader.cancel();
    await running.close();
    await events.close();
  });
});
