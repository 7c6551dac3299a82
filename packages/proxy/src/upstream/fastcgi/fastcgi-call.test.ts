import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { BodyError } from '../../client/request-body.ts';
import { closedByPeer } from '../../testing/backend.ts';
import { FastCgiBench, turns } from '../../testing/fastcgi-bench.ts';
import { answer, endRequest, stderr, stdout } from '../../testing/fastcgi-responder.ts';
import { RecordingSink } from '../../testing/recording-sink.ts';
import type { Call } from '../call.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

test('a request and its answer', async () => {
  const { sink, responder } = await bench.call(answer('Status: 201 Made\r\nX-A: b\r\n\r\nhello'));
  expect(sink).toMatchObject({ isConnected: true, status: 201, headers: ['X-A', 'b'], length: undefined, failure: undefined });
  expect(sink.body.toString()).toBe('hello');
  expect(responder.seen).toMatchObject([{ role: 1, flags: 0, params: { REQUEST_METHOD: 'GET', HTTP_HOST: 'a.example' } }]);
  await closedByPeer(responder.connections[0]);
});

describe('answers that come in pieces', () => {
  const head = 'Status: 203\r\nX-A: b\r\n\r\n';
  const bytes = Buffer.concat([
    stdout(head.slice(0, 9), 3),
    stderr('oops'),
    stdout(`${head.slice(9)}hel`),
    stdout('lo', 5),
    stdout(),
    endRequest(),
  ]);

  async function callInPieces(pieces: readonly Buffer[]): Promise<RecordingSink> {
    const responder = await bench.responder((_, socket) => {
      void (async () => {
        socket.setNoDelay(true);
        for (const piece of pieces) {
          socket.write(piece);
          await turns(1);
        }
        socket.end();
      })();
      return undefined;
    });
    const sink = new RecordingSink();
    bench.connections(responder.endpoint).start(bench.outgoing(), sink);
    await sink.ended;
    await responder.close();
    return sink;
  }

  test('cut once, at every byte', async () => {
    for (let at = 0; at <= bytes.length; at++) {
      const sink = await callInPieces([bytes.subarray(0, at), bytes.subarray(at)]);
      expect({ at, status: sink.status, body: sink.body.toString(), failure: sink.failure }).toEqual({
        at,
        status: 203,
        body: 'hello',
        failure: undefined,
      });
    }
  });

  test('cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(bytes.length), { maxLength: 30 }), async (places) => {
        const edges = [0, ...places.sort((a, b) => a - b), bytes.length];
        const sink = await callInPieces(edges.slice(1).map((end, index) => bytes.subarray(edges[index], end)));
        expect([sink.status, sink.body.toString(), sink.failure]).toEqual([203, 'hello', undefined]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('standard error', () => {
  test('is passed on once, shortened, apart from the answer', async () => {
    const { sink } = await bench.call(
      Buffer.concat([stderr(Buffer.from('ä')), stdout('X: 1\r\n\r\nok'), stderr('b'.repeat(9_000)), stdout(), endRequest()]),
    );
    expect([sink.failure, sink.body.toString()]).toEqual([undefined, 'ok']);
    expect(bench.messages).toEqual([`ä${'b'.repeat(4_094)}`]);
  });

  test('also of a call that failed', async () => {
    await bench.call(Buffer.concat([stderr('why'), endRequest()]));
    expect(bench.messages).toEqual(['why']);
  });
});

describe('giving up', () => {
  test('before there is a connection', async () => {
    const responder = await bench.responder();
    const connections = bench.connections(responder.endpoint);
    const sink = new RecordingSink();
    connections.start(bench.outgoing(), sink).cancel();
    while (connections.active > 0) await turns(1);
    expect([sink.isConnected, sink.isOver, responder.seen]).toEqual([false, false, []]);
  });

  test('in the middle of an answer: the connection is cut', async () => {
    const responder = await bench.responder((_, socket) => {
      socket.write(stdout('X: 1\r\n\r\nhel'));
      return undefined;
    });
    let call: Call | undefined;
    class Impatient extends RecordingSink {
      override onData(chunk: Uint8Array): boolean {
        super.onData(chunk);
        call?.cancel();
        return false;
      }
    }
    const sink = new Impatient();
    const connections = bench.connections(responder.endpoint);
    call = connections.start(bench.outgoing(), sink);
    while (connections.active > 0) await turns(1);
    await closedByPeer(responder.connections[0]);
    call.resume();
    call.cancel();
    expect([sink.body.toString(), sink.isOver]).toEqual(['hel', false]);
  });

  test.each([
    ['breaks off', 'BODY_INCOMPLETE', () => new BodyError('BODY_INCOMPLETE')],
    ['is larger than allowed', 'BODY_TOO_LARGE', () => new BodyError('BODY_TOO_LARGE')],
  ])('a body that %s', async (_, code, errorOf) => {
    const responder = await bench.responder();
    const body = new Readable({ read() {} });
    body.push('x');
    const sink = new RecordingSink();
    bench.connections(responder.endpoint).start(bench.outgoing({ method: 'POST', body, length: 2 }), sink);
    while (!sink.isConnected) await turns(1);
    body.destroy(errorOf());
    await sink.ended;
    expect(sink.failure).toEqual({ kind: 'body', code });
    await closedByPeer(responder.connections[0]);
    expect(responder.seen).toEqual([]);
  });

  test('a body that broke before there was a connection', async () => {
    const responder = await bench.responder();
    const body = new Readable({ read() {} }).on('error', () => undefined);
    body.destroy(new BodyError('BODY_TOO_LARGE'));
    const sink = new RecordingSink();
    bench.connections(responder.endpoint).start(bench.outgoing({ method: 'POST', body, length: 2 }), sink);
    await sink.ended;
    expect(sink.failure).toEqual({ kind: 'body', code: 'BODY_TOO_LARGE' });
  });

  test.each([
    ['that is longer than was said', ['abc'], 2, 'BODY_TOO_LARGE'],
    ['that is shorter than was said', ['a'], 2, 'BODY_INCOMPLETE'],
    ['of unknown length', ['a'], undefined, 'BODY_LENGTH_UNKNOWN'],
  ])('a body %s is never taken for a whole one', async (_, pieces, length, code) => {
    const responder = await bench.responder();
    const sink = new RecordingSink();
    bench
      .connections(responder.endpoint)
      .start(bench.outgoing({ method: 'POST', body: Readable.from(pieces, { objectMode: false }), length }), sink);
    await sink.ended;
    expect(sink.failure).toEqual({ kind: 'body', code });
    await closedByPeer(responder.connections[0]);
    expect(responder.seen).toEqual([]);
  });

  test('an answer before the body was read ends the call, and the body stops', async () => {
    const early = await bench.raw((socket) => {
      socket.once('data', () => socket.write(answer('Status: 413\r\n\r\n')));
    });
    const body = new Readable({ read() {} });
    body.push('x');
    const sink = new RecordingSink();
    bench.connections(early.endpoint).start(bench.outgoing({ method: 'POST', body, length: 1_000 }), sink);
    await sink.ended;
    expect([sink.status, sink.failure, body.isPaused()]).toEqual([413, undefined, true]);
  });
});
