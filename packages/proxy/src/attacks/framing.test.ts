import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Echo, startBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';
import { type Guarded, request, startGuarded } from './guarded.ts';

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startGuarded();
});
afterAll(() => guarded.close());

/** Refused with one of the statuses, the connection closed, and nothing forwarded. */
async function expectRefused(bytes: string, statuses: readonly number[] = [400]): Promise<void> {
  let answer: Awaited<ReturnType<Guarded['send']>> | undefined;
  const reached = await guarded.reached(async () => {
    answer = await guarded.send(bytes);
  });
  expect(statuses, answer?.text).toContain(answer?.status);
  expect(answer?.closed).toBe(true);
  expect(answer?.text.match(/HTTP\/1\.1 /g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(reached).toBe(0);
}

const smuggled = '0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a.example\r\n\r\n';

describe('A01: two framings', () => {
  it.each([
    ['CL and TE', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['TE and CL', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
    ['TE twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    ['TE twice, differing', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    ['xchunked', ['Transfer-Encoding: xchunked']],
    [',chunked', ['Transfer-Encoding: ,chunked']],
    ['identity', ['Transfer-Encoding: identity']],
    ['chunked, chunked', ['Transfer-Encoding: chunked, chunked']],
    ['vertical tab', ['Transfer-Encoding: \x0bchunked']],
    ['quoted', ['Transfer-Encoding: "chunked"']],
  ])('%s', async (_, lines) => {
    await expectRefused(request(lines, smuggled), [400, 501]);
  });
});

describe('A02: Content-Length', () => {
  it.each([
    ['equal twice', ['Content-Length: 5', 'Content-Length: 5']],
    ['different twice', ['Content-Length: 5', 'Content-Length: 6']],
    ['a list', ['Content-Length: 5, 5']],
    ['+5', ['Content-Length: +5']],
    ['-5', ['Content-Length: -5']],
    ['0x5', ['Content-Length: 0x5']],
    ['1_0', ['Content-Length: 1_0']],
    ['empty', ['Content-Length:']],
    ['overflow', ['Content-Length: 18446744073709551621']],
    ['5 blanks', ['Content-Length: 5 5']],
    ['a blank before the colon', ['Content-Length : 5']],
  ])('%s', async (_, lines) => {
    await expectRefused(request(lines, 'hello'));
  });
});

describe('A03: Transfer-Encoding', () => {
  it('gzip, chunked', () => expectRefused(request(['Transfer-Encoding: gzip, chunked'], smuggled), [501]));
  it('on HTTP/1.0', () => expectRefused(`POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled}`, [400]));
});

describe('A04: chunks', () => {
  const chunked = (body: string): string => request(['Transfer-Encoding: chunked'], body);
  // The head is fine, so the request may have been sent on before the body shows what it is; what counts is that no second request comes of it.
  it.each([
    ['0x size', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['+ size', '+5\r\nhello\r\n0\r\n\r\n'],
    ['blank after the size', '5 \r\nhello\r\n0\r\n\r\n'],
    ['overflow', 'ffffffffffffffff5\r\nhello\r\n0\r\n\r\n'],
    ['bare LF', '5\nhello\r\n0\r\n\r\n'],
    ['missing CRLF', '5\r\nhello0\r\n\r\n'],
    ['too long by one', '4\r\nhello\r\n0\r\n\r\n'],
    ['20 KB of extension', `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`],
    ['CR inside an extension', '5;a=\rb\r\nhello\r\n0\r\n\r\n'],
    ['bare LF after an extension', '5;a=b\nhello\r\n0\r\n\r\n'],
    ['negative', '-5\r\nhello\r\n0\r\n\r\n'],
  ])('%s', async (_, body) => {
    const answer = await guarded.send(`${chunked(body)}GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n`);
    expect([0, 400, 413], answer.text).toContain(answer.status);
    expect(answer.closed).toBe(true);
    expect(answer.text).not.toContain('smuggled');
    expect(guarded.backend.seen.map(({ url }) => url)).not.toContain('/smuggled');
  });

  it('a plain extension is dropped', async () => {
    const { status, body } = await guarded.send(chunked('5;a=b\r\nhello\r\n0\r\n\r\n'));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ body: 'hello' });
  });
});

describe('A05: trailers', () => {
  it('forbidden trailers change nothing', async () => {
    const trailers = 'Host: evil.example\r\nAuthorization: Basic eDp5\r\nX-Real-Ip: 1.2.3.4\r\n';
    const { status, body } = await guarded.send(
      request(['Transfer-Encoding: chunked', 'Trailer: X-A'], `5\r\nhello\r\n0\r\n${trailers}\r\n`),
    );
    expect(status).toBe(200);
    const echo = JSON.parse(body) as Echo;
    expect(echo.body).toBe('hello');
    expect(echo.headers).toMatchObject({ host: 'a.example', 'x-real-ip': '127.0.0.1' });
    expect(echo.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['to a client that asks for them', ['TE: deflate;q=0.5, Trailers'], true],
    ['not to one that does not', [], false],
    ['nor to one that asks for something else', ['TE: gzip'], false],
  ])('those of a backend go %s', async (_, lines, expected) => {
    const backend = await startBackend((_request, response) => {
      response.write('ok');
      response.addTrailers({ 'x-t': '1' });
      response.end();
    });
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }) + serviceYaml('web'), { 'default/web:80': [backend.endpoint] }),
    );
    const { body } = await sendRaw(running.port, request(lines, '', 'GET'));
    expect(body).toBe(`2\r\nok\r\n0\r\n${expected ? 'x-t: 1\r\n' : ''}\r\n`);
    await running.close();
    await backend.close();
  });

  it.each(['Content-Length: 3', 'Transfer-Encoding: chunked'])('the parser refuses framing in trailers: %s', async (line) => {
    const answer = await guarded.send(
      `${request(['Transfer-Encoding: chunked'], `5\r\nhello\r\n0\r\n${line}\r\n\r\n`)}${request([], '', 'GET', '/smuggled')}`,
    );
    expect(answer.closed).toBe(true);
    expect(answer.text).not.toContain('smuggled');
  });
});

describe('A06: lines', () => {
  it.each([
    ['bare LF lines', 'GET / HTTP/1.1\nHost: a.example\n\n'],
    ['bare LF in one header', 'GET / HTTP/1.1\r\nHost: a.example\nX: y\r\n\r\n'],
    ['bare CR in a value', 'GET / HTTP/1.1\r\nHost: a.example\r\nX: a\rb\r\n\r\n'],
    ['NUL in a value', 'GET / HTTP/1.1\r\nHost: a.example\r\nX: a\0b\r\n\r\n'],
    ['NUL in a name', 'GET / HTTP/1.1\r\nHost: a.example\r\nX\0: a\r\n\r\n'],
    ['obs-fold', 'GET / HTTP/1.1\r\nHost: a.example\r\nX: a\r\n b\r\n\r\n'],
    ['obs-fold of the first line', 'GET / HTTP/1.1\r\n Host: a.example\r\n\r\n'],
    ['blank before the colon', 'GET / HTTP/1.1\r\nHost: a.example\r\nX : a\r\n\r\n'],
    ['empty name', 'GET / HTTP/1.1\r\nHost: a.example\r\n: a\r\n\r\n'],
    ['no colon', 'GET / HTTP/1.1\r\nHost: a.example\r\nXa\r\n\r\n'],
    ['CR LF CR X', 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\rX: y\r\n\r\n'],
  ])('%s', async (_, bytes) => {
    await expectRefused(bytes);
  });

  it('drops headers with bytes above ASCII', async () => {
    const { status, body } = await guarded.send(request(['X-Latin: caf\xe9', 'X-Plain: cafe'], '', 'GET'));
    expect(status).toBe(200);
    const { headers } = JSON.parse(body) as Echo;
    expect(headers).toHaveProperty('x-plain');
    expect(headers).not.toHaveProperty('x-latin');
  });
});
