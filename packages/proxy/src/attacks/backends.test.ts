import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closedByPeer, closedEndpoint, startBackend, startRawBackend } from '../testing/backend.ts';
import { compiled, ingressYaml, type Running, serviceYaml, startProxy } from '../testing/harness.ts';
import { sendRaw } from '../testing/raw-client.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';
const manifests = ingressYaml('web', 'a.example', { '/': 'web' }, { 'proxy-next-upstream': 'off' }) + serviceYaml('web');

/** Serves what the listener makes of each connection; the callback has the proxy. */
async function behind(
  listener: (socket: Socket) => void,
  run: (running: Running, connections: readonly Socket[]) => Promise<void>,
): Promise<void> {
  const backend = await startRawBackend(listener);
  const running = await startProxy(compiled(manifests, { 'default/web:80': [backend.endpoint] }));
  try {
    await run(running, backend.connections);
    expect(running.errors).toEqual([]);
  } finally {
    await running.close();
    await backend.close();
  }
}

/** Answers each request with the same bytes. */
function saying(bytes: string, end = false): (socket: Socket) => void {
  return (socket) => {
    socket.on('data', (chunk) => {
      if (!chunk.toString('latin1').includes('\r\n\r\n')) return;
      socket.write(bytes, 'latin1');
      if (end) socket.end();
    });
  };
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('A50: backends that lie', () => {
  it.each([
    ['CL and TE', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['headers of 1 MB', `HTTP/1.1 200 OK\r\n${`X: ${'y'.repeat(8_000)}\r\n`.repeat(130)}\r\n`],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok'],
    ['NUL in a header', 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\nok'],
    ['obs-fold', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'],
    ['100 without being asked', `HTTP/1.1 100 Continue\r\n\r\n${ok}`],
    ['a flood of 103', `${'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(100)}${ok}`],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['a bad status', 'HTTP/1.1 99 No\r\n\r\n'],
  ])('%s: 502, and the connection is not used again', async (_, bytes) => {
    await behind(saying(bytes), async ({ port, nextRecord }, connections) => {
      const ended = nextRecord();
      const answer = await sendRaw(port, get);
      expect(answer.status, answer.text).toBe(502);
      expect(answer.body).toBe('');
      expect((await ended).flags).toContain('UPE');
      await closedByPeer(connections[0]);
      await sendRaw(port, get);
      expect(connections.length).toBe(2);
    });
  });

  it('two responses to one request: the second reaches nobody', async () => {
    let first = true;
    await behind(
      (socket) => {
        socket.on('data', () => {
          socket.write(first ? `${ok}HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison` : ok);
          first = false;
        });
      },
      async ({ port }) => {
        for (let round = 0; round < 5; round++) expect((await sendRaw(port, get)).body).toBe('ok');
      },
    );
  });

  it('bytes on an idle connection poison nothing', async () => {
    await behind(
      (socket) => {
        socket.on('data', () => {
          socket.write(ok);
          setImmediate(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'));
        });
      },
      async ({ port }) => {
        for (let round = 0; round < 5; round++) {
          const { status, body } = await sendRaw(port, get);
          expect([200, 502]).toContain(status);
          expect(body).not.toBe('poison');
        }
      },
    );
  });

  it('too few bytes: the client sees that the response is cut', async () => {
    await behind(saying('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello', true), async ({ port, nextRecord }) => {
      const ended = nextRecord();
      const answer = await sendRaw(port, get);
      expect(answer).toMatchObject({ status: 200, body: 'hello', closed: true });
      expect(await ended).toMatchObject({ complete: false, flags: ['UC'] });
    });
  });

  it('a broken chunk: the client sees that the response is cut', async () => {
    await behind(saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n'), async ({ port }) => {
      const answer = await sendRaw(port, get);
      expect(answer.closed).toBe(true);
      expect(answer.text).not.toMatch(/\r\n0\r\n/);
    });
  });

  it('a compressed bomb passes as it is', async () => {
    const bytes = '\x1f\x8b\x08'.padEnd(64, '\0');
    await behind(saying(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 64\r\n\r\n${bytes}`), async ({ port }) => {
      const answer = await sendRaw(port, get);
      expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip' });
      expect(answer.body).toBe(bytes);
    });
  });

  it('forbidden trailers and headers of the connection are dropped', async () => {
    const response =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: X-Mine, Set-Cookie\r\nX-Mine: 1\r\nSet-Cookie: a=b\r\nKeep-Alive: timeout=5\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\nSet-Cookie: evil=1\r\nHost: evil\r\n\r\n';
    await behind(saying(response), async ({ port }) => {
      const answer = await sendRaw(port, get.replace(/\r\n$/, 'TE: trailers\r\n\r\n'));
      expect(answer.headers).toMatchObject({ 'set-cookie': 'a=b' });
      expect(answer.headers).not.toHaveProperty('x-mine');
      expect(answer.text).toContain('x-t: 1');
      expect(answer.text).not.toContain('evil');
    });
  });

  it('a backend that never answers is given up, others are not disturbed', async () => {
    const slow = await startRawBackend(() => undefined);
    const running = await startProxy(
      compiled(
        ingressYaml('slow', 'a.example', { '/slow': 'slow' }, { 'mse.ingress.kubernetes.io/timeout': '1', 'proxy-next-upstream': 'off' }) +
          serviceYaml('slow'),
        { 'default/slow:80': [slow.endpoint] },
      ),
    );
    const ended = running.nextRecord();
    const answer = await sendRaw(running.port, 'GET /slow HTTP/1.1\r\nHost: a.example\r\n\r\n');
    expect(answer.status).toBe(504);
    expect((await ended).flags).toEqual(['UT']);
    await closedByPeer(slow.connections[0]);
    await running.close();
    await slow.close();
  });

  it('a connection that is refused: 503 UF, and the next request tries again', async () => {
    const endpoint = await closedEndpoint();
    const running = await startProxy(compiled(manifests, { 'default/web:80': [endpoint] }));
    const ended = running.nextRecord();
    expect(await sendRaw(running.port, get)).toMatchObject({ status: 503 });
    expect(await ended).toMatchObject({ flags: ['UF'], upstreamFailure: 'ECONNREFUSED', tries: 1 });
    await running.close();
  });

  it('a connection that breaks before an answer: 502 UC', async () => {
    await behind(
      (socket) => socket.on('data', () => socket.resetAndDestroy()),
      async ({ port, nextRecord }) => {
        const ended = nextRecord();
        expect(await sendRaw(port, get)).toMatchObject({ status: 502 });
        expect((await ended).flags).toEqual(['UC']);
      },
    );
  });
});

describe('fallbacks', () => {
  it('a listed status sends the request again, to the fallback', async () => {
    const broken = await startBackend((_request, response) => void response.writeHead(503).end('broken'));
    const sorry = await startBackend();
    const running = await startProxy(
      compiled(
        ingressYaml(
          'web',
          'a.example',
          { '/': 'web' },
          { 'default-backend': 'sorry', 'custom-http-errors': '503', 'proxy-next-upstream': 'off' },
        ) +
          serviceYaml('web') +
          serviceYaml('sorry'),
        {
          'default/web:80': [broken.endpoint],
          'default/sorry:80': [sorry.endpoint],
        },
      ),
    );
    const { status, body } = await sendRaw(running.port, 'POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\nhi');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      method: 'POST',
      url: '/',
      body: 'hi',
      headers: { 'x-envoy-fallback-service': 'default/sorry' },
    });
    await Promise.all([running.close(), broken.close(), sorry.close()]);
  });
});
