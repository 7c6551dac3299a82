import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExternalAuthQuestion } from '@ingresskit/annotations';
import { afterEach, describe, expect, test } from 'vitest';
import { ExternalAuthClient } from './external-auth-client.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const never = new AbortController().signal;

/** A client that may connect to the loopback, where the tests' services are. */
function client(): ExternalAuthClient {
  const one = new ExternalAuthClient({ now: () => 0, checkAddress: () => undefined });
  closers.push(() => one.close());
  return one;
}

function question(url: string, keepalive?: ExternalAuthQuestion['keepalive']): ExternalAuthQuestion {
  return { kind: 'external-auth', method: 'GET', url, headers: { set: {}, remove: [] }, ...(keepalive === undefined ? {} : { keepalive }) };
}

async function service(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

describe('connections that a policy keeps', () => {
  const openTo = (server: Server): Promise<number> => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

  /** The connections that requests came over, numbered in the order they were opened. */
  async function counting(listener: RequestListener = (_, response) => response.end()): Promise<{
    readonly url: string;
    readonly lines: number[];
    readonly server: Server;
  }> {
    const lines: number[] = [];
    const numbers = new Map<unknown, number>();
    const { url, server } = await service((request, response) => {
      if (!numbers.has(request.socket)) numbers.set(request.socket, numbers.size);
      lines.push(numbers.get(request.socket) as number);
      listener(request, response);
    });
    return { url, lines, server };
  }

  test('last for as many requests as it says', async () => {
    const { url, lines } = await counting();
    const asker = client();
    const kept = question(url, { connections: 1, requests: 3, idleMs: 60_000 });
    for (let index = 0; index < 4; index++) {
      await asker.ask(kept, [], never);
      // The connection is free when the rest of the answer has been read.
      await new Promise(setImmediate);
    }
    expect(lines).toEqual([0, 0, 0, 1]);
  });

  test('that serve one request are not kept', async () => {
    const { url, lines } = await counting();
    const asker = client();
    for (let index = 0; index < 3; index++) await asker.ask(question(url, { connections: 4, requests: 1, idleMs: 60_000 }), [], never);
    expect(lines).toEqual([0, 1, 2]);
  });

  test('are as many as it says, and the others end behind their answer', async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let waiting = 0;
    const { url, lines, server } = await counting(async (_, response) => {
      waiting += 1;
      await gate;
      response.end();
    });
    const asker = client();
    const kept = question(url, { connections: 2, requests: 1_000, idleMs: 60_000 });
    const answers = Array.from({ length: 5 }, () => asker.ask(kept, [], never));
    while (waiting < 5) await new Promise(setImmediate);
    open();
    await Promise.all(answers);
    while ((await openTo(server)) > 2) await new Promise(setImmediate);
    await asker.ask(kept, [], never);
    expect(new Set(lines).size).toBe(5);
    expect(await openTo(server)).toBe(2);
    // Nobody asks any more: what is kept would show by now.
    await asker.ask(question(url), [], never);
    expect(await openTo(server)).toBe(3);
  });

  test('are closed when they were idle for so long', async () => {
    const { url, server } = await counting();
    await client().ask(question(url, { connections: 4, requests: 10, idleMs: 5 }), [], never);
    while ((await openTo(server)) > 0) await new Promise(setImmediate);
  });

  test('however many ways there are to keep them', async () => {
    const { url, lines } = await counting();
    const asker = client();
    for (let index = 0; index < 100; index++)
      await asker.ask(question(url, { connections: 4, requests: 100 + index, idleMs: 60_000 }), [], never);
    expect(lines).toHaveLength(100);
  });
});
