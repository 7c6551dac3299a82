import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { FastCgiBench, turns } from '../../testing/fastcgi-bench.ts';
import { answer, endRequest, stdout } from '../../testing/fastcgi-responder.ts';
import { RecordingSink } from '../../testing/recording-sink.ts';
import type { Call } from '../call.ts';

const bench = new FastCgiBench();
afterEach(() => bench.close());

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('back-pressure', () => {
  const mebibyte = 1_048_576;
  const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

  test('a response waits for its client', async () => {
    const body = Buffer.alloc(32 * mebibyte, 'response ');
    const records: Buffer[] = [stdout('X: 1\r\n\r\n')];
    for (let start = 0; start < body.length; start += 60_000) records.push(stdout(body.subarray(start, start + 60_000)));
    records.push(stdout(), endRequest());
    let written = 0;
    const responder = await bench.responder((_, socket) => {
      const next = (): void => {
        while (written < records.length) if (!socket.write(records[written++] as Buffer)) return;
        socket.end();
      };
      socket.on('drain', next);
      next();
      return undefined;
    });
    let call: Call | undefined;
    let isWaiting = false;
    class Slow extends RecordingSink {
      override onHead(...head: Parameters<RecordingSink['onHead']>): boolean {
        super.onHead(...head);
        isWaiting = true;
        return false;
      }
      override onData(chunk: Uint8Array): boolean {
        if (isWaiting) throw new Error('not asked for');
        super.onData(chunk);
        isWaiting = true;
        setImmediate(resume);
        return false;
      }
    }
    const resume = (): void => {
      isWaiting = false;
      call?.resume();
    };
    const sink = new Slow();
    call = bench.connections(responder.endpoint).start(bench.outgoing(), sink);
    while (sink.status === undefined) await turns(1);
    await turns(200);
    expect(sink.pieces).toHaveLength(0);
    // What is not on its way in buffers of sockets has not been written.
    expect(written).toBeLessThan(records.length);
    resume();
    await sink.ended;
    expect(sink.failure).toBeUndefined();
    expect(digestOf(sink.body)).toBe(digestOf(body));
  });

  test('a request waits for its process', async () => {
    const body = Buffer.alloc(32 * mebibyte, 'request ');
    const connected = deferred<Socket>();
    const backend = await bench.raw((socket) => connected.resolve(socket.pause()));
    let produced = 0;
    const source = Readable.from(
      (function* () {
        for (let start = 0; start < body.length; start += 100_000) {
          produced = Math.min(body.length, start + 100_000);
          yield body.subarray(start, produced);
        }
      })(),
      { objectMode: false },
    );
    const sink = new RecordingSink();
    bench.connections(backend.endpoint).start(bench.outgoing({ method: 'PUT', body: source, length: body.length }), sink);
    const socket = await connected.promise;
    await turns(200);
    expect(produced).toBeLessThan(body.length);
    const hash = createHash('sha256');
    let size = 0;
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 8 && bytes.length >= 8 + bytes.readUInt16BE(4)) {
        const content = bytes.subarray(8, 8 + bytes.readUInt16BE(4));
        const type = bytes[1];
        bytes = bytes.subarray(8 + content.length);
        if (type !== 5) continue;
        if (content.length === 0) socket.end(answer('X: 1\r\n\r\n'));
        hash.update(content);
        size += content.length;
      }
    });
    socket.resume();
    await sink.ended;
    expect([size, hash.digest('hex')]).toEqual([body.length, digestOf(body)]);
  });

  test('bodies in memory, longer than a record', async () => {
    for (const length of [0, 1, 65_535, 65_536, 200_000]) {
      const body = Buffer.alloc(length, 'x');
      const { responder } = await bench.call(answer('X: 1\r\n\r\n'), { method: 'POST', body, length });
      expect(responder.seen[0]?.body.equals(body), String(length)).toBe(true);
      expect(responder.seen[0]?.params['CONTENT_LENGTH']).toBe(String(length));
    }
  });
});
