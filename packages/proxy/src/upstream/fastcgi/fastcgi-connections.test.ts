import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { FastCgiBench, turns } from '../../testing/fastcgi-bench.ts';
import { answer } from '../../testing/fastcgi-responder.ts';
import { RecordingSink } from '../../testing/recording-sink.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

describe('bounds', () => {
  test('a request waits for the place of another', async () => {
    const sockets: Socket[] = [];
    const responder = await bench.responder((_, socket) => {
      sockets.push(socket);
      return undefined;
    });
    const connections = bench.connections(responder.endpoint, 1);
    const sinks = [new RecordingSink(), new RecordingSink(), new RecordingSink()] as const;
    const calls = sinks.map((sink) => connections.start(bench.outgoing(), sink));
    while (sockets.length === 0) await turns(1);
    expect([connections.active, sockets.length, sinks[1].isConnected]).toEqual([3, 1, false]);
    // Who waits no longer is passed over.
    calls[1]?.cancel();
    sockets[0]?.end(answer('X: 1\r\n\r\nfirst'));
    await sinks[0].ended;
    while (sockets.length === 1) await turns(1);
    sockets[1]?.end(answer('X: 1\r\n\r\nthird'));
    await sinks[2].ended;
    expect([sinks[0].body.toString(), sinks[1].isOver, sinks[2].body.toString()]).toEqual(['first', false, 'third']);
    while (connections.active > 0) await turns(1);
    expect(responder.connections).toHaveLength(2);
  });

  test('all are cut at the end, and nobody waits for ever', async () => {
    const responder = await bench.responder(() => undefined);
    const connections = bench.connections(responder.endpoint, 1);
    const sinks = [new RecordingSink(), new RecordingSink()] as const;
    for (const sink of sinks) connections.start(bench.outgoing(), sink);
    while (responder.seen.length === 0) await turns(1);
    connections.destroy();
    await Promise.all(sinks.map(({ ended }) => ended));
    expect([sinks[0].failure?.kind, sinks[1].failure?.kind]).toEqual(['reset', 'connect']);
  });

  test('a request that says nothing of FastCGI is a mistake', () => {
    const { fastcgi: _fastcgi, ...outgoing } = bench.outgoing();
    expect(() => bench.connections({ address: '127.0.0.1', port: 1 }).start(outgoing, new RecordingSink())).toThrow(TypeError);
  });
});
