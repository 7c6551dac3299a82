import { once } from 'node:events';
import { createServer, type Http2Server, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { startRawBackend } from '../testing/backend.ts';
import { startFrameBackend } from '../testing/frame-backend.ts';
import { endStream, frame, frameTypes, headerFrames } from '../testing/frames.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import { askHttp2, valuesIn } from '../testing/http2-client.ts';
import { sendRaw } from '../testing/raw-client.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

type Fields = readonly (readonly [string, string])[];

/** What a backend says to every request. */
interface Said {
  readonly interim?: Fields;
  readonly head?: Fields;
  readonly trailers?: Fields;
}

/** What a client made of it. */
interface Got {
  readonly status: number;
  readonly body: string;
  /** The values of a field in each part. */
  interim(name: string): readonly string[];
  head(name: string): readonly string[];
  trailers(name: string): readonly string[];
  /** Whether the answer ended as one that is whole. */
  readonly whole: boolean;
}

const backends = {
  h1(said: () => Said): Promise<{ readonly endpoint: Endpoint; close(): Promise<void> }> {
    const lines = (fields: Fields): string => fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const bytes = ({ interim, head = [], trailers = [] }: Said): string =>
      (interim === undefined ? '' : `HTTP/1.1 103 Early Hints\r\n${lines(interim)}\r\n`) +
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${lines(head)}\r\n2\r\nok\r\n0\r\n${lines(trailers)}\r\n`;
    return startRawBackend((socket) => void socket.on('data', () => socket.write(bytes(said()), 'latin1')));
  },
  h2(said: () => Said): Promise<{ readonly endpoint: Endpoint; close(): Promise<void> }> {
    const lower = (fields: Fields): Fields => fields.map(([name, value]) => [name.toLowerCase(), value]);
    return startFrameBackend((stream) => {
      const { interim, head = [], trailers } = said();
      return [
        ...(interim === undefined ? [] : headerFrames(stream, [[':status', '103'], ...lower(interim)], 0)),
        ...headerFrames(stream, [[':status', '200'], ...lower(head)], 0),
        frame(frameTypes.data, trailers === undefined ? endStream : 0, stream, 'ok'),
        ...(trailers === undefined ? [] : headerFrames(stream, lower(trailers), endStream)),
      ];
    });
  },
};

const clients = {
  async h1(port: number): Promise<Got> {
    const { status, text } = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a.example\r\nConnection: TE\r\nTE: trailers\r\n\r\n');
    const parts = text.split('\r\n\r\n');
    const head = parts.findIndex((part) => /^HTTP\/1\.1 (?!1)/.test(part));
    const values = (part: string | undefined, name: string): readonly string[] =>
      (part ?? '').split('\r\n').flatMap((line) => (line.toLowerCase().startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
    const body = parts.slice(head + 1).join('\r\n\r\n');
    return {
      status,
      body: /^2\r\nok\r\n0\r\n/.test(body) ? 'ok' : body,
      interim: (name) => parts.slice(0, head).flatMap((part) => values(part, name)),
      head: (name) => values(parts[head], name),
      trailers: (name) => values(body, name),
      whole: /\r\n0\r\n(?:[^\r]+\r\n)*\r\n$/.test(text),
    };
  },
  async h2(port: number): Promise<Got> {
    const { status, body, interim, headers, trailers, code } = await askHttp2(port);
    return {
      status,
      body,
      interim: (name) => interim.flatMap((part) => valuesIn(part.headers, name)),
      head: (name) => valuesIn(headers, name),
      trailers: (name) => valuesIn(trailers, name),
      whole: code === 0,
    };
  },
};

const pairs = (['h1', 'h2'] as const).flatMap((client) => (['h1', 'h2'] as const).map((backend) => [client, backend] as const));

/** Proxies to what says it, asks twice, and has the second answer: the first one must have left everything usable. */
async function ask(client: 'h1' | 'h2', backend: 'h1' | 'h2', said: Said): Promise<Got & { readonly running: Running }> {
  const server = await backends[backend](() => said);
  opened.push(server);
  const annotations = { 'proxy-next-upstream': 'off', ...(backend === 'h2' ? { 'backend-protocol': 'HTTP2' } : {}) };
  const running = await startProxy(
    compiled(ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web'), { 'default/web:80': [server.endpoint] }),
  );
  opened.unshift(running);
  await clients[client](running.port);
  const got = await clients[client](running.port);
  expect(running.errors).toEqual([]);
  expect(running.records.map(({ flags }) => flags)).toEqual([[], []]);
  return { ...got, running };
}

describe.each(pairs)('a client of %s in front of a backend of %s', (client, backend) => {
  it.each([
    [
      'a type twice',
      [
        ['Content-Type', 'a'],
        ['Content-Type', 'b'],
        ['X-Hint', '1'],
      ],
    ],
    [
      'a link that is none',
      [
        ['Link', 'nonsense, without brackets'],
        ['X-Hint', '1'],
      ],
    ],
    [
      'a link with a semicolon in quotes',
      [
        ['Link', '<https://x.example/?a=b>; rel="preload"; title="a;b"'],
        ['X-Hint', '1'],
      ],
    ],
    [
      'a length and a date',
      [
        ['Date', 'x'],
        ['Date', 'x'],
        ['X-Hint', '1'],
      ],
    ],
  ] as const)('103 with %s: it and the answer arrive', async (_, interim) => {
    const got = await ask(client, backend, { interim });
    expect(got).toMatchObject({ status: 200, body: 'ok', whole: true });
    expect(got.interim('x-hint')).toEqual(['1']);
    const links = interim.filter(([name]) => name === 'Link').map(([, value]) => value);
    expect(got.interim('link')).toEqual(links);
  });

  it.each([
    ['ETag', 'a', 'b'],
    ['Age', '1', '1'],
    ['X-Content-Type-Options', 'nosniff', 'nosniff'],
  ])('%s twice among the trailers: the answer is whole and so are they', async (name, first, second) => {
    const got = await ask(client, backend, {
      trailers: [
        [name, first],
        ['X-T', '1'],
        [name, second],
      ],
    });
    expect(got).toMatchObject({ status: 200, body: 'ok', whole: true });
    expect(got.trailers('x-t')).toEqual(['1']);
    expect(got.trailers(name.toLowerCase())).toEqual([first, second]);
  });

  it('bytes above ASCII in trailers and hints pass as they are', async () => {
    const got = await ask(client, backend, { interim: [['X-Hint', 'caf\xe9']], trailers: [['X-T', 'caf\xe9']] });
    expect(got).toMatchObject({ status: 200, body: 'ok', whole: true });
    expect(got.interim('x-hint')).toEqual(['caf\xe9']);
    expect(got.trailers('x-t')).toEqual(['caf\xe9']);
  });

  it.each([
    ['X-Content-Type-Options', 'nosniff', 'nosniff'],
    ['Content-Type', 'text/html', 'text/plain'],
    ['Date', 'x', 'x'],
    ['ETag', '"a"', '"a"'],
    ['Access-Control-Allow-Credentials', 'true', 'true'],
    ['X-Frame-Options', 'DENY', 'DENY'],
  ])('%s twice: both arrive', async (name, first, second) => {
    const got = await ask(client, backend, {
      head: [
        [name, first],
        [name, second],
      ],
    });
    expect(got).toMatchObject({ status: 200, body: 'ok', whole: true });
    expect(got.head(name.toLowerCase())).toEqual([first, second]);
  });
});

it.each([
  ['Keep-Alive', 'timeout=5'],
  ['TE', 'gzip'],
  ['HTTP2-Settings', 'x'],
  ['Upgrade', 'h2c'],
])('103 of HTTP/1 with %s: %s to a client of HTTP/2 leaves it behind', async (name, value) => {
  const got = await ask('h2', 'h1', {
    interim: [
      [name, value],
      ['X-Hint', '1'],
    ],
  });
  expect(got).toMatchObject({ status: 200, body: 'ok', whole: true });
  expect(got.interim('x-hint')).toEqual(['1']);
  expect(got.interim(name.toLowerCase())).toEqual([]);
});

it.each(['h1', 'h2'] as const)(
  '103 of HTTP/1 that closes the connection: 502 to a client of %s, since nothing may follow',
  async (client) => {
    const server = await backends.h1(() => ({ interim: [['Connection', 'close']] }));
    opened.push(server);
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }, { 'proxy-next-upstream': 'off' }) + serviceYaml('web'), {
        'default/web:80': [server.endpoint],
      }),
    );
    opened.unshift(running);
    expect((await clients[client](running.port)).status).toBe(502);
    expect(running.errors).toEqual([]);
  },
);

describe.each(pairs)('A50: trailers without end, a client of %s in front of a backend of %s', (client, backend) => {
  it.each([
    ['many', Array.from({ length: 20_000 }, (_, index) => [`X-T-${index}`, 'y'.repeat(40)] as const)],
    ['long', [['X-T', 'y'.repeat(1_000_000)] as const]],
  ])('%s: the answer is cut where the client can see it, the backend is let go, and the next request is served', async (_, bomb) => {
    let isBomb = true;
    const server = await backends[backend](() => (isBomb ? { trailers: bomb } : {}));
    opened.push(server);
    const annotations = { 'proxy-next-upstream': 'off', ...(backend === 'h2' ? { 'backend-protocol': 'HTTP2' } : {}) };
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }, annotations) + serviceYaml('web'), { 'default/web:80': [server.endpoint] }),
    );
    opened.unshift(running);
    const got = await clients[client](running.port);
    expect(got).toMatchObject({ status: 200, whole: false });
    expect(got.trailers('x-t')).toEqual([]);
    isBomb = false;
    expect(await clients[client](running.port)).toMatchObject({ status: 200, body: 'ok', whole: true });
    expect(running.errors).toEqual([]);
    expect(running.records.map(({ complete }) => complete)).toEqual([false, true]);
  });
});

describe('requests with a header twice that Node sends once only, to backends of HTTP/2', () => {
  async function behindHttp2(count: number): Promise<{ readonly running: Running; readonly seen: (readonly string[])[] }> {
    const seen: (readonly string[])[] = [];
    const endpoints: Endpoint[] = [];
    for (let index = 0; index < count; index++) {
      const server: Http2Server = createServer();
      server.on('stream', (stream, _headers: IncomingHttpHeaders, _flags, ...rest) => {
        seen.push((rest as unknown as [string[]])[0]);
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      opened.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
      endpoints.push({ address: '127.0.0.1', port: (server.address() as AddressInfo).port, ready: true });
    }
    const running = await startProxy(
      compiled(ingressYaml('web', 'a.example', { '/': 'web' }, { 'backend-protocol': 'GRPC' }) + serviceYaml('web'), {
        'default/web:80': endpoints,
      }),
    );
    opened.unshift(running);
    return { running, seen };
  }

  it.each(['Referer', 'User-Agent', 'If-None-Match', 'Authorization', 'X-Content-Type-Options', 'Range', 'From'])(
    '%s: the backend gets both, as one of HTTP/1 would, and no endpoint is left out',
    async (name) => {
      const { running, seen } = await behindHttp2(4);
      for (let round = 0; round < 16; round++) {
        const answer = await sendRaw(running.port, `GET / HTTP/1.1\r\nHost: a.example\r\n${name}: a\r\n${name}: b\r\n\r\n`);
        expect(answer.status, answer.text).toBe(200);
      }
      expect(seen.map((raw) => valuesIn(raw, name.toLowerCase()))).toEqual(Array.from({ length: 16 }, () => ['a', 'b']));
      expect(running.records.map(({ tries }) => tries)).toEqual(Array.from({ length: 16 }, () => 1));
      const [cluster] = running.proxy.report().clusters;
      expect(cluster?.endpoints.map(({ ejected }) => ejected)).toEqual([false, false, false, false]);
    },
  );
});
