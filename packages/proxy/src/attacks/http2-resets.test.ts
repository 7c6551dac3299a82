import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { farewell } from '../testing/frame-outcome.ts';
import { block, endHeaders, endStream, FrameClient, frame, frameTypes, getHeaders, postHeaders } from '../testing/frames.ts';
import { type Guarded, startPatient } from './guarded.ts';

const { headers, data, rstStream, priority, windowUpdate } = frameTypes;

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startPatient();
});
afterAll(() => guarded.close());

describe('A19: streams that are reset', () => {
  const resets: readonly (readonly [string, (stream: number) => readonly Buffer[]])[] = [
    [
      'by the client',
      (stream) => [frame(headers, endHeaders | endStream, stream, block(getHeaders())), frame(rstStream, 0, stream, '\0\0\0\x08')],
    ],
    // What makes the server reset them instead (CVE-2025-8671).
    [
      'for a window that overflows',
      (stream) => [frame(headers, endHeaders, stream, block(postHeaders())), frame(windowUpdate, 0, stream, '\x7f\xff\xff\xff')],
    ],
    [
      'for a window update of nothing',
      (stream) => [frame(headers, endHeaders | endStream, stream, block(getHeaders())), frame(windowUpdate, 0, stream, '\0\0\0\0')],
    ],
    [
      'for a body that is longer than it said',
      (stream) => [frame(headers, endHeaders, stream, block(postHeaders(['content-length', '1']))), frame(data, 0, stream, 'too long')],
    ],
    [
      'for a body after its end',
      (stream) => [frame(headers, endHeaders | endStream, stream, block(getHeaders())), frame(data, 0, stream, 'x')],
    ],
    [
      'for a dependency on itself',
      (stream) => [
        frame(headers, endHeaders | endStream, stream, block(getHeaders())),
        frame(priority, 0, stream, Buffer.from([0, 0, 0, 0, 1]).fill(stream & 0xff, 3, 4)),
        frame(rstStream, 0, stream, '\0\0\0\x08'),
      ],
    ],
  ];

  /** Sends streams, a few hundred at a time, until the connection is closed. */
  async function burst(client: FrameClient, of: (stream: number) => readonly Buffer[]): Promise<number> {
    let sent = 0;
    for (; sent < 100_000 && !client.closed; sent += 500) {
      client.send(...Array.from({ length: 500 }, (_, index) => of(2 * (sent + index) + 1)).flat());
      await new Promise(setImmediate);
    }
    await client.untilClosed();
    return sent;
  }

  it.each(resets)('100 000 %s: each connection is ended, and few requests reach a backend', async (_, of) => {
    const codes: (number | undefined)[] = [];
    const reached = await guarded.reached(async () => {
      // One connection is not borne for as long: who goes on has to open the next one.
      for (let sent = 0; sent < 100_000; ) {
        const client = new FrameClient(guarded.running.port);
        sent += await burst(client, of);
        codes.push(farewell(client));
      }
      while (guarded.running.proxy.report().connections > 0) await new Promise(setImmediate);
    });
    expect(reached).toBeLessThanOrEqual(200);
    // Whether a client gets to read why is up to its kernel.
    expect(codes.find((code) => code !== undefined)).toBeGreaterThan(0);
    expect(codes).not.toContain(0);
    expect(guarded.running.proxy.report().exchanges).toBe(0);
    expect(guarded.running.errors).toEqual([]);
  });

  it('by a client that waits until a backend has them: the connection is ended as soon', async () => {
    const { backend, running } = guarded;
    const client = new FrameClient(running.port);
    const reached = await guarded.reached(async () => {
      for (let first = 1; !client.closed; first += 50) {
        const streams = Array.from({ length: 25 }, (_, index) => first + 2 * index);
        const expected = backend.seen.length + streams.length;
        client.send(
          ...streams.flatMap((stream) => [frame(headers, endHeaders, stream, block(postHeaders())), frame(data, 0, stream, 'x')]),
        );
        while (backend.seen.length < expected && !client.closed) await new Promise(setImmediate);
        client.send(...streams.map((stream) => frame(rstStream, 0, stream, '\0\0\0\x08')));
      }
    });
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThanOrEqual(200);
    expect(farewell(client)).not.toBe(0);
  });
});
