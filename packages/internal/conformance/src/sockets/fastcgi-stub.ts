import type { Socket } from 'node:net';
import type { Answer } from './backend-stub.ts';

const paramsType = 4;
const stdinType = 5;

/** Reads one FastCGI request from a connection, whose body is not looked at, and answers it. */
export function serveFastCgi(socket: Socket, answerOf: (params: ReadonlyMap<string, string>) => Answer): void {
  let bytes = Buffer.alloc(0);
  const params: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 8) {
      const length = bytes.readUInt16BE(4);
      const end = 8 + length + (bytes[6] as number);
      if (bytes.length < end) return;
      const type = bytes[1];
      if (type === paramsType) params.push(bytes.subarray(8, 8 + length));
      bytes = bytes.subarray(end);
      if (type === stdinType && length === 0) socket.end(answerBytes(answerOf(pairsOf(Buffer.concat(params)))));
    }
  });
}

/** What a process says of headers that the client sent, by the names they had. */
export function headersOf(params: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const [name, value] of params) {
    if (name.startsWith('HTTP_')) headers.set(name.slice(5).toLowerCase().replaceAll('_', '-'), [value]);
    else if (name === 'CONTENT_TYPE' && value !== '') headers.set('content-type', [value]);
  }
  return headers;
}

function pairsOf(bytes: Buffer): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  let at = 0;
  const length = (): number => {
    const isLong = (bytes[at] as number) > 127;
    at += isLong ? 4 : 1;
    return isLong ? bytes.readUInt32BE(at - 4) & 0x7fffffff : (bytes[at - 1] as number);
  };
  while (at < bytes.length) {
    const name = length();
    const value = length();
    pairs.set(bytes.toString('latin1', at, at + name), bytes.toString('utf8', at + name, at + name + value));
    at += name + value;
  }
  return pairs;
}

function answerBytes({ status, headers }: Answer): Buffer {
  const head = `Status: ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}X-Stub: 1\r\n\r\n`;
  return Buffer.concat([recordOf(6, Buffer.from(head, 'latin1')), recordOf(6, Buffer.alloc(0)), recordOf(3, Buffer.alloc(8))]);
}

function recordOf(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]), content]);
}
