import { type ClientSessionRequestOptions, connect, type OutgoingHttpHeaders } from 'node:http2';

/** Names and values, one after the other. */
type Pairs = readonly string[];

/** What came back over a stream. */
export interface Http2Answer {
  readonly interim: readonly { readonly status: number; readonly headers: Pairs }[];
  /** 0 when there was none. */
  readonly status: number;
  readonly headers: Pairs;
  readonly body: string;
  readonly trailers: Pairs;
  /** How the stream ended; 0 is well. */
  readonly code: number;
}

/** Asks once over a connection of its own. */
export async function askHttp2(
  port: number,
  headers: OutgoingHttpHeaders = {},
  options: ClientSessionRequestOptions = {},
): Promise<Http2Answer> {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/', ':authority': 'a.example', ...headers }, options);
  const interim: { status: number; headers: Pairs }[] = [];
  let status = 0;
  let received: Pairs = [];
  let trailers: Pairs = [];
  let body = '';
  stream.on('headers', (record, _flags, ...rest) => void interim.push({ status: Number(record[':status']), headers: plain(rest) }));
  stream.on('response', (record, _flags, ...rest) => {
    status = Number(record[':status']);
    received = plain(rest);
  });
  stream.on('trailers', (_record, _flags, ...rest) => {
    trailers = plain(rest);
  });
  stream.on('data', (chunk: Buffer) => {
    body += chunk.toString('latin1');
  });
  stream.on('error', () => undefined);
  await new Promise<void>((resolve) => stream.once('close', () => resolve()));
  session.destroy();
  return { interim, status, headers: received, body, trailers, code: stream.rstCode ?? 0 };
}

/** The raw headers that Node gives to every such listener and its types leave out, without pseudo-headers. */
function plain([raw]: readonly unknown[]): Pairs {
  const pairs = raw as readonly string[];
  return pairs.filter((_, index) => !(pairs[index - (index % 2)] as string).startsWith(':'));
}

/** The values of a header. */
export function valuesIn(pairs: Pairs, name: string): readonly string[] {
  return pairs.filter((_, index) => index % 2 === 1 && pairs[index - 1]?.toLowerCase() === name);
}
