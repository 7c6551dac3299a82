import { afterEach, describe, expect, test } from 'vitest';
import { closedByPeer, closedEndpoint } from '../../testing/backend.ts';
import { FastCgiBench } from '../../testing/fastcgi-bench.ts';
import { answer, endRequest, record, stderr, stdout } from '../../testing/fastcgi-responder.ts';
import { RecordingSink } from '../../testing/recording-sink.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

describe('processes that lie', () => {
  const ok = 'X: 1\r\n\r\n';
  test.each<readonly [string, Buffer, string]>([
    ['no FastCGI', Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), 'FCGI_VERSION'],
    ['another request', record(6, ok, { id: 7 }), 'FCGI_REQUEST_ID'],
    ['a record of a web server', record(4, 'x'), 'FCGI_RECORD_TYPE'],
    ['an end without a head', endRequest(), 'FCGI_HEAD_INCOMPLETE'],
    ['an end in the head', Buffer.concat([stdout('X: 1\r\n'), endRequest()]), 'FCGI_HEAD_INCOMPLETE'],
    ['a head without end', Buffer.concat(Array.from({ length: 9 }, () => stdout(`X: ${'y'.repeat(8_000)}\r\n`))), 'FCGI_HEAD_TOO_LONG'],
    ['a header without a name', stdout(': x\r\n\r\n'), 'FCGI_HEADER_NAME'],
    ['a header with a NUL', stdout('X: a\0\r\n\r\n'), 'FCGI_HEADER_VALUE'],
    ['a status that is none', stdout('Status: 1000\r\n\r\n'), 'FCGI_STATUS'],
    ['two lengths', stdout('Content-Length: 1\r\nContent-Length: 2\r\n\r\n'), 'FCGI_CONTENT_LENGTH'],
    ['errors without end', Buffer.concat(Array.from({ length: 20 }, () => stderr('x'.repeat(60_000)))), 'FCGI_STDERR_TOO_LONG'],
    ['an unknown role', endRequest(3), 'FCGI_STATUS_3'],
    ['too much in front of being overloaded', Buffer.concat([stdout('X'), endRequest(2)]), 'FCGI_STATUS_2'],
    ['a body that is too long', answer('Content-Length: 1\r\n\r\nok'), 'FCGI_BODY_TOO_LONG'],
    ['a body that is too short', answer('Content-Length: 3\r\n\r\nok'), 'FCGI_BODY_TOO_SHORT'],
    ['output behind its end', Buffer.concat([stdout(ok), stdout(), stdout('x'), endRequest()]), 'FCGI_STREAM_ENDED'],
  ])('%s: the call fails, and the connection is cut', async (_, bytes, code) => {
    const responder = await bench.responder((_seen, socket) => {
      socket.write(bytes);
      return undefined;
    });
    const sink = new RecordingSink();
    bench.connections(responder.endpoint).start(bench.outgoing(), sink);
    await sink.ended;
    expect(sink.failure).toEqual({ kind: 'protocol', code });
    await closedByPeer(responder.connections[0]);
  });

  test('what stands behind the end reaches nobody', async () => {
    const { sink, responder } = await bench.call(Buffer.concat([answer(`${ok}ok`), answer('X: 2\r\n\r\npoison')]));
    expect([sink.failure, sink.headers, sink.body.toString()]).toEqual([undefined, ['X', '1'], 'ok']);
    await closedByPeer(responder.connections[0]);
  });

  test('a length that is not meant for this answer', async () => {
    const { sink } = await bench.call(answer('Content-Length: 3\r\n\r\n'), { method: 'HEAD' });
    expect([sink.failure, sink.length]).toEqual([undefined, 3]);
  });

  test.each([
    ['before the head', stdout('X: 1\r\n')],
    ['in the body', stdout(`${ok}hel`)],
    ['in a record', stdout(`${ok}hello`).subarray(0, 12)],
    ['before the end', Buffer.concat([stdout(`${ok}hello`), stdout()])],
    ['at once', Buffer.alloc(0)],
  ])('a connection that ends %s: the call was reset', async (_, bytes) => {
    const { sink } = await bench.call(bytes);
    expect(sink.failure).toEqual({ kind: 'reset', code: 'FCGI_CLOSED' });
  });

  test.each([1, 2])('a process that does nothing, with status %d: somebody else may', async (status) => {
    const { sink } = await bench.call(endRequest(status));
    expect(sink.failure).toEqual({ kind: 'unprocessed', code: `FCGI_STATUS_${status}` });
  });

  test('nobody is there', async () => {
    const sink = new RecordingSink();
    bench.connections(await closedEndpoint()).start(bench.outgoing(), sink);
    await sink.ended;
    expect([sink.isConnected, sink.failure]).toEqual([false, { kind: 'connect', code: 'ECONNREFUSED' }]);
  });
});
