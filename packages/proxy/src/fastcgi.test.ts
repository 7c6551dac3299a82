import { createHash } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProxyEvents } from './events.ts';
import { FastCgiBench } from './testing/fastcgi-bench.ts';
import { answer, endRequest, stderr, stdout } from './testing/fastcgi-responder.ts';
import { sendRaw } from './testing/raw-client.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';

describe('requests', () => {
  test('the process learns what nginx would tell it', async () => {
    const responder = await bench.responder();
    const { port } = await bench.serveFastCgi([responder.endpoint]);
    const { status, body } = await sendRaw(
      port,
      'POST /x/../blog%20a/?p=/ HTTP/1.1\r\nHost: a.example:8080\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nProxy: http://evil\r\nX-Mine: 1\r\n\r\nhi',
    );
    expect(status).toBe(200);
    const { params, body: received } = JSON.parse(body) as { readonly params: Record<string, string>; readonly body: string };
    expect(received).toBe('hi');
    expect(params).toMatchObject({
      QUERY_STRING: 'p=/',
      REQUEST_METHOD: 'POST',
      CONTENT_TYPE: 'text/plain',
      CONTENT_LENGTH: '2',
      SCRIPT_NAME: '/blog a/index.php',
      SCRIPT_FILENAME: '/srv/blog a/index.php',
      REQUEST_URI: '/x/../blog%20a/?p=/',
      DOCUMENT_URI: '/blog a/',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REQUEST_SCHEME: 'http',
      REMOTE_ADDR: '127.0.0.1',
      CLIENT: '127.0.0.1',
      SERVER_ADDR: '127.0.0.1',
      SERVER_NAME: 'a.example',
      HTTP_HOST: 'a.example:8080',
      HTTP_X_MINE: '1',
      HTTP_X_FORWARDED_FOR: '127.0.0.1',
    });
    expect(params['REMOTE_PORT']).toMatch(/^\d+$/);
    expect(params).not.toHaveProperty('HTTP_PROXY');
    expect(params).not.toHaveProperty('HTTPS');
  });

  test('a script above the root has no way out', async () => {
    const responder = await bench.responder();
    const { port } = await bench.serveFastCgi([responder.endpoint]);
    for (const target of ['/../etc/passwd', '/a/%2e%2e/%2e%2e/x', '/..;/x', '/a%00.php'])
      expect((await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: a.example\r\n\r\n`)).status, target).toBe(400);
    expect(responder.seen).toEqual([]);
  });

  const chunked = (body: string): string =>
    `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  test('a body of unknown length is read first, so that the process knows its length', async () => {
    const responder = await bench.responder();
    const { port } = await bench.serveFastCgi([responder.endpoint]);
    expect((await sendRaw(port, chunked('hello'))).status).toBe(200);
    expect(responder.seen[0]?.params['CONTENT_LENGTH']).toBe('5');
    expect(responder.seen[0]?.body.toString()).toBe('hello');
    expect(responder.seen[0]?.params).not.toHaveProperty('HTTP_TRANSFER_ENCODING');
    // Without a body in the end.
    expect((await sendRaw(port, 'POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')).status).toBe(200);
    expect(responder.seen[1]?.params['CONTENT_LENGTH']).toBe('0');
  });

  test('up to the size that the route allows', async () => {
    const responder = await bench.responder();
    const running = await bench.serveFastCgi([responder.endpoint], { 'proxy-body-size': '1k' });
    const ended = running.nextRecord();
    expect((await sendRaw(running.port, chunked('x'.repeat(1_025)))).status).toBe(413);
    expect(await ended).toMatchObject({ flags: ['DPE'], details: 'request_body_too_large' });
    expect(responder.seen).toEqual([]);
  });

  test('and to the size that is held in memory: beyond it the length is asked for', async () => {
    const responder = await bench.responder();
    const running = await bench.serveFastCgi([responder.endpoint], { 'proxy-body-size': '0' });
    const ended = running.nextRecord();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest({ port: running.port, method: 'POST', headers: { host: 'a.example' } }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      const piece = Buffer.alloc(1_048_576);
      for (let count = 0; count < 17; count++) request.write(piece);
    });
    expect(status).toBe(411);
    expect(await ended).toMatchObject({ flags: ['DPE'], details: 'request_length_required' });
    expect(responder.seen).toEqual([]);
  });

  test('large bodies stream in both directions', async () => {
    const body = Buffer.alloc(8 * 1_048_576, 'there and back ');
    const digest = createHash('sha256').update(body).digest('hex');
    const responder = await bench.responder(({ body: received }) => {
      const records = [stdout(`Content-Length: ${received.length}\r\n\r\n`)];
      for (let start = 0; start < received.length; start += 65_535) records.push(stdout(received.subarray(start, start + 65_535), 3));
      return Buffer.concat([...records, stdout(), endRequest()]);
    });
    const { proxy } = await bench.serveFastCgi([responder.endpoint], { 'proxy-body-size': '0' });
    const response = await proxy.fetch('http://a.example/', { method: 'POST', body, headers: { 'content-length': String(body.length) } });
    expect(
      createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex'),
    ).toBe(digest);
  });

  test('an upgrade is an ordinary request to a process', async () => {
    const responder = await bench.responder();
    const { port } = await bench.serveFastCgi([responder.endpoint]);
    const { status } = await sendRaw(
      port,
      'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    expect(status).toBe(200);
    expect(responder.seen[0]?.params).not.toHaveProperty('HTTP_UPGRADE');
  });
});

describe('answers', () => {
  test.each([
    ['Status: 404 Not Found\r\nX-A: b\r\n\r\nno', 404, 'no'],
    ['Location: /there\r\n\r\n', 302, ''],
    ['Content-Length: 2\r\n\r\nok', 200, 'ok'],
  ])('%j', async (text, status, body) => {
    const responder = await bench.responder(() => answer(text));
    const { proxy } = await bench.serveFastCgi([responder.endpoint]);
    const response = await proxy.fetch('http://a.example/');
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.has('status')).toBe(false);
  });

  test('HEAD has none', async () => {
    const responder = await bench.responder(() => answer('Content-Length: 2\r\n\r\n'));
    const { port } = await bench.serveFastCgi([responder.endpoint]);
    expect(await sendRaw(port, ['HEAD / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n'], { responses: 9 })).toMatchObject({
      status: 200,
      body: '',
    });
  });

  test('headers of a connection do not pass, and no body takes their word for its framing', async () => {
    const responder = await bench.responder(() => answer('Transfer-Encoding: chunked\r\nConnection: close\r\nKeep-Alive: 5\r\n\r\nok'));
    const { proxy } = await bench.serveFastCgi([responder.endpoint]);
    const response = await proxy.fetch('http://a.example/');
    expect(await response.text()).toBe('ok');
    expect(response.headers.has('keep-alive')).toBe(false);
  });

  test('what goes to standard error is for the owner of the gateway', async () => {
    const responder = await bench.responder(() => Buffer.concat([stderr('PHP Warning'), answer('X: 1\r\n\r\nok')]));
    const running = await bench.serveFastCgi([responder.endpoint]);
    const messages: ProxyEvents['stderr'][] = [];
    running.proxy.on('stderr', (message) => void messages.push(message));
    const answered = await sendRaw(running.port, get);
    expect(answered.text).not.toContain('PHP Warning');
    expect(messages).toMatchObject([
      { text: 'PHP Warning', endpoint: `127.0.0.1:${responder.endpoint.port}`, ingress: 'default/web', requestId: expect.any(String) },
    ]);
    expect(running.errors).toEqual([]);
  });
});
