import { connect, constants } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../testing/frame-outcome.ts';
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
    ['DATA on stream 0', 'PROTOCOL_ERROR', [frame(data, 0, 0, 'x')]],
    ['DATA on an idle stream', 'PROTOCOL_ERROR', [frame(data, 0, 5, 'x')]],
    ['HEADERS on stream 0', 'PROTOCOL_ERROR', [frame(headers, endHeaders | endStream, 0, block(getHeaders()))]],
    ['HEADERS on an even stream', 'PROTOCOL_ERROR', [frame(headers, endHeaders | endStream, 2, block(getHeaders()))]],
    ['CONTINUATION without HEADERS', 'PROTOCOL_ERROR', [frame(continuation, endHeaders, 1, block(getHeaders()))]],
    [
      'another frame within a header block',
      'PROTOCOL_ERROR',
      [frame(headers, endStream, 1, block(getHeaders())), frame(ping, 0, 0, '12345678')],
    ],
    ['RST_STREAM on an idle stream', 'PROTOCOL_ERROR', [frame(rstStream, 0, 1, '\0\0\0\0')]],
    ['RST_STREAM of a wrong size', 'FRAME_SIZE_ERROR', [frame(headers, endHeaders, 1, block(getHeaders())), frame(rstStream, 0, 1, '\0')]],
    ['SETTINGS on a stream', 'PROTOCOL_ERROR', [frame(settings, 0, 1)]],
    ['SETTINGS of a wrong size', 'FRAME_SIZE_ERROR', [frame(settings, 0, 0, 'abc')]],
    ['SETTINGS acknowledged with a payload', 'FRAME_SIZE_ERROR', [frame(settings, 1, 0, '\0\0\0\0\0\0')]],
    ['a window that is too large', 'FLOW_CONTROL_ERROR', [frame(settings, 0, 0, '\0\x04\xff\xff\xff\xff')]],
    ['PING of a wrong size', 'FRAME_SIZE_ERROR', [frame(ping, 0, 0, 'abc')]],
    ['PING on a stream', 'PROTOCOL_ERROR', [frame(ping, 0, 1, '12345678')]],
    ['WINDOW_UPDATE of nothing', 'PROTOCOL_ERROR', [frame(windowUpdate, 0, 0, '\0\0\0\0')]],
    [
      'WINDOW_UPDATE beyond the limit',
      'FLOW_CONTROL_ERROR',
      [frame(windowUpdate, 0, 0, '\x7f\xff\xff\xff'), frame(windowUpdate, 0, 0, '\x7f\xff\xff\xff')],
    ],
    ['PUSH_PROMISE from a client', 'PROTOCOL_ERROR', [frame(pushPromise, endHeaders, 1, '\0\0\0\x02')]],
    ['a frame that is too large', 'FRAME_SIZE_ERROR', [frame(data, 0, 1, Buffer.alloc(20_000))]],
    ['PRIORITY of a wrong size', 'FRAME_SIZE_ERROR', [frame(priority, 0, 1, 'abc')]],
    ['HPACK that is nonsense', 'COMPRESSION_ERROR', [frame(headers, endHeaders | endStream, 1, '\xff\xff\xff\xff\xff\xff\xff')]],
    ['a preface that is wrong', 'PROTOCOL_ERROR', undefined],
  ] as const)('%s: %s', async (_, code, frames) => {
    const client =
      frames === undefined
        ? new FrameClient(guarded.running.port, Buffer.concat([preface, Buffer.from('nonsense, not settings')]))
        : new FrameClient(guarded.running.port);
    client.send(...(frames ?? []));
    // What ends an idle connection says that nothing is wrong.
    const answer = await client.until((one) => one.type === goaway);
    expect(answer?.payload.readUInt32BE(4)).toBe(constants[`NGHTTP2_${code}`]);
    await client.untilClosed();
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

it('the proxy still serves, and no connection is left', async () => {
  expect(await outcome(ask(getHeaders()))).toBe(200);
  while (guarded.running.proxy.report().connections > 0) await new Promise(setImmediate);
  expect(guarded.running.errors).toEqual([]);
});
