import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExternalAuthQuestion } from '@ingresskit/annotations';
import { afterEach, describe, expect, test } from 'vitest';
import { externalAuthAnswerers } from './answer-external-auth.ts';
import type { ExternalAuthClientOptions } from './external-auth-client.ts';
import { ExternalAuthClient } from './external-auth-client.ts';

const closers: (() => Promise<unknown> | undefined)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const never = new AbortController().signal;

async function service(listener: RequestListener): Promise<{ url: string; requests: IncomingMessage[]; server: Server }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`, requests, server };
}

/** A client that may connect to the loopback, where the tests' services are. */
function client(options: Partial<ExternalAuthClientOptions> = {}): ExternalAuthClient {
  const one = new ExternalAuthClient({ now: () => 0, checkAddress: () => undefined, ...options });
  closers.push(() => one.close());
  return one;
}

function question(url: string, changes: Partial<ExternalAuthQuestion> = {}): ExternalAuthQuestion {
  return {
    kind: 'external-auth',
    method: 'GET',
    url,
    headers: { set: { 'x-original-method': 'POST' }, remove: ['x-forwarded-proto'] },
    ...changes,
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const minute = [{ statuses: [200, 401], milliseconds: 60_000 }];

describe('asking', () => {
  test('the client’s headers go along, without those of its connection and body and without what it made up', async () => {
    const { url, requests } = await service((_, response) =>
      response.writeHead(204, { 'x-user': 'ann', 'set-cookie': ['a=1', 'b=2'] }).end(),
    );
    const answer = await client().ask(
      question(url),
      [
        ...[
          'Authorization',
          'Bearer x',
          'Cookie',
          'c=1',
          'X-Original-Method',
          'GET',
          'X_Original.Method',
          'GET',
          'X-Forwarded-Proto',
          'https',
        ],
        ...[
          'Host',
          'shop.example.com',
          'Content-Length',
          '5',
          'Transfer-Encoding',
          'chunked',
          'Connection',
          'close',
          'Expect',
          '100-continue',
          ':path',
          '/',
        ],
      ],
      never,
    );
    expect(answer).toMatchObject({ status: 204, headers: { 'x-user': 'ann', 'set-cookie': ['a=1', 'b=2'] } });
    const { headers, method, url: target } = requests[0] as IncomingMessage;
    expect({ method, target }).toEqual({ method: 'GET', target: '/check' });
    expect(headers).toEqual({
      authorization: 'Bearer x',
      cookie: 'c=1',
      'x-original-method': 'POST',
      host: new URL(url).host,
      connection: 'keep-alive',
    });
  });

  test('as an answerer of the data plane', async () => {
    const { url, requests } = await service((_, response) => response.end());
    const answer = await externalAuthAnswerers(client())['external-auth'](question(url), { headers: ['X-Token', 't'], signal: never });
    expect(answer.status).toBe(200);
    expect(requests[0]?.headers['x-token']).toBe('t');
  });

  test('redirects are answers, not followed', async () => {
    const { url, requests } = await service((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect((await client().ask(question(url), [], never)).status).toBe(302);
    expect(requests).toHaveLength(1);
  });

  test('a body of any length is not waited for, and costs the connection at most (A30)', async () => {
    const closed = deferred();
    const { url } = await service((request, response) => {
      request.socket.on('close', () => closed.resolve());
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    expect((await client({ mostBodyBytes: 1_024 }).ask(question(url), [], never)).status).toBe(200);
    await closed.promise;
  });

  test('silence ends with the deadline', async () => {
    const { url } = await service(() => undefined);
    await expect(client({ deadlineMs: 20 }).ask(question(url), [], never)).rejects.toThrow();
  });

  test('headers beyond the cap are no answer', async () => {
    const { url } = await service((_, response) => response.writeHead(200, { big: 'x'.repeat(10_000) }).end());
    await expect(client({ mostHeaderBytes: 4_096 }).ask(question(url), [], never)).rejects.toThrow();
  });

  test('a client that goes away ends its question', async () => {
    const asked = deferred();
    const { url } = await service(() => asked.resolve());
    const controller = new AbortController();
    const answer = client().ask(question(url), [], controller.signal);
    await asked.promise;
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('more questions than allowed get no answer', async () => {
    const asked = deferred();
    const { url } = await service(() => asked.resolve());
    const one = client({ mostRunning: 1 });
    const controller = new AbortController();
    const first = one.ask(question(url), [], controller.signal);
    await asked.promise;
    await expect(one.ask(question(url), [], never)).rejects.toMatchObject({ code: 'external-auth/busy' });
    controller.abort();
    await expect(first).rejects.toThrow();
  });
});

describe('keeping answers', () => {
  test('for as long as the question says, by its key', async () => {
    let time = 0;
    const { url, requests } = await service((_, response) => response.end());
    const one = client({ now: () => time });
    const cached = question(url, { cache: { key: 'k', durations: minute } });
    for (let index = 0; index < 3; index++) await one.ask(cached, [], never);
    await one.ask(question(url, { cache: { key: 'other', durations: minute } }), [], never);
    expect(requests).toHaveLength(2);
    time = 60_000;
    await one.ask(cached, [], never);
    expect(requests).toHaveLength(3);
  });

  test.each([
    [500, {}],
    [200, { 'set-cookie': 'a=1' }],
    [200, { 'cache-control': 'max-age=60, No-Store' }],
    [200, { 'cache-control': 'private' }],
    [200, { 'cache-control': 'max-age=0' }],
  ])('not %i with %o', async (status, headers) => {
    const { url, requests } = await service((_, response) => response.writeHead(status, headers).end());
    const one = client();
    for (let index = 0; index < 2; index++) await one.ask(question(url, { cache: { key: 'k', durations: minute } }), [], never);
    expect(requests).toHaveLength(2);
  });

  test('many at once ask once; who goes away takes nothing from the others; a failure is not kept', async () => {
    const answers: (() => void)[] = [];
    const arrived = deferred();
    const { url, requests } = await service((_, response) => {
      answers.push(() => response.end());
      arrived.resolve();
    });
    const one = client();
    const cached = question(url, { cache: { key: 'k', durations: minute } });
    const controller = new AbortController();
    const leaving = one.ask(cached, [], controller.signal);
    const staying = Array.from({ length: 10 }, () => one.ask(cached, [], never));
    await arrived.promise;
    controller.abort();
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
    answers[0]?.();
    expect((await Promise.all(staying)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(requests).toHaveLength(1);
  });

  test('a failure is not kept', async () => {
    let isBroken = true;
    const { url } = await service((request, response) => (isBroken ? request.socket.destroy() : response.end()));
    const one = client();
    const cached = question(url, { cache: { key: 'k', durations: minute } });
    await expect(one.ask(cached, [], never)).rejects.toThrow();
    isBroken = false;
    expect((await one.ask(cached, [], never)).status).toBe(200);
  });
});

describe('where it does not go (A31)', () => {
  const guarded = (resolve?: ExternalAuthClientOptions['resolve']): ExternalAuthClient => {
    const one = new ExternalAuthClient({ now: () => 0, ...(resolve === undefined ? {} : { resolve }) });
    closers.push(() => one.close());
    return one;
  };
  const forbidden = { code: 'external-auth/forbidden-address' };

  test.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://169.254.169.254/latest',
    'http://[::ffff:127.0.0.1]/',
  ])('%s', async (url) => {
    await expect(guarded().ask(question(url), [], never)).rejects.toMatchObject(forbidden);
  });

  test('a name is refused when one of its addresses is, and nothing is connected to', async () => {
    const { url, requests } = await service((_, response) => response.end());
    const { port } = new URL(url);
    const resolve = () =>
      Promise.resolve([
        { address: '203.0.113.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    await expect(guarded(resolve).ask(question(`http://auth.example:${port}/`), [], never)).rejects.toMatchObject(forbidden);
    expect(requests).toHaveLength(0);
  });

  test('a name whose answers change is connected to where it was checked', async () => {
    const { url, requests } = await service((_, response) => response.end());
    const { port } = new URL(url);
    let lookups = 0;
    const one = client({
      checkAddress: (address) => (address === '127.0.0.1' ? undefined : 'is elsewhere'),
      resolve: () => {
        lookups += 1;
        return Promise.resolve([{ address: lookups === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
      },
    });
    expect((await one.ask(question(`http://auth.example:${port}/`), [], never)).status).toBe(200);
    expect({ lookups, requests: requests.length }).toEqual({ lookups: 1, requests: 1 });
  });

  test('a name without addresses, or that cannot be resolved', async () => {
    await expect(guarded(() => Promise.resolve([])).ask(question('http://auth.example/'), [], never)).rejects.toThrow();
    await expect(guarded(() => Promise.reject(new Error('SERVFAIL'))).ask(question('http://auth.example/'), [], never)).rejects.toThrow();
  });
});
