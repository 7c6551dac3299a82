import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { askHttp2, valuesIn } from '../testing/http2-client.ts';
import { Http2Client } from './http2-client.ts';

let server: Http2Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A server as strict as every one was before Node had an option for it. */
async function strictly(answer: (client: Http2Client) => void): Promise<number> {
  const peer = { address: '127.0.0.1', port: 1, localAddress: '127.0.0.1', localPort: 80 };
  const meter = { received: () => undefined, sent: () => undefined };
  server = createServer({ strictSingleValueFields: true });
  server.on('stream', (stream, headers, flags, ...rest) =>
    answer(new Http2Client(stream, headers, (rest as unknown as [string[]])[0], flags, peer, meter)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const twice = ['X-A', '1', 'ETag', 'a', 'ETag', 'b', 'X-A', '2', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'];

it('where Node refuses repeated fields, the first of each is sent and the others as they are', async () => {
  const port = await strictly((client) => {
    client.informational(103, twice);
    client.head(200, twice, undefined);
    client.data(Buffer.from('ok'));
    client.end(twice);
  });
  const { interim, status, headers, body, trailers, code } = await askHttp2(port);
  expect({ status, body, code, interim: interim.length }).toEqual({ status: 200, body: 'ok', code: 0, interim: 1 });
  for (const part of [interim[0]?.headers ?? [], headers, trailers]) {
    expect(valuesIn(part, 'etag')).toEqual(['a']);
    expect(valuesIn(part, 'x-a')).toEqual(['1', '2']);
    expect(valuesIn(part, 'set-cookie')).toEqual(['a=1', 'b=2']);
  }
});

it('an answer without a body loses nothing either', async () => {
  const port = await strictly((client) => {
    client.head(200, twice, 0);
    client.end();
  });
  const { status, headers, code } = await askHttp2(port);
  expect({ status, code, etag: valuesIn(headers, 'etag') }).toEqual({ status: 200, code: 0, etag: ['a'] });
});

it('what cannot be written at all is left out of hints and trailers', async () => {
  const port = await strictly((client) => {
    client.informational(103, ['connection', 'close']);
    client.informational(103, ['connection', 'close', 'etag', 'a', 'etag', 'b']);
    client.informational(99, []);
    client.head(200, [], undefined);
    client.data(Buffer.from('ok'));
    client.end(['connection', 'close', 'etag', 'a', 'etag', 'b']);
  });
  const { interim, status, body, trailers, code } = await askHttp2(port);
  expect({ interim, status, body, trailers, code }).toEqual({ interim: [], status: 200, body: 'ok', trailers: [], code: 0 });
});

it('a client that has gone is sent nothing, and nobody is told of it', async () => {
  let left: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    left = resolve;
  });
  const port = await strictly((client) => {
    client.reset(8);
    client.informational(103, ['x-a', '1']);
    client.head(200, [], undefined);
    client.data(Buffer.from('ok'));
    client.end(['x-a', '1']);
    left?.();
  });
  const { status, code } = await askHttp2(port);
  await gone;
  expect({ status, code }).toEqual({ status: 0, code: 8 });
});
