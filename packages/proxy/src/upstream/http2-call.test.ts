import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { valuesIn } from '../testing/http2-client.ts';
import type { CallFailure, CallSink, Outgoing } from './call.ts';
import { Http2Call } from './http2-call.ts';

let server: Http2Server;
let session: ClientHttp2Session;
let seen: string[][];

beforeEach(async () => {
  seen = [];
  server = createServer();
  server.on('stream', (stream, _headers, _flags, ...rest) => {
    seen.push((rest as unknown as [string[]])[0]);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Strict, as every session is that does not ask otherwise, and all were before Node had an option for it.
  session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await once(session, 'connect');
});

afterEach(async () => {
  session.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** The status or the failure of a call, and that its place was given back. */
function call(headers: readonly string[]): Promise<number | CallFailure> {
  const outgoing: Outgoing = { method: 'GET', path: '/', host: 'a.example', headers, body: undefined, length: 0, upgrade: undefined };
  return new Promise((resolve) => {
    let result: number | CallFailure = 0;
    const sink: CallSink = {
      onConnected: () => undefined,
      onInformational: () => undefined,
      onHead: (status) => {
        result = status;
        return true;
      },
      onData: () => true,
      onEnd: () => undefined,
      onUpgrade: () => undefined,
      onFailure: (failure) => {
        result = failure;
      },
    };
    const one = new Http2Call(sink);
    one.onClosed = () => resolve(result);
    one.start(session, outgoing, 'http');
  });
}

it('where Node refuses repeated fields, the first of each is sent', async () => {
  expect(await call(['referer', 'a', 'x-a', '1', 'referer', 'b', 'x-a', '2'])).toBe(200);
  expect(valuesIn(seen[0] ?? [], 'referer')).toEqual(['a']);
  expect(valuesIn(seen[0] ?? [], 'x-a')).toEqual(['1', '2']);
});

it('a request that cannot be written says nothing about the backend', async () => {
  expect(await call(['keep-alive', 'timeout=5'])).toEqual({ kind: 'unsendable', code: 'ERR_HTTP2_INVALID_CONNECTION_HEADERS' });
  expect(await call(['a b', 'x'])).toEqual({ kind: 'unsendable', code: 'ERR_INVALID_HTTP_TOKEN' });
  expect(seen).toEqual([]);
});

it('a connection that is closing has processed nothing', async () => {
  session.close();
  expect(await call([])).toEqual({ kind: 'unprocessed', code: 'H2_CLOSED' });
});
