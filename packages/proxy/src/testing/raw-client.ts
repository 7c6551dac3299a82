import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** An answer as it came over the wire. */
export interface RawAnswer {
  /** 0 when the connection was closed without one. */
  readonly status: number;
  readonly head: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Everything. */
  readonly text: string;
  /** Whether the proxy closed the connection. */
  readonly closed: boolean;
}

/** How long to read. */
export interface RawOptions {
  readonly tls?: ConnectionOptions;
  /** Stop when so many complete responses with a length have come; otherwise when the connection is closed. Default 1. */
  readonly responses?: number;
}

/** Sends bytes as they are and reads the answer. */
export function sendRaw(
  port: number,
  bytes: string | Uint8Array | readonly (string | Uint8Array)[],
  options: RawOptions = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket: Socket =
      options.tls === undefined
        ? connect(port, '127.0.0.1')
        : connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options.tls });
    let text = '';
    const finish = (closed: boolean): void => {
      socket.destroy();
      resolve(parseAnswer(text, closed));
    };
    socket.setTimeout(20_000, () =>
      reject(new Error(`no answer to ${JSON.stringify(String(bytes).slice(0, 60))}; so far ${JSON.stringify(text)}`)),
    );
    socket.on('error', () => finish(true));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (countResponses(text) >= (options.responses ?? 1)) finish(false);
    });
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
    const pieces = typeof bytes === 'string' || bytes instanceof Uint8Array ? [bytes] : bytes;
    for (const piece of pieces) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  });
}

/** Complete responses at the start of a text: those with a Content-Length, or chunked. */
export function countResponses(text: string): number {
  let rest = text;
  for (let count = 0; ; count++) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return count;
    const head = rest.slice(0, end).toLowerCase();
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    // A connection that is about to close is read to its end, to see that it is.
    if (/\r\nconnection: *close/.test(head)) return count;
    if (length !== undefined) {
      if (rest.length < end + 4 + Number(length)) return count;
      rest = rest.slice(end + 4 + Number(length));
    } else if (head.includes('transfer-encoding: chunked')) {
      const last = rest.indexOf('\r\n0\r\n', end);
      const close = last < 0 ? -1 : rest.indexOf('\r\n\r\n', last + 3);
      if (close < 0) return count;
      rest = rest.slice(close + 4);
    } else if (/^http\/1\.1 (1\d\d|204|304)/.test(head)) rest = rest.slice(end + 4);
    else return count;
  }
}

export function parseAnswer(all: string, closed: boolean): RawAnswer {
  // Interim responses come before the answer.
  const text = all.replace(/^(?:HTTP\/1\.1 1(?!01)\d\d[^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const [line = '', ...lines] = head.split('\r\n');
  const headers: Record<string, string> = {};
  for (const each of lines) {
    const colon = each.indexOf(':');
    if (colon > 0) headers[each.slice(0, colon).toLowerCase()] = each.slice(colon + 1).trim();
  }
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0);
  return { status, head, headers, body: end < 0 ? '' : text.slice(end + 4), text: all, closed };
}
