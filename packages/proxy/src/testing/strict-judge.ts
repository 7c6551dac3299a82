import type { Socket } from 'node:net';

/** A request as the strictest reader understands it. */
export interface Judged {
  readonly method: string;
  readonly target: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * A backend that understands HTTP/1.1 in one way only (RFC 9112, nothing of what recipients MAY accept), and complains about everything else. What it
 * sees behind a proxy, every backend sees the same.
 */
export class StrictJudge {
  readonly requests: Judged[] = [];
  readonly complaints: string[] = [];

  /** Reads a connection and answers each request. */
  serve(socket: Socket): void {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      for (;;) {
        const result = readRequest(text);
        if (result === 'more') return;
        if (typeof result === 'string') {
          this.complaints.push(`${result}: ${JSON.stringify(text.slice(0, 300))}`);
          socket.destroy();
          return;
        }
        this.requests.push(result.request);
        text = text.slice(result.length);
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  }
}

/** The first request of a text, `more` while it is not whole, or what is wrong with it. */
function readRequest(text: string): { readonly request: Judged; readonly length: number } | string {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text.length > 100_000 ? 'the head does not end' : 'more';
  const [line = '', ...lines] = text.slice(0, end).split('\r\n');
  const [, method, target] = /^([A-Z-]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(line) ?? [];
  if (method === undefined || target === undefined) return 'the request line';
  const headers = new Map<string, string>();
  for (const each of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e]*)$/.exec(each) ?? [];
    if (name === undefined || value === undefined) return 'a header line';
    const key = name.toLowerCase();
    if (headers.has(key) && ['host', 'content-length', 'transfer-encoding'].includes(key)) return `two of ${key}`;
    headers.set(key, value);
  }
  if (!/^[a-z0-9.-]+(?::[0-9]{1,5})?$/.test(headers.get('host') ?? '')) return 'the host';
  const coding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (coding !== undefined && (coding !== 'chunked' || length !== undefined)) return 'the framing';
  if (length !== undefined && !/^\d+$/.test(length)) return 'the length';
  if (coding === undefined) {
    const whole = end + 4 + Number(length ?? 0);
    return text.length < whole ? 'more' : { request: { method, target, headers, body: text.slice(end + 4, whole) }, length: whole };
  }
  let at = end + 4;
  let body = '';
  for (;;) {
    const sizeEnd = text.indexOf('\r\n', at);
    if (sizeEnd < 0) return text.length - at > 20 ? 'a chunk size' : 'more';
    const size = text.slice(at, sizeEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(size)) return 'a chunk size';
    const bytes = Number.parseInt(size, 16);
    if (text.length < sizeEnd + 2 + bytes + 2) return 'more';
    if (text.slice(sizeEnd + 2 + bytes, sizeEnd + 4 + bytes) !== '\r\n') return 'the end of a chunk';
    if (bytes === 0) return { request: { method, target, headers, body }, length: sizeEnd + 4 };
    body += text.slice(sizeEnd + 2, sizeEnd + 2 + bytes);
    at = sizeEnd + 4 + bytes;
  }
}
