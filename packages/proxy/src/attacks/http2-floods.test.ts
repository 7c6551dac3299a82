import { constants } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { farewell, outcome } from '../testing/frame-outcome.ts';
import {
  block,
  endHeaders,
  endStream,
  FrameClient,
  frame,
  frameTypes,
  getHeaders,
  headerFrames,
  postHeaders,
  preface,
} from '../testing/frames.ts';
import { type Guarded, startPatient } from './guarded.ts';

const { headers, continuation, data, rstStream, settings, ping, priority, windowUpdate, goaway } = frameTypes;
const calm = constants.NGHTTP2_ENHANCE_YOUR_CALM;
const post = frame(headers, endHeaders, 1, block(postHeaders()));

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startPatient();
});
afterAll(() => guarded.close());

/** Bytes of live objects. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

/** Sends frames a thousand at a time until they are all sent or the connection is closed. */
async function pour(client: FrameClient, first: readonly Buffer[], one: Buffer, count: number): Promise<void> {
  client.send(...first);
  const thousand = Buffer.concat(Array.from({ length: 1_000 }, () => one));
  for (let sent = 0; sent < count && !client.closed; sent += 1_000) {
    client.send(thousand);
    await new Promise(setImmediate);
  }
}

describe('A20: frames that bring nothing on end their connection, with a code that says so', () => {
  const floods: readonly (readonly [string, readonly Buffer[], Buffer])[] = [
    ['CONTINUATION', [frame(headers, 0, 1, block(getHeaders()))], frame(continuation, 0, 1, Buffer.alloc(1_000, 0))],
    ['empty CONTINUATION', [frame(headers, 0, 1, block(getHeaders()))], frame(continuation, 0, 1)],
    ['PING', [], frame(ping, 0, 0, '12345678')],
    ['PING that is an answer', [], frame(ping, 1, 0, '12345678')],
    ['SETTINGS', [], frame(settings, 0, 0)],
    ['PRIORITY', [], frame(priority, 0, 1, '\0\0\0\0\x01')],
    ['an unknown frame', [], frame(99, 0, 0, 'x')],
    ['empty DATA', [post], frame(data, 0, 1)],
    ['DATA that is padding', [post], frame(data, 8, 1, '\x03\0\0\0')],
    ['WINDOW_UPDATE of the connection', [], frame(windowUpdate, 0, 0, '\0\0\0\x01')],
    ['WINDOW_UPDATE of the connection, under a request', [post], frame(windowUpdate, 0, 0, '\0\0\0\x01')],
    ['WINDOW_UPDATE of a stream', [post], frame(windowUpdate, 0, 1, '\0\0\0\x01')],
  ];

  it.each(floods)('100 000 × %s, from a client that reads', async (_, first, one) => {
    const flood = async (): Promise<number | undefined> => {
      const client = new FrameClient(guarded.running.port);
      await pour(client, first, one, 100_000);
      await client.untilClosed();
      return farewell(client);
    };
    let code = await flood();
    // A frame that is still on its way makes the client's kernel forget the GOAWAY that it did not read yet.
    for (let round = 0; round < 10 && code === undefined; round++) code = await flood();
    expect(code).toBeGreaterThan(0);
  });

  it.each(floods)('100 000 × %s, from a client that does not read until the end', async (_, first, one) => {
    const client = new FrameClient(guarded.running.port);
    client.socket.pause();
    await pour(client, first, one, 100_000);
    client.socket.resume();
    await client.untilClosed();
    // Whether it gets to read why is up to its kernel.
    expect(farewell(client)).not.toBe(0);
  });

  it('what Node does not bound is told to calm down', async () => {
    for (const first of [[], [post]]) {
      const client = new FrameClient(guarded.running.port);
      await pour(client, first, frame(windowUpdate, 0, 0, '\0\0\0\x01'), 30_000);
      await client.untilClosed();
      expect(farewell(client)).toBe(calm);
    }
  });

  it('what a client sends at its ease is no flood', async () => {
    const client = new FrameClient(guarded.running.port);
    await pour(client, [], frame(windowUpdate, 0, 0, '\0\0\0\x01'), 15_000);
    // The answer comes after everything was read, and two sweeps later the connection still serves.
    for (const stream of [1, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      client.send(frame(headers, endHeaders | endStream, stream, block(getHeaders())));
      await client.until((one) => one.type === headers && one.stream === stream);
    }
    expect(farewell(client)).toBeUndefined();
    expect(client.closed).toBe(false);
    client.socket.destroy();
  });

  it('a client that has ended its side is let go, when it has its answers', async () => {
    const client = new FrameClient(guarded.running.port);
    client.send(frame(headers, endHeaders | endStream, 1, block(getHeaders())));
    client.socket.end();
    await client.untilClosed();
    expect(client.frames.some(({ type, stream }) => type === headers && stream === 1)).toBe(true);
  });

  it('under TLS as well', async () => {
    const socket = connectTls({ port: guarded.running.tlsPort, host: '127.0.0.1', ALPNProtocols: ['h2'], rejectUnauthorized: false });
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => undefined);
    let closed = false;
    const closing = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    void closing.then(() => {
      closed = true;
    });
    socket.write(Buffer.concat([preface, frame(settings, 0, 0)]));
    const thousand = Buffer.concat(Array.from({ length: 1_000 }, () => frame(windowUpdate, 0, 0, '\0\0\0\x01')));
    for (let sent = 0; sent < 30 && !closed; sent++) {
      socket.write(thousand);
      await new Promise(setImmediate);
    }
    await closing;
    expect(Buffer.concat(received).includes(frame(goaway, 0, 0, '\0\0\0\0\0\0\0\x0b'))).toBe(true);
  });

  it('the window of a thousand connections overflows: each is ended for it, and nothing of them stays', async () => {
    const overflow = async (): Promise<void> => {
      const client = new FrameClient(guarded.running.port);
      client.send(post, frame(windowUpdate, 0, 0, '\x7f\xff\xff\xff'));
      await client.untilClosed();
      expect(farewell(client)).toBe(constants.NGHTTP2_FLOW_CONTROL_ERROR);
    };
    for (let warm = 0; warm < 100; warm++) await overflow();
    guarded.running.records.length = 0;
    const before = heap();
    for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 25 }, overflow));
    while (guarded.running.proxy.report().connections > 0) await new Promise(setImmediate);
    guarded.running.records.length = 0;
    // A session alone takes more than 10 KB.
    expect(heap() - before).toBeLessThan(5_000_000);
  });
});

describe('A21, A22: headers', () => {
  const filler = (count: number): [string, string][] => Array.from({ length: count }, (_, index) => [`x-${index}`, 'y']);
  const crumbs = (count: number): [string, string][] => Array.from({ length: count }, (_, index) => ['cookie', `c${index}=1`]);
  /** Four lines with so many bytes, counted as the gate does. */
  const bytes = (total: number): [string, string][] =>
    Array.from({ length: 4 }, (_, index) => [`x-${index}`, 'y'.repeat(total / 4 - 7 + (index === 3 ? total % 4 : 0))]);
  const path = (length: number): readonly (readonly [string, string])[] =>
    getHeaders().map((pair) => (pair[0] === ':path' ? ([':path', `/${'x'.repeat(length - 1)}`] as const) : pair));

  it.each([
    ['100 lines', getHeaders(...filler(100)), 200],
    ['101 lines', getHeaders(...filler(101)), 431],
    ['256 crumbs', getHeaders(...crumbs(256)), 200],
    ['257 crumbs', getHeaders(...crumbs(257)), 431],
    ['a line of 16 KiB', getHeaders(['x-long', 'y'.repeat(16_384 - 10)]), 200],
    ['a line of a byte more', getHeaders(['x-long', 'y'.repeat(16_384 - 9)]), 431],
    ['60 KiB', getHeaders(...bytes(61_440)), 200],
    ['a byte more', getHeaders(...bytes(61_444)), 431],
    ['a URL of 8 KiB', path(8_192 - 'http://a.example'.length), 200],
    ['a URL of a byte more', path(8_193 - 'http://a.example'.length), 414],
  ] as const)('%s: %#', async (_, pairs, expected) => {
    const client = new FrameClient(guarded.running.port);
    client.send(...headerFrames(1, pairs));
    expect(await outcome(client)).toBe(expected);
  });

  it.each([
    ['10 000 crumbs', getHeaders(...crumbs(10_000))],
    ['70 000 bytes', getHeaders(['x-long', 'y'.repeat(70_000)])],
    ['10 000 lines', getHeaders(...filler(10_000))],
  ])('%s reach nobody', async (_, pairs) => {
    const reached = await guarded.reached(async () => {
      const client = new FrameClient(guarded.running.port);
      client.send(...headerFrames(1, pairs));
      expect([431, 'reset', 'goaway']).toContain(await outcome(client));
    });
    expect(reached).toBe(0);
  });

  it('a bomb: a header that the table holds, named ten thousand times, is refused without being unpacked', async () => {
    // A literal with indexing, and then its index.
    const value = Buffer.alloc(3_900, 'a');
    const literal = Buffer.concat([Buffer.from([0x40, 3]), Buffer.from('x-b'), Buffer.from([127, 0xbd, 0x1d]), value]);
    const bomb = Buffer.concat([block(getHeaders()), literal, Buffer.alloc(10_000, 0xbe)]);
    const refuse = async (): Promise<void> => {
      const client = new FrameClient(guarded.running.port);
      client.send(frame(headers, endHeaders | endStream, 1, bomb));
      expect(await client.until(({ type, stream }) => (type === rstStream && stream === 1) || type === goaway)).toMatchObject({
        type: rstStream,
      });
      expect(client.frames.find(({ type }) => type === rstStream)?.payload.readUInt32BE(0)).toBe(calm);
      client.socket.destroy();
    };
    const reached = await guarded.reached(async () => {
      await refuse();
      const before = heap();
      for (let round = 0; round < 20; round++) await refuse();
      // Unpacked, one of them is 39 MB.
      expect(heap() - before).toBeLessThan(20_000_000);
    });
    expect(reached).toBe(0);
  });
});

it('the proxy still serves, and no connection is left', async () => {
  const client = new FrameClient(guarded.running.port);
  client.send(...headerFrames(1, getHeaders()));
  expect(await outcome(client)).toBe(200);
  while (guarded.running.proxy.report().connections > 0) await new Promise(setImmediate);
  expect(guarded.running.errors).toEqual([]);
});
