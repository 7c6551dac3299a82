import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { closedEndpoint } from '../testing/backend.ts';
import { RecordingSink } from '../testing/recording-sink.ts';
import { Stage, until } from '../testing/stage.ts';
import type { Outgoing } from './call.ts';
import { Http1Connections } from './http1-connections.ts';

const stage = new Stage();
const opened: Http1Connections[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.destroy();
  await stage.close();
});

function connectionsTo({ address, port }: Endpoint, maxConnections: number): Http1Connections {
  const connections = new Http1Connections(
    { address, port, version: '1.1', tls: undefined },
    { connectTimeoutMs: 5_000, idleMs: 60_000, maxConnections },
  );
  opened.push(connections);
  return connections;
}

const get = (path: string): Outgoing => ({
  method: 'GET',
  path,
  host: 'a.example',
  headers: [],
  body: undefined,
  length: 0,
  upgrade: undefined,
});

describe('HTTP/1.1 connections to one target', () => {
  it('one after the other, requests go over the same connection; together, over no more than the bound, and who waited longest is next', async () => {
    const held: (() => void)[] = [];
    const ports: (number | undefined)[] = [];
    const { endpoint, seen } = await stage.backend((request, response) => {
      ports.push(request.socket.remotePort);
      held.push(() => response.end(request.url));
    });
    const connections = connectionsTo(endpoint, 2);
    const sinks = Array.from({ length: 6 }, () => new RecordingSink());
    for (const [index, sink] of sinks.entries()) connections.start(get(`/${index}`), sink);
    expect(connections.active).toBe(6);
    for (let answered = 0; answered < 6; answered++) {
      await until(() => held.length > answered);
      expect(connections.connected).toBeLessThanOrEqual(2);
      held[answered]?.();
      await sinks[answered]?.ended;
    }
    expect(seen.map(({ url }) => url)).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
    expect(sinks.map((sink) => String(sink.body))).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
    await turn();
    expect(connections.active).toBe(0);
    const last = new RecordingSink();
    connections.start(get('/again'), last);
    await until(() => held.length === 7);
    held[6]?.();
    await last.ended;
    expect(new Set(ports).size).toBe(2);
  });

  it('who gives up while it waits is never sent, and who waits behind it is', async () => {
    const held: (() => void)[] = [];
    const { endpoint, seen } = await stage.backend((request, response) => held.push(() => response.end(request.url)));
    const connections = connectionsTo(endpoint, 1);
    const [first, left, last] = [new RecordingSink(), new RecordingSink(), new RecordingSink()];
    connections.start(get('/first'), first);
    const leaving = connections.start(get('/left'), left);
    connections.start(get('/last'), last);
    leaving.cancel();
    expect(connections.active).toBe(2);
    await until(() => held.length === 1);
    held[0]?.();
    await until(() => held.length === 2);
    held[1]?.();
    await last.ended;
    expect(seen.map(({ url }) => url)).toEqual(['/first', '/last']);
    expect([left.isOver, left.failure]).toEqual([false, undefined]);
  });

  it('a request given up in the middle gives its place on', async () => {
    const { endpoint, seen } = await stage.backend((request, response) => void (request.url === '/last' && response.end('ok')));
    const connections = connectionsTo(endpoint, 1);
    const call = connections.start(get('/hangs'), new RecordingSink());
    await until(() => seen.length === 1);
    const last = new RecordingSink();
    connections.start(get('/last'), last);
    call.cancel();
    await last.ended;
    expect(String(last.body)).toBe('ok');
  });

  it('where nobody listens each one fails by itself, those that wait as well, and nothing is left', async () => {
    const connections = connectionsTo(await closedEndpoint(), 2);
    const sinks = Array.from({ length: 5 }, () => new RecordingSink());
    for (const sink of sinks) connections.start(get('/'), sink);
    await Promise.all(sinks.map(({ ended }) => ended));
    expect(sinks.map(({ failure }) => failure)).toEqual(Array(5).fill({ kind: 'connect', code: 'ECONNREFUSED' }));
    await turn();
    expect([connections.active, connections.connected]).toEqual([0, 0]);
  });

  it('connected ones are taken before one that has to connect again', async () => {
    let isFirst = true;
    const { endpoint } = await stage.backend((request, response) => {
      if (request.url === '/cut') request.socket.destroy();
      else if (isFirst) isFirst = false;
      else response.end(String(request.socket.remotePort));
    });
    const connections = connectionsTo(endpoint, 3);
    const [hanging, kept, cut] = [new RecordingSink(), new RecordingSink(), new RecordingSink()];
    const call = connections.start(get('/hangs'), hanging);
    await until(() => !isFirst);
    connections.start(get('/kept'), kept);
    connections.start(get('/cut'), cut);
    await Promise.all([kept.ended, cut.ended]);
    call.cancel();
    await turn();
    const next = new RecordingSink();
    connections.start(get('/next'), next);
    await next.ended;
    expect(String(next.body)).toBe(String(kept.body));
  });

  it('destroyed, those under way and those that wait hear of it, and later ones too', async () => {
    const { endpoint, seen } = await stage.backend(() => undefined);
    const connections = connectionsTo(endpoint, 1);
    const sinks = [new RecordingSink(), new RecordingSink()];
    for (const sink of sinks) connections.start(get('/'), sink);
    await until(() => seen.length === 1);
    await connections.destroy();
    const late = new RecordingSink();
    connections.start(get('/'), late);
    for (const sink of [...sinks, late]) {
      await sink.ended;
      expect(sink.failure).toBeDefined();
    }
  });

  it('law: whatever becomes of requests, each hears its own answer or failure, the bound holds, and every connection is free again', async () => {
    const { endpoint, server } = await stage.backend((request, response) => {
      const { url = '' } = request;
      if (url.startsWith('/cut')) request.socket.destroy();
      else if (url.startsWith('/close')) response.setHeader('connection', 'close').end(url);
      else if (!url.startsWith('/hang')) response.end(url);
    });
    let open = 0;
    server.on('connection', (socket) => {
      open += 1;
      socket.on('close', () => (open -= 1));
    });
    const kind = fc.constantFrom('ok', 'ok', 'cut', 'close', 'hang');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ kind, turns: fc.nat(2) }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, bound) => {
          const connections = new Http1Connections(
            { address: endpoint.address, port: endpoint.port, version: '1.1', tls: undefined },
            { connectTimeoutMs: 5_000, idleMs: 60_000, maxConnections: bound },
          );
          const calls = [];
          for (const [index, step] of steps.entries()) {
            const sink = new RecordingSink();
            const path = `/${step.kind}/${index}`;
            calls.push({ path, kind: step.kind, sink, call: connections.start(get(path), sink) });
            for (let left = step.turns; left > 0; left--) await turn();
          }
          for (const { kind, call } of calls) if (kind === 'hang') call.cancel();
          for (const { path, kind, sink } of calls) {
            if (kind === 'hang') continue;
            await sink.ended;
            if (kind === 'cut') expect(sink.failure?.kind).toMatch(/reset|stale/);
            else expect(String(sink.body)).toBe(path);
          }
          await until(() => connections.active === 0);
          expect(connections.connected).toBeLessThanOrEqual(bound);
          await connections.destroy();
          await until(() => open === 0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
