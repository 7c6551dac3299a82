import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { block, endHeaders, endStream, FrameClient, frame, frameTypes, getHeaders, preface } from '../testing/frames.ts';
import { type Guarded, startGuarded } from './guarded.ts';

let guarded: Guarded;
beforeAll(async () => {
  guarded = await startGuarded({
    timeouts: { headersMs: 1_000, keepAliveMs: 1_500, streamIdleMs: 1_500, clientStallMs: 1_000, bodyIdleMs: 1_000 },
  });
});
afterAll(() => guarded.close());

const { headers, continuation, data, rstStream, settings, ping, windowUpdate, goaway, priority, pushPromise } = frameTypes;

/** The status of a response, or how the stream or the connection ended. */
async function outcome(client: FrameClient, stream = 1): Promise<number | 'reset' | 'goaway' | 'closed'> {
  const answer = await client.until(
    (one) =>
      (one.stream === stream && (one.type === headers || one.type === rstStream)) ||
      (one.type === goaway && one.payload.readUInt32BE(4) !== 0),
  );
  const kind =
    answer === undefined ? 'closed' : answer.type === headers ? statusOf(answer.payload) : answer.type === rstStream ? 'reset' : 'goaway';
  client.socket.destroy();
  return kind;
}

/** Statuses of Node's encoder: an index of the static table, or a literal. */
function statusOf(payload: Buffer): number {
  const indexed: Readonly<Record<number, number>> = { 136: 200, 137: 204, 138: 206, 139: 304, 140: 400, 141: 404, 142: 500 };
  const first = payload[0] as number;
  if (indexed[first] !== undefined) return indexed[first];
  const digits = /[1-5]\d\d/.exec(payload.subarray(1, 6).toString('latin1'));
  return digits === null ? huffmanStatus(payload) : Number(digits[0]);
}

/** The statuses that HPACK writes in Huffman code here. */
function huffmanStatus(payload: Buffer): number {
  const hex = payload.subarray(0, 4).toString('hex');
  const known: Readonly<Record<string, number>> = { '488269a0': 431, '4882680d': 414, '4882682f': 405 };
  return known[hex] ?? -1;
}

function ask(pairs: Parameters<typeof block>[0], flags: number = endHeaders | endStream): FrameClient {
  const client = new FrameClient(guarded.running.port);
  client.send(frame(headers, flags, 1, block(pairs)));
  return client;
}

describe('HTTP/2 requests', () => {
  it('an ordinary one is served', async () => {
    expect(await outcome(ask(getHeaders()))).toBe(200);
  });

  const changed = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
    getHeaders()
      .filter((pair) => pair[0] !== name || value !== undefined)
      .map((pair) => (pair[0] === name ? ([name, value ?? ''] as const) : pair));

  // RFC 9113 §8.1.1, §8.2, §8.3: malformed requests are stream errors of type PROTOCOL_ERROR.
  it.each([
    ['upper-case header name', getHeaders(['X-A', '1'])],
    ['connection', getHeaders(['connection', 'keep-alive'])],
    ['keep-alive', getHeaders(['keep-alive', '5'])],
    ['transfer-encoding', getHeaders(['transfer-encoding', 'chunked'])],
    ['upgrade', getHeaders(['upgrade', 'websocket'])],
    ['te other than trailers', getHeaders(['te', 'gzip'])],
    ['unknown pseudo-header', getHeaders([':x', '1'])],
    ['https on a connection in the clear', getHeaders().map(([name, value]) => [name, name === ':scheme' ? 'https' : value] as const)],
    ['response pseudo-header', getHeaders([':status', '200'])],
    ['pseudo-header after others', [['x-a', '1'] as const, ...getHeaders()]],
    ['pseudo-header twice', getHeaders([':path', '/x'])],
    ['no method', changed(':method', undefined)],
    ['no scheme', changed(':scheme', undefined)],
    ['no path', changed(':path', undefined)],
    ['empty path', changed(':path', '')],
    ['relative path', changed(':path', 'x')],
    ['A08: authority and host disagree', getHeaders(['host', 'b.example'])],
    ['two hosts', getHeaders(['host', 'a.example'], ['host', 'a.example'])],
    ['no authority and no host', changed(':authority', undefined)],
    ['length of a request without body', getHeaders(['content-length', '5'])],
    ['two lengths', getHeaders(['content-length', '0'], ['content-length', '0'])],
  ])('%s: refused', async (_, pairs) => {
    const reached = await guarded.reached(async () => {
      expect(['reset', 'goaway', 400]).toContain(await outcome(ask(pairs)));
    });
    expect(reached).toBe(0);
  });

  it.each([
    ['#', '/a#b'],
    ['a backslash', '/\\..\\admin'],
    ['dot segments of a guarded path', '/x/../admin'],
    ['escaped dots', '/x/%2e%2e/admin'],
    ['NUL', '/%00'],
    ['bad triplet', '/%zz'],
    ['bytes above ASCII', '/\xe4'],
  ] as const)('A11, A12: %s in the path', async (_, path) => {
    const reached = await guarded.reached(async () => {
      expect([400, 401, -1, 'reset', 'goaway']).toContain(await outcome(ask(changed(':path', path))));
    });
    expect(reached).toBe(0);
  });

  it.each(['CONNECT', 'TRACE', 'get'])('A10: the method %s reaches nobody', async (method) => {
    const reached = await guarded.reached(async () => {
      expect([400, 405, -1, 'reset', 'goaway']).toContain(await outcome(ask(changed(':method', method))));
    });
    expect(reached).toBe(0);
  });

  it('host alone names the host', async () => {
    expect(await outcome(ask([...changed(':authority', undefined), ['host', 'a.example']]))).toBe(200);
  });

  it('cookie crumbs are one header behind', async () => {
    const session = connect(`http://127.0.0.1:${guarded.running.port}`);
    const stream = session.request({ ':path': '/', ':authority': 'a.example', cookie: ['a=1', 'b=2', 'c=3'] });
    let body = '';
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
    expect(JSON.parse(body)).toMatchObject({ headers: { cookie: 'a=1; b=2; c=3' } });
    session.destroy();
  });

  it('bodies pass in both directions, with back-pressure', async () => {
    const session = connect(`http://127.0.0.1:${guarded.running.port}`);
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'a.example' });
    stream.end('x'.repeat(1_000_000));
    let length = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) length += chunk.length;
    expect(length).toBeGreaterThan(1_000_000);
    session.destroy();
  });
});

describe('frames that are not allowed end the connection (RFC 9113 §4 to §6)', () => {
  it.each([
    ['DATA on stream 0', [frame(data, 0, 0, 'x')]],
    ['DATA on an idle stream', [frame(data, 0, 5, 'x')]],
    ['HEADERS on stream 0', [frame(headers, endHeaders | endStream, 0, block(getHeaders()))]],
    ['HEADERS on an even stream', [frame(headers, endHeaders | endStream, 2, block(getHeaders()))]],
    ['CONTINUATION without HEADERS', [frame(continuation, endHeaders, 1, block(getHeaders()))]],
    ['another frame within a header block', [frame(headers, endStream, 1, block(getHeaders())), frame(ping, 0, 0, '12345678')]],
    ['RST_STREAM on an idle stream', [frame(rstStream, 0, 1, '\0\0\0\0')]],
    ['RST_STREAM of a wrong size', [frame(headers, endHeaders, 1, block(getHeaders())), frame(rstStream, 0, 1, '\0')]],
    ['SETTINGS on a stream', [frame(settings, 0, 1)]],
    ['SETTINGS of a wrong size', [frame(settings, 0, 0, 'abc')]],
    ['SETTINGS acknowledged with a payload', [frame(settings, 1, 0, '\0\0\0\0\0\0')]],
    ['a window that is too large', [frame(settings, 0, 0, '\0\x04\xff\xff\xff\xff')]],
    ['PING of a wrong size', [frame(ping, 0, 0, 'abc')]],
    ['PING on a stream', [frame(ping, 0, 1, '12345678')]],
    ['WINDOW_UPDATE of nothing', [frame(windowUpdate, 0, 0, '\0\0\0\0')]],
    ['WINDOW_UPDATE beyond the limit', [frame(windowUpdate, 0, 0, '\x7f\xff\xff\xff'), frame(windowUpdate, 0, 0, '\x7f\xff\xff\xff')]],
    ['PUSH_PROMISE from a client', [frame(pushPromise, endHeaders, 1, '\0\0\0\x02')]],
    ['a frame that is too large', [frame(data, 0, 1, Buffer.alloc(20_000))]],
    ['PRIORITY of a wrong size', [frame(priority, 0, 1, 'abc')]],
    ['HPACK that is nonsense', [frame(headers, endHeaders | endStream, 1, '\xff\xff\xff\xff\xff\xff\xff')]],
    ['a preface that is wrong', undefined],
  ])('%s', async (_, frames) => {
    const client =
      frames === undefined
        ? new FrameClient(guarded.running.port, Buffer.concat([preface, Buffer.from('nonsense, not settings')]))
        : new FrameClient(guarded.running.port);
    client.send(...(frames ?? []));
    const answer = await client.until((one) => one.type === goaway || (one.type === rstStream && one.stream === 1));
    expect(answer === undefined || answer.type === goaway || answer.type === rstStream).toBe(true);
    client.socket.destroy();
  });
});

describe('A18: connections that do nothing', () => {
  const opening = Buffer.concat([preface, frame(settings, 0, 0)]);
  it.each([
    ['not a byte', Buffer.alloc(0), []],
    ['half a preface', preface.subarray(0, 10), []],
    ['only a preface', preface, []],
    ['nothing after the settings', opening, []],
    ['HEADERS without their end', opening, [frame(headers, endStream, 1, block(getHeaders()))]],
    [
      'a body that never comes',
      opening,
      [
        frame(
          headers,
          endHeaders,
          1,
          block([...getHeaders().slice(1), [':method', 'POST']].toSorted(([a]) => (a.startsWith(':') ? -1 : 1)) as never),
        ),
      ],
    ],
  ])('%s: closed by our timers', async (_, beginning, frames) => {
    const client = new FrameClient(guarded.running.port, beginning);
    client.send(...frames);
    await client.until((one) => one.type === rstStream || (one.type === headers && one.stream === 1));
    if (!client.closed) client.socket.destroy();
  });

  it('a client that never opens its window is cut off', async () => {
    const client = new FrameClient(guarded.running.port, Buffer.concat([preface, frame(settings, 0, 0, '\0\x04\0\0\0\0')]));
    client.send(frame(headers, endHeaders | endStream, 1, block(getHeaders())));
    expect(await client.until((one) => one.type === rstStream && one.stream === 1)).toBeDefined();
    client.socket.destroy();
  });
});

describe('A19, A20, A21: floods', () => {
  it('rapid resets: GOAWAY, and few requests reach a backend', async () => {
    const reached = await guarded.reached(async () => {
      const client = new FrameClient(guarded.running.port);
      for (let index = 0; index < 50_000 && !client.closed; index++) {
        const stream = 2 * index + 1;
        client.send(frame(headers, endHeaders | endStream, stream, block(getHeaders())), frame(rstStream, 0, stream, '\0\0\0\x08'));
        if (index % 500 === 0) await new Promise(setImmediate);
      }
      await client.untilClosed();
    });
    expect(reached).toBeLessThanOrEqual(200);
  });

  it.each([
    [
      'CONTINUATION',
      () => [
        frame(headers, 0, 1, block(getHeaders())),
        ...Array.from({ length: 2_000 }, () => frame(continuation, 0, 1, Buffer.alloc(16_000, 0))),
      ],
    ],
    [
      'empty CONTINUATION',
      () => [frame(headers, 0, 1, block(getHeaders())), ...Array.from({ length: 20_000 }, () => frame(continuation, 0, 1))],
    ],
    ['PING', () => Array.from({ length: 20_000 }, () => frame(ping, 0, 0, '12345678'))],
    ['SETTINGS', () => Array.from({ length: 20_000 }, () => frame(settings, 0, 0))],
  ])('%s: the connection is ended', async (_, frames) => {
    const client = new FrameClient(guarded.running.port);
    // The client does not read, so that acknowledgements pile up.
    client.socket.pause();
    for (const one of frames()) if (!client.socket.destroyed) client.socket.write(one);
    client.socket.resume();
    await client.untilClosed();
    expect(client.closed).toBe(true);
  });

  it('headers beyond the limits are refused', async () => {
    for (const pairs of [
      getHeaders(...Array.from({ length: 101 }, (_, index) => [`x-${index}`, 'y'] as const)),
      getHeaders(...Array.from({ length: 10_000 }, (_, index) => ['cookie', `c${index}=1`] as const)),
      getHeaders(['x-long', 'y'.repeat(70_000)]),
    ]) {
      const client = new FrameClient(guarded.running.port);
      const whole = block(pairs);
      client.send(frame(headers, whole.length > 16_000 ? endStream : endStream | endHeaders, 1, whole.subarray(0, 16_000)));
      for (let at = 16_000; at < whole.length; at += 16_000)
        client.send(frame(continuation, at + 16_000 >= whole.length ? endHeaders : 0, 1, whole.subarray(at, at + 16_000)));
      expect([431, 'reset', 'goaway', 'closed']).toContain(await outcome(client));
    }
  });

  it('the proxy still serves, and no connection is left', async () => {
    expect(await outcome(ask(getHeaders()))).toBe(200);
    while (guarded.running.proxy.report().connections > 0) await new Promise(setImmediate);
    expect(guarded.running.errors).toEqual([]);
  });
});
